/// A program to run, like `CMD` and `CMD-SHELL` of a HEALTHCHECK.
package struct ExecService: Sendable, Equatable {
    /// The program and its arguments, which may hold a password. Never empty.
    package let arguments: [Secret]
    /// The base name of the program, or of the first word of a shell command.
    package let name: String

    /// A command in exec form (`CMD`), started without a shell; nil without a program.
    package init?(arguments: [[UInt8]]) {
        guard let program = arguments.first, !program.isEmpty, !arguments.contains(where: { $0.contains(0) })
        else {
            return nil
        }
        self.arguments = arguments.map(Secret.init)
        name = Self.baseName(program[...])
    }

    /// A command in shell form (`CMD-SHELL`); nil if it is blank.
    package init?(shell text: [UInt8]) {
        let words = text.split { $0 <= 0x20 }
        guard let first = words.first, !text.contains(0) else { return nil }
        arguments = ["/bin/sh", "-c"].map { Secret($0.utf8) } + [Secret(text)]
        name = Self.baseName(first)
    }

    /// The command after `exec:`: a JSON array of strings, or else shell form, as in a Dockerfile.
    init(text: ArraySlice<UInt8>) throws(TargetError) {
        let words = JSONStrings.read(text)
        guard let service = words.map(ExecService.init(arguments:)) ?? ExecService(shell: Array(text)) else {
            throw TargetError(
                .command, at: text.startIndex, "empty: write exec:COMMAND, or exec:[\"program\",\"argument\"]"
            )
        }
        self = service
    }

    /// The base name of a path; `command` if the word is no path, like `PGPASSWORD=secret` before `psql`.
    private static func baseName(_ path: ArraySlice<UInt8>) -> String {
        let name = path.split(separator: UInt8(ascii: "/")).last ?? path
        let isPath = path.allSatisfy { $0 == ASCII.slash || TargetName.isPlain($0) }
        return isPath && name.first.map(ASCII.isLetter) == true
            ? name.prefix(PrintableText.limit).text : "command"
    }
}
