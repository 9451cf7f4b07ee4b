/// Takes the fields of a packet's payload one after the other. Every read is total: nil where the payload is too short.
struct MySQLFields {
    private(set) var rest: ArraySlice<UInt8>

    init(_ payload: [UInt8]) {
        rest = payload[...]
    }

    var isEmpty: Bool { rest.isEmpty }

    mutating func byte() -> UInt8? { rest.popFirst() }

    /// A number of so many bytes, at most eight, the lowest first.
    mutating func integer(_ size: Int) -> UInt64? {
        guard let bytes = bytes(size) else { return nil }
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64(truncatingIfNeeded: $1) }
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// The bytes up to a NUL, which is taken as well; all that is left where there is none.
    mutating func text() -> ArraySlice<UInt8> {
        let text = rest.prefix { $0 != 0 }
        rest = rest.dropFirst(text.count + 1)
        return text
    }

    /// A number whose first byte is itself or says how long it is.
    mutating func length() -> UInt64? {
        switch byte() {
        case nil, 0xFB?, 0xFF?: nil
        case 0xFC?: integer(2)
        case 0xFD?: integer(3)
        case 0xFE?: integer(8)
        case let small?: UInt64(truncatingIfNeeded: small)
        }
    }

    /// A text with its length before it.
    mutating func countedText() -> ArraySlice<UInt8>? {
        length().flatMap { Int(exactly: $0) }.flatMap { bytes($0) }
    }
}
