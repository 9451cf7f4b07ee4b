/// What a shell does about failures: by `set -eo pipefail`, by its own arguments, or by its kind.
struct ShellOptions: Equatable {
    /// Whether a command that fails ends the script.
    var exits = false
    /// Whether each command of a pipeline decides, and not the last one alone.
    var failsInPipes = false
    /// Whether it goes on behind an `exec 3<>FILE` that fails, as bash does by its own name, and no `sh`.
    var outlivesExec = false

    /// Takes the options up to the first word that is none.
    mutating func take(_ words: some Sequence<ShellWord>) {
        var hasName = false
        for word in words {
            if hasName {
                if word.isWord("errexit") { exits = true }
                if word.isWord("pipefail") { failsInPipes = true }
                hasName = false
                continue
            }
            guard let text = word.value, text.hasPrefix("-") else { return }
            guard !text.hasPrefix("--") else { continue }
            if text.utf8.contains(UInt8(ascii: "e")) { exits = true }
            hasName = text.hasSuffix("o")
        }
    }
}
