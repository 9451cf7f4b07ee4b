/// The answer to a statement: the names of its columns and its first rows, put together from packets.
package struct MySQLResult: Equatable, Sendable {
    /// The most bytes that are kept of an answer.
    private static let limit = MySQLPackets.limit
    private static let columnLimit: UInt64 = 4096

    /// The names of the columns of the first result.
    package private(set) var columns: [String] = []
    /// Its first rows; a NULL is nil.
    package private(set) var rows: [[[UInt8]?]] = []
    private let rowLimit: Int
    private var state = State.head
    private var kept = 0
    private var isFirst = true

    private enum State: Equatable {
        case head
        case columns(left: UInt64)
        case endOfColumns, rows
    }

    /// An answer of which so many rows are kept; the others are read and forgotten.
    package init(keeping rowLimit: Int) {
        self.rowLimit = rowLimit
    }

    /// Takes one packet. Returns whether the answer is complete.
    package mutating func take(_ payload: [UInt8]) throws(Failure) -> Bool {
        if let error = MySQLError(payload) { throw error.failure }
        var fields = MySQLFields(payload)
        switch state {
        case .head where payload.first == 0:
            guard fields.byte() != nil, fields.length() != nil, fields.length() != nil else {
                throw Self.broken
            }
            return try end(fields)
        case .head:
            guard let count = fields.length(), (1...Self.columnLimit).contains(count) else {
                throw Self.broken
            }
            state = .columns(left: count)
        case .columns(let left):
            // Catalogue, schema, two names of the table, the name of the column.
            for _ in 0..<4 { guard fields.countedText() != nil else { throw Self.broken } }
            guard let name = fields.countedText() else { throw Self.broken }
            if isFirst {
                try keep(name.count)
                columns.append(String(decoding: name, as: UTF8.self))
            }
            state = left > 1 ? .columns(left: left - 1) : .endOfColumns
        case .endOfColumns:
            guard Self.isEnd(payload) else { throw Self.broken }
            state = .rows
        case .rows where Self.isEnd(payload):
            _ = (fields.byte(), fields.integer(2))
            return try end(fields)
        case .rows:
            if isFirst, rows.count < rowLimit { try takeRow(&fields) }
        }
        return false
    }

    /// The value of a column of a row, by any of its names; nil where there is none, or where it is NULL.
    package func value(_ names: [String], ofRow row: [[UInt8]?]) -> String? {
        guard let place = columns.firstIndex(where: { column in names.contains { $0 == column } }),
            place < row.count
        else { return nil }
        return row[place].map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first value of the first row.
    package var firstValue: String? { rows.first?.first?.map { String(decoding: $0, as: UTF8.self) } }

    private mutating func takeRow(_ fields: inout MySQLFields) throws(Failure) {
        var row: [[UInt8]?] = []
        while !fields.isEmpty, row.count < columns.count {
            if fields.rest.first == 0xFB {
                _ = fields.byte()
                row.append(nil)
            } else {
                guard let value = fields.countedText() else { throw Self.broken }
                try keep(value.count)
                row.append(Array(value))
            }
        }
        guard row.count == columns.count, fields.isEmpty else { throw Self.broken }
        rows.append(row)
    }

    private mutating func keep(_ size: Int) throws(Failure) {
        kept += size + 32
        guard kept <= Self.limit else {
            throw Failure(.protocol, "an answer of more than \(Self.limit >> 20) MiB")
        }
    }

    /// The end of one result, behind which others follow if its status says so.
    private mutating func end(_ fields: MySQLFields) throws(Failure) -> Bool {
        var fields = fields
        guard let status = fields.integer(2) else { throw Self.broken }
        (state, isFirst) = (.head, false)
        return status & 8 == 0
    }

    private static func isEnd(_ payload: [UInt8]) -> Bool { payload.first == 0xFE && payload.count < 9 }

    private static let broken = Failure(.protocol, "not how a MySQL server answers a query")
}
