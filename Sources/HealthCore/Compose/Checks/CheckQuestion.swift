/// What is asked in place of one command of a check, while it is put together.
struct CheckQuestion: Equatable {
    var key: String
    var address: ComposeText
    private(set) var settings: [TranslatedSetting] = []
    private(set) var notes: [String] = []
    /// Whether all that was written is asked.
    private(set) var isWhole = true
    /// The time that the command gives itself.
    var limit: Duration?
    /// Whether the check names a host that only its own container has by that name.
    var saysLoopback = false

    init(_ key: String, _ address: ComposeText = ComposeText("")) {
        (self.key, self.address) = (key, address)
    }

    /// Sets a key, in place of what it was.
    mutating func set(_ key: String, _ value: ComposeText, variable: String? = nil) {
        remove(key)
        settings.append(TranslatedSetting(key, value.joined, variable: variable))
    }

    mutating func set(_ key: String, _ value: String) { set(key, ComposeText(value)) }

    mutating func remove(_ key: String) { settings.removeAll { $0.key == key } }

    func has(_ key: String) -> Bool { settings.contains { $0.key == key } }

    mutating func note(_ sentence: String) {
        if !notes.contains(sentence) { notes.append(sentence) }
    }

    /// Says that a part of what was written is not asked.
    mutating func leaveOut(_ sentence: String) {
        isWhole = false
        note(sentence)
    }

    /// Whether a word of the address has a variable of the file without a value: the address keeps it, and is a mistake.
    mutating func needs(_ word: ShellWord) -> Bool {
        guard !word.unset.isEmpty else { return false }
        leaveOut("its address needs \(Self.list(word.unset)), which is not set")
        return true
    }

    /// What a check comes to whose address is a word that has such a variable; nil for another word.
    static func needing(_ word: ShellWord) -> CheckMeaning? {
        var question = CheckQuestion("tcp", word.text)
        return question.needs(word) ? .asks(question) : nil
    }

    /// Takes a word for a setting, or says which variable keeps it from being named.
    mutating func name(_ word: ShellWord, as key: String, _ what: String) {
        guard let value = word.value else {
            return leaveOut("\(what) is not named: \(Self.list(word.unknown)) has no value here")
        }
        guard !value.isEmpty else { return leaveOut("\(what) is not named: it is empty") }
        // A word of the exec form: no shell reads it.
        if value.utf8.contains(UInt8(ascii: "$")), word.text.written.utf8.starts(with: "$$".utf8) {
            return leaveOut("\(what) is not named: no shell replaces the variable in it")
        }
        set(key, word.text, variable: word.variable)
    }

    /// Takes a word for the password, or the file that has it.
    mutating func password(_ word: ShellWord, in service: ComposeService, caller: ComposeService?) {
        if let path = word.file { return password(file: path, in: service, caller: caller) }
        name(word, as: "password", "the password")
    }

    /// Takes a secret of the service for the password, where whoever asks has it as well.
    mutating func password(file path: String, in service: ComposeService, caller: ComposeService?) {
        guard let caller else {
            set("password_file", path)
            return note("whoever asks needs the file of the password as well")
        }
        guard let source = service.secrets.first(where: { $0.path == path })?.source,
            let own = caller.secrets.first(where: { $0.source == source })
        else {
            return leaveOut(
                "the password is not named: \(PrintableText.line(caller.name)) does not have the secret that holds it"
            )
        }
        set("password_file", own.path)
    }

    /// Counts as ready what the written check was content with, although it lasts until someone acts.
    mutating func accept(_ reasons: [Reason], because sentence: String) {
        set("accept", reasons.map(\.rawValue).joined(separator: ","))
        note(sentence)
    }

    static func list(_ words: [String]) -> String {
        words.map { PrintableText.line($0) }.joined(separator: ", ")
    }

    /// The question as a target of a `waitfor.yaml`.
    func translated(_ coverage: TranslatedCheck.Coverage? = nil) -> TranslatedCheck {
        var check = TranslatedCheck(coverage ?? (isWhole ? .full : .partial))
        check.address = (key, address.joined)
        (check.settings, check.notes, check.saysLoopback) = (settings, notes, saysLoopback)
        return check
    }
}

/// What a command of a check comes to.
enum CheckMeaning {
    case asks(CheckQuestion)
    /// It ends with 0 whatever there is.
    case succeeds
    case fails
    /// It cannot be asked from outside; and the port that it names, where it names one.
    case unknown(String, port: UInt16? = nil)
}
