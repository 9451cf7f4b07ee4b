/// The names of targets: those that are given, and those that are derived from the endpoint.
package enum TargetName {
    /// The maximum bytes of a derived name.
    private static let limit = 200

    /// Whether a text can be a NAME: `[A-Za-z][A-Za-z0-9_-]*`.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, ASCII.isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// Whether an agent's own check has this name.
    package static func isTaken(_ name: String) -> Bool { OwnCheck(rawValue: name) != nil }

    /// The message about a name that is taken.
    package static let taken = "the agent's own check has this name: choose another"

    /// A name derived from a word, by default one of the endpoint; `host:port` if that name is taken.
    static func made(of word: String? = nil, for target: Target) -> String {
        let name = shown(word ?? Self.word(of: target.endpoint))
        guard isTaken(name) else { return name }
        guard case .network = target.endpoint else { return "\(target.kind):\(name)" }
        return shown(target.endpoint.description)
    }

    /// The long names of a target whose short name another has as well, the shortest first: `host:port`, then with what
    /// is asked for there, then with the kind.
    static func long(for target: Target) -> [String] {
        let place = target.endpoint.description
        let detail = place + target.service.namePath
        return [shown(place), shown(detail), shown("\(target.kind):\(detail)")]
    }

    /// The host's first label, or the base name of the file or socket; for a PostgreSQL socket, of its directory.
    private static func word(of endpoint: Endpoint) -> String {
        switch endpoint {
        case .network(let host, _): return firstLabel(host)
        case .unixSocket(let path):
            let parts = path.split(separator: "/")
            let isPostgres = parts.last?.hasPrefix(PostgresService.Place.socketPrefix) == true
            return baseName((isPostgres ? parts.dropLast().last : parts.last) ?? "") ?? "socket"
        case .local(let place):
            guard place.hasPrefix("/") else { return firstLabel(place) }
            return baseName(place.split(separator: "/").last ?? "") ?? "file"
        }
    }

    private static func firstLabel(_ host: String) -> String {
        if IPLiteral.isAddress(host) { return host }
        return String(host.prefix { $0 != "." })
    }

    /// The last component of a path without a `?` and what follows, which may hold a token.
    private static func baseName(_ text: Substring) -> String? {
        let name = text.prefix { $0 != "?" }
        return name.isEmpty ? nil : String(name)
    }

    /// The word with every byte other than letters, digits and `_.-:[]/%` as `\xNN`; an `@` begins the name of an
    /// abstract socket.
    private static func shown(_ word: String) -> String {
        var name = ""
        for byte in word.utf8 {
            let isShown =
                isPlain(byte) || ":[]/%".utf8.contains(byte) || (byte == UInt8(ascii: "@") && name.isEmpty)
            let piece = isShown ? String(Unicode.Scalar(byte)) : PrintableText.escaped(byte)
            guard name.utf8.count + piece.utf8.count <= limit else { return name }
            name += piece
        }
        return name
    }

    /// Whether a byte is a letter, a digit or one of `_.-`: the alphabet of host and program names.
    static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "_.-".utf8.contains(byte)
    }
}
