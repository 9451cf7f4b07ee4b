internal import HealthCore

/// The media types that a client accepts, by quality (RFC 9110 §12.5.1).
struct AcceptHeader: Sendable {
    private var ranges: [MediaRange] = []

    /// Reads a list of media ranges; malformed ranges are ignored.
    init(_ bytes: [UInt8]) {
        for element in Self.parts(bytes[...], separator: UInt8(ascii: ",")) {
            if let range = MediaRange(element) { ranges.append(range) }
        }
    }

    /// The quality of a media type in thousandths. The most specific matching range decides, and of several equally
    /// specific ranges the best one; without the header every type has the full quality.
    ///
    /// - Parameter version: the `version` parameter: a range that asks for another version is no match.
    func quality(_ type: String, _ subtype: String, version: String? = nil) -> Int {
        guard !ranges.isEmpty else { return 1000 }
        var best = (rank: -1, quality: 0)
        for range in ranges {
            guard let rank = range.rank(type, subtype, version) else { continue }
            if (rank, range.quality) > best { best = (rank, range.quality) }
        }
        return best.quality
    }

    /// The parts of a list; a separator in a quoted string separates nothing.
    fileprivate static func parts(_ bytes: ArraySlice<UInt8>, separator: UInt8) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var (start, index, isQuoted) = (bytes.startIndex, bytes.startIndex, false)
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == ASCII.quote {
                isQuoted.toggle()
            } else if byte == ASCII.backslash, isQuoted {
                index += 1
            } else if byte == separator, !isQuoted {
                result.append(bytes[start..<index].trimmed)
                start = index + 1
            }
            index += 1
        }
        return result + [bytes[start...].trimmed]
    }
}

/// One range of an `Accept` header: `text/*;version=0.0.4;q=0.5`.
private struct MediaRange: Sendable {
    var type: ArraySlice<UInt8>
    var subtype: ArraySlice<UInt8>
    var version: String?
    var quality = 1000

    init?(_ element: ArraySlice<UInt8>) {
        let parts = AcceptHeader.parts(element, separator: UInt8(ascii: ";"))
        guard let slash = parts[0].firstIndex(of: ASCII.slash) else { return nil }
        type = parts[0][..<slash]
        subtype = parts[0][(slash + 1)...]
        guard !type.isEmpty, !subtype.isEmpty, (type + subtype).allSatisfy(ASCII.isToken) else { return nil }
        for part in parts.dropFirst() {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = part[(equals + 1)...].trimmed
            switch part[..<equals].trimmed {
            case let name where name.isWord("q"):
                guard let quality = Self.thousandths(value) else { return nil }
                self.quality = quality
            case let name where name.isWord("version"):
                let isQuoted = value.count > 1 && value.first == ASCII.quote && value.last == ASCII.quote
                version = (isQuoted ? value.dropFirst().dropLast() : value).text
            // Prometheus sends `escaping`, others `charset`: none of them is a reason not to answer (M-13).
            default: break
            }
        }
    }

    /// How specific the match with a media type is; nil if the range does not match.
    func rank(_ type: String, _ subtype: String, _ version: String?) -> Int? {
        if self.type.isWord("*") { return self.subtype.isWord("*") ? 0 : nil }
        guard self.type.isWord(type) else { return nil }
        if self.subtype.isWord("*") { return 1 }
        guard self.subtype.isWord(subtype) else { return nil }
        guard let asked = self.version, let version else { return 2 }
        return asked == version ? 3 : nil
    }

    /// `0`, `0.5`, `1.000`: at most three decimals, at most 1.
    private static func thousandths(_ text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first, first == UInt8(ascii: "0") || first == UInt8(ascii: "1"),
            text.count == 1 || text[text.startIndex + 1] == UInt8(ascii: "."), text.count <= 5
        else { return nil }
        let decimals = text.dropFirst(2)
        guard decimals.allSatisfy(ASCII.isDigit) else { return nil }
        let padded = Array(decimals) + [UInt8](repeating: UInt8(ascii: "0"), count: 3 - decimals.count)
        let value = ([first] + padded).reduce(0) { $0 * 10 + Int(clamping: $1 - UInt8(ascii: "0")) }
        return value <= 1000 ? value : nil
    }
}
