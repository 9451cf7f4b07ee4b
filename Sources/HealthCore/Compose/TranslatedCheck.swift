/// What is asked of a service in place of its written health check: the entry of a `waitfor.yaml` that means the same.
package struct TranslatedCheck: Sendable, Equatable {
    /// How much of what was written is asked.
    package enum Coverage: String, Sendable {
        /// Kind, port, user, database and every option are known.
        case full
        /// A word is not known, or a part of the check is not asked.
        case partial
        /// Only whether the port takes connections, or the name is known: a check that cannot be translated.
        case reach
        /// Nothing can be asked.
        case nothing
    }

    package var coverage: Coverage
    /// The key of YAML that takes the address (`postgres`, `redis`, `http`, `tcp`, …), and the address; nil with `nothing`.
    package var address: (key: String, text: ComposeText)? {
        get { addressKey.map { ($0, addressText) } }
        set { (addressKey, addressText) = (newValue?.key, newValue?.text ?? ComposeText("")) }
    }
    private var addressKey: String?
    private var addressText = ComposeText("")
    /// Settings of the target by key, like `accept` or `password_env`.
    package var settings: [TranslatedSetting] = []
    /// What was left out, what is asked instead, and why: whole sentences without secrets.
    package var notes: [String] = []
    /// Whether the written check asks at 127.0.0.1: its server may listen nowhere else.
    package var saysLoopback = false

    /// Whether the address has a login or a token that is written out, or may be in a variable's default.
    package var hasWrittenSecret: Bool {
        let uri = ConnectionURI(ShellWord(addressText))
        func isWritten(_ word: ShellWord?) -> Bool { word.map { !$0.text.isNamed } ?? false }
        return isWritten(uri.password) || (addressKey == "http" && isWritten(uri.user))
            || (uri.query?.split(at: UInt8(ascii: "&")) ?? []).contains {
                let (name, value) = $0.cut(at: UInt8(ascii: "="))
                return isWritten(value) && ComposeText.soundsSecret(name.text.value)
            }
    }

    package init(_ coverage: Coverage) {
        self.coverage = coverage
    }
}

/// A setting of a translated check.
package struct TranslatedSetting: Sendable, Equatable {
    package var key: String
    package var value: ComposeText
    /// The variable of the service that is the value, like `POSTGRES_PASSWORD`.
    package var variable: String?

    package init(_ key: String, _ value: ComposeText, variable: String? = nil) {
        (self.key, self.value, self.variable) = (key, value, variable)
    }

    /// Whether the value may not be shown: headers may have a token.
    package var isSecret: Bool { ["password", "headers"].contains(key) }
}
