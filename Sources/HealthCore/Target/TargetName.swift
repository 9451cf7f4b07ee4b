/// The names of targets: those that somebody writes, and those that are made of where a target is.
package enum TargetName {
    /// The most bytes of a name that is made.
    private static let limit = 200

    /// Whether a text can be a NAME: `[A-Za-z][A-Za-z0-9_-]*`.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, ASCII.isLetter(first) else { return false }
        return text.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// Whether an agent's own check has this name, so that a target with it would be taken for that.
    package static func isTaken(_ name: String) -> Bool { OwnCheck(rawValue: name) != nil }

    /// What is said of a name that is taken.
    package static let taken = "the agent's own check has this name: choose another"

    /// A name made of a word of the target's, by default its place; `host:port` if that is taken.
    static func made(of word: String? = nil, for target: Target) -> String {
        let name = shown(word ?? Self.word(of: target.endpoint))
        guard isTaken(name) else { return name }
        guard case .network = target.endpoint else { return "\(target.kind):\(name)" }
        return shown(target.endpoint.description)
    }

    /// The host's first label, or the base name of the file or socket; of PostgreSQL's, its directory's.
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
        if IPLiteral.isIPv4(host) || IPLiteral.isIPv6(host) { return host }
        return String(host.prefix { $0 != "." })
    }

    /// What was meant for a query may hold a token.
    private static func baseName(_ text: Substring) -> String? {
        let name = text.prefix { $0 != "?" }
        return name.isEmpty ? nil : String(name)
    }

    /// Letters, digits and `_.:-[]`; everything else as `\xNN`.
    private static func shown(_ word: String) -> String {
        var name = ""
        for byte in word.utf8 {
            let isShown = isPlain(byte) || ":[]".utf8.contains(byte)
            let piece = isShown ? String(Unicode.Scalar(byte)) : PrintableText.escaped(byte)
            guard name.utf8.count + piece.utf8.count <= limit else { return name }
            name += piece
        }
        return name
    }

    /// What the names of programs consist of.
    static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "_.-".utf8.contains(byte)
    }
}
