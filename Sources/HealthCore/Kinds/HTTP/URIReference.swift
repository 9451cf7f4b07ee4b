/// The parts of a URI reference in `Location` (RFC 3986 §4.1), without the fragment.
struct URIReference {
    private(set) var scheme: ArraySlice<UInt8>?
    private(set) var authority: ArraySlice<UInt8>?
    private(set) var path: ArraySlice<UInt8>
    private(set) var query: ArraySlice<UInt8>?

    init(_ text: ArraySlice<UInt8>) {
        var rest = text.prefix { $0 != UInt8(ascii: "#") }
        if let end = rest.firstIndex(where: { !Self.isSchemeByte($0) }), rest[end] == ASCII.colon,
            let first = rest.first, ASCII.isLetter(first)
        {
            scheme = rest[..<end]
            rest = rest[(end + 1)...]
        }
        if rest.starts(with: "//".utf8) {
            let body = rest.dropFirst(2)
            let end = body.firstIndex { $0 == ASCII.slash || $0 == UInt8(ascii: "?") } ?? body.endIndex
            authority = body[..<end]
            rest = body[end...]
        }
        path = rest.prefix { $0 != UInt8(ascii: "?") }
        if path.endIndex < rest.endIndex { query = rest[(path.endIndex + 1)...] }
    }

    /// Resolves a reference without scheme and authority against the path and query of the request (§5.2.2). The path
    /// becomes absolute and loses its dot segments.
    mutating func resolve(at base: ArraySlice<UInt8>, _ baseQuery: ArraySlice<UInt8>?) {
        if authority == nil {
            if path.isEmpty {
                path = base
                query = query ?? baseQuery
                return
            }
            if path.first != ASCII.slash {
                let folder = base[...(base.lastIndex(of: ASCII.slash) ?? base.startIndex)]
                path = folder + path
            }
        }
        path = Self.withoutDots(path)
    }

    /// Removes dot segments (§5.2.4): `/b/c/../g` becomes `/b/g`.
    private static func withoutDots(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let segments = path.split(separator: ASCII.slash, omittingEmptySubsequences: false)
        var kept: [ArraySlice<UInt8>] = []
        for segment in segments {
            if segment.elementsEqual("..".utf8) {
                // The first segment is the empty one before the first slash.
                if kept.count > 1 { kept.removeLast() }
            } else if !segment.elementsEqual(".".utf8) {
                kept.append(segment)
            }
        }
        // A path that ends in dots names a folder.
        if let last = segments.last, last.elementsEqual("..".utf8) || last.elementsEqual(".".utf8) {
            kept.append([])
        }
        return Array(kept.joined(separator: [ASCII.slash]))[...]
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || "+-.".utf8.contains(byte)
    }
}
