/// Reads a message of Protocol Buffers as far as a health check needs it.
enum ProtobufFields {
    /// The last value of a field whose values are whole numbers, `.some(nil)` where the message has none; nil for bytes
    /// that are no message.
    static func last(varint field: UInt64, in message: ArraySlice<UInt8>) -> UInt64?? {
        var (rest, last) = (message, UInt64?.none)
        while !rest.isEmpty {
            guard let key = takeVarint(&rest), key >> 3 != 0 else { return nil }
            var skipped: UInt64 = 0
            switch key & 7 {
            case 0:
                guard let value = takeVarint(&rest) else { return nil }
                if key >> 3 == field { last = value }
            case 1: skipped = 8
            case 2:
                guard let length = takeVarint(&rest) else { return nil }
                skipped = length
            case 5: skipped = 4
            default: return nil
            }
            guard let count = Int(exactly: skipped), count <= rest.count else { return nil }
            rest = rest.dropFirst(count)
        }
        return .some(last)
    }

    /// Takes a number of at most ten bytes, seven bits in each, the low ones first.
    private static func takeVarint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(clamping: byte & 0x7F) << UInt64(clamping: 7 * place)
            if byte & 0x80 == 0 { return value }
        }
        return nil
    }
}
