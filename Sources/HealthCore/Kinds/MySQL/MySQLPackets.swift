/// Puts a server's packets together from the pieces of a stream. Their numbers must be in order.
package struct MySQLPackets {
    /// The most bytes of one packet: a query's value is in one.
    package static let limit = 1 << 20
    private static let headerSize = 4

    private var bytes: [UInt8] = []
    /// Where the next packet begins among the bytes.
    private var start = 0
    private var isFirst = true
    /// The number of the next packet, the server's or ours.
    package var number: UInt8 = 0

    package init() {}

    /// Whether nothing is left over: what comes before a TLS handshake would be taken for its first answer.
    package var isEmpty: Bool { start == bytes.count }

    /// Whether bytes are the beginning of an error packet. No record of TLS is one: its version is no such size.
    package static func isError(_ bytes: [UInt8]) -> Bool {
        var fields = MySQLFields(bytes)
        guard let size = fields.integer(3), size < 1 << 16, fields.byte() != nil else { return false }
        return fields.byte() == 0xFF
    }

    package mutating func feed(_ piece: [UInt8]) {
        bytes.removeFirst(start)
        start = 0
        bytes += piece
    }

    /// The payload of the next packet; nil while it is incomplete.
    package mutating func next() throws(Failure) -> [UInt8]? {
        var fields = MySQLFields(Array(bytes[start...].prefix(Self.headerSize)))
        guard let size = fields.integer(3).flatMap({ Int(exactly: $0) }), let number = fields.byte() else {
            return nil
        }
        let (begin, end) = (start + Self.headerSize, start + Self.headerSize + size)
        let payload = bytes[begin...].prefix(size)
        // What says no may come unasked, and with a number of its own.
        let isError = payload.first == 0xFF
        guard size <= Self.limit else { throw number == self.number ? Self.tooLarge : unreadable }
        if payload.isEmpty, size > 0 { return nil }
        guard number == self.number || isError else { throw unreadable }
        guard end <= bytes.count else { return nil }
        start = end
        self.number = number &+ 1
        isFirst = false
        return Array(payload)
    }

    private static let tooLarge = Failure(.protocol, "an answer of more than \(limit >> 20) MiB")

    /// The failure of a peer that does not speak in packets, or of one that has lost count. Behind its first packet are
    /// values of its tables, which are not shown.
    private var unreadable: Failure {
        guard isFirst else { return Failure(.protocol, "a packet that is out of order") }
        let shown = PrintableText.line(bytes[start...], atMost: 80)
        return ForeignProtocol.failure(of: bytes[start...], encrypted: nil)
            ?? Failure(.protocol, "not what a MySQL server says: \(shown)")
    }

    /// A packet for the server, with the next number.
    package mutating func packet(_ payload: [UInt8]) -> [UInt8] {
        defer { number &+= 1 }
        return MySQLRequest.integer(payload.count, size: 3) + [number] + payload
    }
}
