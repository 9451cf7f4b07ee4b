import HealthCore

/// Packets as servers send them.
enum MySQLBytes {
    static func packet(_ payload: [UInt8], _ number: UInt8 = 0) -> [UInt8] {
        (0..<3).map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) } + [number] + payload
    }

    static func error(_ number: UInt16, _ text: String, state: String = "#HY000") -> [UInt8] {
        [0xFF, UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            + Array((state + text).utf8)
    }

    static func greeting(_ version: String = "9.7.4", plugin: String = "caching_sha2_password") -> [UInt8] {
        // In parts: the compiler looks for the type of a long sum for minutes (Swift 6.2).
        let beginning: [UInt8] = [10] + Array(version.utf8) + [0, 7, 0, 0, 0] + Array("12345678".utf8)
        let capabilities: [UInt8] = [0, 0xFF, 0xFF, 45, 2, 0, 0xFF, 0xFF, 21]
        let scramble = [UInt8](repeating: 0, count: 10) + Array("abcdefghijkl".utf8) + [0]
        return beginning + capabilities + scramble + Array(plugin.utf8) + [0]
    }

    static func counted(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + Array(text.utf8) }

    static func column(_ name: String) -> [UInt8] {
        ["def", "", "", "", name, ""].flatMap(counted) + [UInt8](repeating: 12, count: 1)
            + [UInt8](repeating: 0, count: 12)
    }

    static let end: [UInt8] = [0xFE, 0, 0, 2, 0]

    /// The packets of a result, without their heads.
    static func result(_ columns: [String], _ rows: [[String?]]) -> [[UInt8]] {
        let rows = rows.map { row in row.flatMap { $0.map(counted) ?? [0xFB] } }
        return [[UInt8(columns.count)]] + columns.map(column) + [end] + rows + [end]
    }

    /// The same, read.
    static func read(_ packets: [[UInt8]], keeping rows: Int = 10) throws(Failure) -> MySQLResult? {
        var result = MySQLResult(keeping: rows)
        for (place, packet) in packets.enumerated() where try result.take(packet) {
            return place == packets.count - 1 ? result : nil
        }
        return nil
    }

    /// The failure of a reading; nil where there was none.
    static func failure<Value>(_ read: () throws(Failure) -> Value) -> Failure? {
        do throws(Failure) {
            _ = try read()
            return nil
        } catch {
            return error
        }
    }
}
