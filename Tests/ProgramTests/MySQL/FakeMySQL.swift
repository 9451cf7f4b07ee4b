import TestSupport

/// A peer that speaks as much of MySQL's protocol as a test says.
enum FakeMySQL {
    static let tls: UInt16 = 1 << 11

    static func packet(_ payload: [UInt8], _ number: UInt8) -> [UInt8] {
        (0..<3).map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) } + [number] + payload
    }

    /// A greeting with the nonce `12345678abcdefghijkl`.
    static func greeting(plugin: String = "mysql_native_password", offersTLS: Bool = false) -> [UInt8] {
        let lower: UInt16 = 0xF7FF | (offersTLS ? tls : 0)
        let head = [10] + Array("8.0.0-fake\0".utf8) + [7, 0, 0, 0] + Array("12345678\0".utf8)
        let bits = [UInt8(lower & 0xFF), UInt8(lower >> 8), 45, 2, 0, 0xFF, 0x00, 21]
        return packet(
            head + bits + [UInt8](repeating: 0, count: 10) + Array("abcdefghijkl\0\(plugin)\0".utf8), 0)
    }

    /// Asks for another plugin.
    static func change(_ plugin: String, _ number: UInt8) -> [UInt8] {
        packet([0xFE] + Array("\(plugin)\0ABCDEFGHIJKLMNOPQRST\0".utf8), number)
    }

    static func error(_ code: UInt16, _ text: String, _ number: UInt8) -> [UInt8] {
        packet([0xFF, UInt8(code & 0xFF), UInt8(code >> 8)] + Array("#HY000\(text)".utf8), number)
    }

    static func welcome(_ number: UInt8) -> [UInt8] { packet([0, 0, 0, 2, 0, 0, 0], number) }

    /// The first packets of a result with one column, and a row of it.
    static let head =
        packet([1], 1)
        + packet(Array("\u{3}def\0\0\0\u{1}a\0".utf8) + [12] + [UInt8](repeating: 0, count: 12), 2)
        + packet([0xFE, 0, 0, 2, 0], 3)
    static func row(_ value: [UInt8], _ number: UInt8) -> [UInt8] {
        packet([UInt8(value.count)] + value, number)
    }
}
