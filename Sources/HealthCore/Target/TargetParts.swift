/// Which part of a target a place in its text belongs to, so that a value can be put there and stays there.
struct TargetParts {
    private enum Part {
        case scheme, userinfo, host, port, path, query
        /// A value of libpq's pairs.
        case conninfo
        /// A value of other pairs, up to this byte.
        case pair(end: UInt8)
        /// What is taken as it is, whatever it contains.
        case verbatim
    }

    private let text: [UInt8]

    /// Takes the text, with a NUL in each place that a value goes to.
    init(_ text: [UInt8]) {
        self.text = text
    }

    /// A value as it is written in the part at `index`; nil where no text stays in that part.
    func encoded(_ value: [UInt8], at index: Int) -> [UInt8]? {
        switch part(at: index) {
        case .scheme:
            return value.allSatisfy { TargetName.isPlain($0) || $0 == UInt8(ascii: "+") } ? value : nil
        case .userinfo, .query: return Self.percentEncoded(value, besides: [])
        case .path: return Self.percentEncoded(value, besides: [ASCII.slash])
        case .host:
            let address = String(decoding: value, as: UTF8.self)
            if IPLiteral.isIPv6(address) || IPLiteral.zoned(address) != nil {
                return text[..<index].last == UInt8(ascii: "[")
                    ? value : Array("[".utf8) + value + Array("]".utf8)
            }
            return value.allSatisfy(TargetName.isPlain) ? value : nil
        case .verbatim: return value
        case .port: return value.allSatisfy(ASCII.isDigit) ? value : nil
        case .conninfo:
            let isWhole =
                text[..<index].last == UInt8(ascii: "=")
                && text[(index + 1)...].first.map(ASCII.isSpace) ?? true
            if value.isEmpty, isWhole { return Array("''".utf8) }
            return value.flatMap { byte in
                let isSpecial = ASCII.isSpace(byte) || byte == ASCII.backslash || byte == UInt8(ascii: "'")
                return isSpecial ? [ASCII.backslash, byte] : [byte]
            }
        case .pair(let end):
            let quotes = [UInt8(ascii: "'"), ASCII.quote]
            return value.contains { $0 == end || quotes.contains($0) } || value.first == ASCII.space
                ? nil : value
        }
    }

    /// Kinds whose targets have no host: all that follows `//` is a path.
    private static let hostless = ["unix", "file", "redis+unix", "redis+socket", "redis-socket", "http+unix"]

    private func part(at index: Int) -> Part {
        guard let slashes = text[...].endOfFirst("://".utf8) else { return opaquePart(at: index) }
        guard index >= slashes else { return .scheme }
        let scheme = String(decoding: text[..<(slashes - 3)], as: UTF8.self).lowercased()
        let rest = text[slashes...]
        let question = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        if index > question { return .query }
        if Self.hostless.contains(scheme) { return .path }
        let end = rest.firstIndex { $0 == ASCII.slash || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard index < end else { return .path }
        let at = rest[..<end].lastIndex(of: UInt8(ascii: "@"))
        if let at, index < at { return .userinfo }
        let start = rest[..<index].lastIndex { $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ",") }.map {
            $0 + 1
        }
        return Self.hostOrPort(rest[(start ?? slashes)..<index])
    }

    /// The part at a place of a text without `//`.
    private func opaquePart(at index: Int) -> Part {
        let before = text[..<index]
        if let address = GoAddress(text[...]) {
            if index < address.userinfo?.endIndex ?? 0 { return .verbatim }
            if index < address.place.endIndex {
                return address.isSocket
                    ? .path : Self.hostOrPort(text[min(index, address.place.startIndex)..<index])
            }
            return before.contains(UInt8(ascii: "?")) ? .query : .path
        }
        let isPairs = before.contains(UInt8(ascii: "="))
        if isPairs {
            if text.starts(with: "pg:".utf8) { return .conninfo }
            if text.contains(UInt8(ascii: ";")) { return .pair(end: UInt8(ascii: ";")) }
            return text.contains(UInt8(ascii: ",")) ? .pair(end: UInt8(ascii: ",")) : .conninfo
        }
        if ["unix:/", "file:/"].contains(where: { text.starts(with: $0.utf8) }) { return .path }
        let place = text.starts(with: "dns:".utf8) ? before.dropFirst(4) : before
        return Self.hostOrPort(
            place.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).last ?? [])
    }

    /// What follows a part of `host:port`.
    private static func hostOrPort(_ before: ArraySlice<UInt8>) -> Part {
        let isInBrackets = before.contains(UInt8(ascii: "[")) && !before.contains(UInt8(ascii: "]"))
        return before.contains(ASCII.colon) && !isInBrackets ? .port : .host
    }

    private static func percentEncoded(_ value: [UInt8], besides plain: [UInt8]) -> [UInt8] {
        value.flatMap { byte -> [UInt8] in
            if TargetName.isPlain(byte) || byte == UInt8(ascii: "~") || plain.contains(byte) { return [byte] }
            return [ASCII.percent] + String(Int64(clamping: byte), width: 2, radix: 16).uppercased().utf8
        }
    }
}
