/// The grammar of `host`, `port` and `host:port`, on slices that keep their indices in the target.
enum HostText {
    static let emptyHost = "empty: is a variable unset? write 127.0.0.1 for this machine"

    /// Splits `host[:port]` or `[v6][:port]`.
    static func split(
        _ text: ArraySlice<UInt8>
    ) throws(TargetError) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?) {
        if let comma = text.firstIndex(of: UInt8(ascii: ",")) {
            throw TargetError(.host, at: comma, "one host a target: write one target for each")
        }
        if text.first == UInt8(ascii: "[") {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else {
                throw TargetError(.host, at: text.startIndex, "`[` without `]`")
            }
            let host = text[(text.startIndex + 1)..<end]
            let address = String(decoding: host, as: UTF8.self)
            guard IPLiteral.isIPv6(address) || IPLiteral.zoned(address) != nil else {
                throw TargetError(.host, at: host.startIndex, "not an IPv6 address")
            }
            let rest = text[(end + 1)...]
            guard let colon = rest.first else { return (host, nil) }
            guard colon == UInt8(ascii: ":") else {
                throw TargetError(.host, at: rest.startIndex, "only `:port` may follow `]`")
            }
            return (host, rest.dropFirst())
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return (text, nil) }
        let port = text[(colon + 1)...]
        // What is left of `redis://HOST:tcp://10.0.0.1:6379`, up to its second slash.
        if ["tcp:", "udp:"].contains(where: { port.elementsEqual($0.utf8) }) {
            throw TargetError(.port, at: port.startIndex, TargetError.addressOfKubernetes)
        }
        if let second = port.firstIndex(of: UInt8(ascii: ":")) {
            throw TargetError(.host, at: second, "a second `:`; an IPv6 address needs brackets: [::1]:5432")
        }
        return (text[..<colon], port)
    }

    /// Reads exactly `host:port`.
    static func address(_ text: ArraySlice<UInt8>) throws(TargetError) -> Endpoint {
        if let end = text.endOfFirst("//".utf8), end > 2 {
            let scheme = text[..<(end - 2)].text
            if Kinds.forms.contains(where: { $0.has(scheme: scheme) }) {
                throw TargetError(.scheme, at: end - 2, "a `:` is missing here: \(scheme)://")
            }
        }
        if let at = text.firstIndex(of: UInt8(ascii: "@")) {
            throw TargetError(.user, at: at, "a user needs a scheme: postgres://USER:PASSWORD@host:port/db")
        }
        if let slash = text.firstIndex(of: UInt8(ascii: "/")) {
            throw TargetError(.path, at: slash, "nothing may follow host:port; a path needs a scheme")
        }
        let (host, port) = try split(text)
        let name = try Self.host(host)
        guard let port else { throw TargetError(.port, at: text.endIndex, "missing: write host:port") }
        return .network(host: name, port: try Self.port(port))
    }

    /// Reads a DNS name or a numeric address.
    static func host(_ text: ArraySlice<UInt8>) throws(TargetError) -> String {
        guard !text.isEmpty else { throw TargetError(.host, at: text.startIndex, emptyHost) }
        let host = String(decoding: text, as: UTF8.self)
        if IPLiteral.isIPv4(host) || IPLiteral.isIPv6(host) { return host }
        if let zoned = IPLiteral.zoned(host) { return "\(zoned.address)%\(zoned.zone)" }
        if let index = text.firstIndex(where: { !TargetName.isPlain($0) }) {
            throw TargetError(.host, at: index, "\(Self.shown(text[index]))not a character of a host name")
        }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // One dot at the end makes a name absolute.
        let named = labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
        if text.count > 253 || named.contains(where: { $0.isEmpty || $0.count > 63 }) || named.isEmpty {
            throw TargetError(.host, at: text.startIndex, "not a host name")
        }
        if named.last?.allSatisfy(ASCII.isDigit) == true {
            throw TargetError(.host, at: text.startIndex, "not an IPv4 address: four numbers up to 255")
        }
        return host
    }

    /// Reads a port from 1 to 65535.
    static func port(_ text: ArraySlice<UInt8>) throws(TargetError) -> UInt16 {
        guard !text.isEmpty else {
            throw TargetError(.port, at: text.startIndex, "empty: is a variable unset?")
        }
        if let index = text.firstIndex(where: { !ASCII.isDigit($0) }) {
            throw TargetError(.port, at: index, "not a digit")
        }
        guard let port = UInt16(String(decoding: text, as: UTF8.self), radix: 10), port > 0 else {
            throw TargetError(.port, at: text.startIndex, "not a port from 1 to 65535")
        }
        return port
    }

    /// A sign that people put around the name of a variable, as the beginning of a sentence about it; any other
    /// character may be one of a password.
    private static func shown(_ byte: UInt8) -> String {
        "<>{}[]()%#!*\"".utf8.contains(byte) ? "`\(Unicode.Scalar(byte))` is " : ""
    }
}
