internal import HealthCore

/// The target of a request: the path's segments and the query, percent-decoded.
struct RequestTarget: Sendable, Equatable {
    /// The parts between the slashes: `/readyz/db` has two, `/` has one empty part.
    private(set) var segments: [String] = []
    private(set) var query: [Parameter] = []
    /// The host of an absolute target, which counts in place of the `Host` field (RFC 9112 §3.2.2).
    private(set) var host: RequestHost?

    struct Parameter: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// Reads the target of a request line; the method decides which forms are possible (RFC 9112 §3.2).
    init(_ bytes: ArraySlice<UInt8>, method: ArraySlice<UInt8>) throws(RequestRefusal) {
        for byte in bytes where byte <= ASCII.space || byte >= 0x7F || byte == UInt8(ascii: "#") {
            throw RequestRefusal("the target has a character that must be percent-encoded")
        }
        if bytes.first == ASCII.slash {
            try read(bytes)
            return
        }
        if method.elementsEqual("OPTIONS".utf8), bytes.elementsEqual("*".utf8) { return }
        if method.elementsEqual("CONNECT".utf8) {
            guard Authority.isWellFormed(bytes, needsPort: true) else {
                throw RequestRefusal("the target is not a host and port")
            }
            return
        }
        try readAbsolute(bytes)
    }

    /// Reads `http://host/path`, the form for proxies: the path is taken for this server's own.
    private mutating func readAbsolute(_ bytes: ArraySlice<UInt8>) throws(RequestRefusal) {
        guard let colon = bytes.firstIndex(of: ASCII.colon),
            bytes[..<colon].isWord("http") || bytes[..<colon].isWord("https"),
            bytes[(colon + 1)...].starts(with: "//".utf8)
        else { throw RequestRefusal("the target is neither a path nor an http URI") }
        let rest = bytes[(colon + 3)...]
        let end = rest.firstIndex { $0 == ASCII.slash || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard end > rest.startIndex, Authority.isWellFormed(rest[..<end], needsPort: false) else {
            throw RequestRefusal("the target's host is malformed")
        }
        host = RequestHost(rest[..<end])
        try read(rest[end...])
    }

    /// Reads path and query. The path is split before it is decoded, so that `%2F` separates no segments.
    private mutating func read(_ bytes: ArraySlice<UInt8>) throws(RequestRefusal) {
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        var start = min(bytes.startIndex + 1, mark)
        for index in start...mark where index == mark || bytes[index] == ASCII.slash {
            segments.append(try Self.decoded(bytes[start..<index], plusIsSpace: false))
            start = index + 1
        }
        guard mark < bytes.endIndex else { return }
        for pair in bytes[(mark + 1)...].split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            query.append(
                Parameter(
                    name: try Self.decoded(pair[..<equals], plusIsSpace: true),
                    value: try Self.decoded(pair[equals...].dropFirst(), plusIsSpace: true)))
        }
    }

    private static func decoded(
        _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool
    ) throws(RequestRefusal) -> String {
        // Most targets have no percent-encoding.
        guard bytes.contains(where: { $0 == ASCII.percent || $0 == UInt8(ascii: "+") }) else {
            return bytes.text
        }
        do throws(PercentEncoding.DecodingError) {
            return try PercentEncoding.decoded(bytes, plusIsSpace: plusIsSpace)[...].text
        } catch {
            throw RequestRefusal(
                error.isNUL ? "the target has a NUL" : "the target has a malformed percent-encoding")
        }
    }
}

/// A host with or without a port, as `Host` and an absolute target have it (RFC 3986 §3.2.2).
enum Authority {
    static func isWellFormed(_ bytes: ArraySlice<UInt8>, needsPort: Bool) -> Bool {
        var host = bytes
        var port: ArraySlice<UInt8>?
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")) else { return false }
            guard isAddress(bytes[(bytes.startIndex + 1)..<end]) else { return false }
            host = []
            let rest = bytes[(end + 1)...]
            guard rest.isEmpty || rest.first == ASCII.colon else { return false }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = bytes.lastIndex(of: ASCII.colon) {
            host = bytes[..<colon]
            port = bytes[(colon + 1)...]
            guard !host.isEmpty else { return false }
        }
        guard !needsPort || port?.isEmpty == false else { return false }
        return isName(host) && port?.allSatisfy(ASCII.isDigit) ?? true
    }

    /// Whether the text in brackets is an IPv6 address, perhaps with a zone (RFC 6874), or an address of a later
    /// version (`v1.x`).
    private static func isAddress(_ literal: ArraySlice<UInt8>) -> Bool {
        if let first = literal.first, ASCII.lowercased(first) == UInt8(ascii: "v") {
            let version = literal.dropFirst().prefix { ASCII.hexadecimal($0) != nil }
            let rest = literal.dropFirst(1 + version.count)
            return !version.isEmpty && rest.first == UInt8(ascii: ".") && rest.count > 1
                && rest.allSatisfy { isHostByte($0) || $0 == ASCII.colon }
        }
        let address = literal.prefix { $0 != ASCII.percent }
        let zone = literal[address.endIndex...]
        return IPLiteral.isIPv6(address.text) && zone.count != 1 && zone.allSatisfy(isHostByte)
    }

    /// Whether the text is a host name or an IPv4 address; a percent sign must begin an encoded byte.
    private static func isName(_ host: ArraySlice<UInt8>) -> Bool {
        PercentEncoding.firstInvalid(in: host) == nil && host.allSatisfy(isHostByte)
    }

    /// Whether the byte is unreserved, a sub-delim or the percent sign.
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "="):
            true
        case UInt8(ascii: "#"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"): false
        default: ASCII.isToken(byte)
        }
    }
}
