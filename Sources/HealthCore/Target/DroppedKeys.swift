/// Parameters of an address of which one line tells: that nobody here can act on them.
struct DroppedKeys {
    private var shown: [String] = []
    private var hidden = 0

    /// Adds one; a key is hidden that may be a part of a password.
    mutating func add(_ key: String, isNameable: Bool) {
        if isNameable, Self.isShowable(key) { shown.append(key) } else { hidden += 1 }
    }

    /// What to say of them; nil without any.
    var warning: String? { names.map { "parameters that mean nothing to a probe are dropped: \($0)" } }

    /// The keys that may be shown, and how many others there are; nil without any.
    var names: String? {
        guard !shown.isEmpty || hidden > 0 else { return nil }
        let names = shown + (hidden > 0 ? ["\(hidden)\(shown.isEmpty ? "" : " more")"] : [])
        return names.joined(separator: ", ")
    }

    /// The key for a message about it.
    static func shown(_ key: String) -> String { isShowable(key) ? key : "***" }

    /// Whether a key is a word that can be no part of a password: `[A-Za-z][A-Za-z0-9_.-]*`.
    private static func isShowable(_ key: String) -> Bool {
        key.utf8.first.map(ASCII.isLetter) == true && key.utf8.count <= 64
            && key.utf8.allSatisfy { TargetName.isPlain($0) }
    }
}

extension URIParts {
    /// The warnings about the parameters of an address of which none means anything to a probe of a kind. A setting of
    /// waitfor's own is a mistake, and so is a key that may say whom to trust, unless nobody is trusted with anything.
    func droppedParameters(of kind: any Kind.Type, trustsNobody: Bool = false) throws(TargetError) -> [String]
    {
        var (dropped, isNameable) = (DroppedKeys(), true)
        for (key, _) in query {
            let name = String(decoding: try URIParts.decoded(key, .parameter), as: UTF8.self)
            let shown = DroppedKeys.shown(name)
            let own = kind.settings + Setting.passwords + TLSSettings.settings
            if !trustsNobody, own.contains(where: { $0.key == name }) {
                throw TargetError(
                    .parameter, at: key.startIndex,
                    "`\(shown)` is a setting of waitfor's own: --set NAME.\(shown)=VALUE")
            }
            guard trustsNobody || !DriverParameters.isProtected(name) else {
                throw TargetError(
                    .parameter, at: key.startIndex,
                    "`\(shown)` is not known, and cannot be dropped: it may say whom to trust")
            }
            dropped.add(name, isNameable: isNameable)
            // What follows a password may be the rest of one.
            if name.lowercased().mentions("pass") { isNameable = false }
        }
        return dropped.warning.map { [$0] } ?? []
    }
}
