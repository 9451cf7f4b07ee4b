/// What is said of a scheme that no kind has.
enum UnknownScheme {
    /// The usual ports of other protocols.
    private static let ports: [String: UInt16] = [
        "mysqlx": 33060, "mongodb": 27017,
        "kafka": 9092, "ldap": 389, "ldaps": 636, "mqtt": 1883, "sqlserver": 1433, "mssql": 1433,
        "oracle": 1521, "clickhouse": 8123, "ssh": 22, "ws": 80, "wss": 443,
    ]

    /// The scheme, the nearest one that is known, and how to ask for no more than a connection.
    static func advice(on scheme: String, _ rest: ArraySlice<UInt8>, hasVariables: Bool) -> String {
        if !hasVariables, let inner = known(behind: scheme) {
            return "what stands before `\(inner)://` is no part of an address"
        }
        let parts = scheme.lowercased().split(separator: "+").map(String.init)
        if parts.dropFirst().contains("srv"), let first = parts.first,
            Kinds.forms.contains(where: { $0.has(scheme: first) })
        {
            return "hosts are not looked up in DNS (SRV): write one of them, \(first)://HOST:PORT"
        }
        let isShown =
            !hasVariables && !scheme.isEmpty && scheme.utf8.count <= 32
            && scheme.utf8.allSatisfy { TargetName.isPlain($0) || $0 == UInt8(ascii: "+") }
        let shown = isShown ? "`\(scheme)` is unknown" : "unknown"
        let known = Kinds.forms.flatMap { [$0.scheme] + $0.aliases } + ["env"]
        let name = String(scheme.lowercased().prefix { $0 != "+" })
        if !hasVariables, ports[name] == nil, let meant = NearestWord.of(scheme, among: known) {
            return "\(shown); did you mean `\(meant)://`?"
        }
        if hasVariables { return "unknown; is a variable part of it?" }
        let authority = rest.dropFirst(2).prefix { $0 != ASCII.slash && $0 != UInt8(ascii: "?") }
        let place = authority.lastIndex(of: UInt8(ascii: "@")).map { authority[($0 + 1)...] } ?? authority
        let bare = "tcp://\(Self.place(place, port: ports[name] ?? 0)) asks for the bare port"
        if name == "ws" || name == "wss" {
            return "\(shown); write \(name == "ws" ? "http" : "https")://…; \(bare)"
        }
        if ports[name] != nil { return "\(shown); \(bare)" }
        let schemes = Kinds.forms.map(\.scheme) + ["env"]
        return "\(shown); known are \(schemes.joined(separator: ", ")); \(bare)"
    }

    /// The scheme that a text ends in which is none itself: `psql 'postgres`, `DATABASE_URL=postgres`.
    static func known(behind text: String) -> String? {
        let isPart: (UInt8) -> Bool = { TargetName.isPlain($0) || $0 == UInt8(ascii: "+") }
        guard let mark = text.utf8.lastIndex(where: { !isPart($0) }) else { return nil }
        let word = String(text[text.utf8.index(after: mark)...]).lowercased()
        return Kinds.forms.contains { $0.has(scheme: word) } ? word : nil
    }

    /// The host and port of a text, as far as they can be read.
    private static func place(_ text: ArraySlice<UInt8>, port usual: UInt16) -> String {
        guard let (host, port) = try? HostText.split(text), let name = try? HostText.host(host) else {
            return "HOST:PORT"
        }
        let number = port.map { try? HostText.port($0) } ?? usual
        guard let number, number > 0 else { return "\(name):PORT" }
        return Endpoint.network(host: name, port: number).description
    }
}
