/// The parameters of an address that nobody here can act on, for one line about all of them.
struct DroppedKeys {
    private var shown: [String] = []
    private var hidden = 0

    /// Adds one; a key is hidden that may be a part of a password.
    mutating func add(_ key: String, isNameable: Bool) {
        if isNameable, Self.isShowable(key) { shown.append(key) } else { hidden += 1 }
    }

    /// What to say of them; nil without any.
    var warning: String? {
        guard !shown.isEmpty || hidden > 0 else { return nil }
        let names = shown + (hidden > 0 ? ["\(hidden)\(shown.isEmpty ? "" : " more")"] : [])
        return "parameters that mean nothing to a probe are dropped: \(names.joined(separator: ", "))"
    }

    /// The key for a message about it.
    static func shown(_ key: String) -> String { isShowable(key) ? key : "***" }

    /// Whether a key is a word that can be no part of a password: `[A-Za-z][A-Za-z0-9_.-]*`.
    private static func isShowable(_ key: String) -> Bool {
        key.utf8.first.map(ASCII.isLetter) == true && key.utf8.count <= 64
            && key.utf8.allSatisfy { TargetName.isPlain($0) }
    }
}
