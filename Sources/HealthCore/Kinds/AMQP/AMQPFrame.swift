/// A frame of AMQP 0-9-1 (§2.3.5).
package struct AMQPFrame: Sendable, Equatable {
    package let type: UInt8
    package let channel: UInt16
    package let payload: [UInt8]

    /// The types of frames.
    package static let (method, header, heartbeat): (UInt8, UInt8, UInt8) = (1, 2, 8)
    /// The byte that ends each frame.
    private static let end: UInt8 = 0xCE
    /// The largest frame that is taken: RabbitMQ's own limit, its head and its end.
    package static let limit = 131_072

    package init(_ type: UInt8, channel: UInt16, _ payload: [UInt8]) {
        (self.type, self.channel, self.payload) = (type, channel, payload)
    }

    /// The frame as it is sent.
    package var bytes: [UInt8] {
        var writer = AMQPWriter()
        writer.add(type)
        writer.add(channel)
        writer.add(UInt32(clamping: payload.count))
        return writer.bytes + payload + [Self.end]
    }

    /// Takes a frame from the beginning of what has come; nil while it is not whole.
    package static func take(from bytes: inout [UInt8]) throws(Failure) -> AMQPFrame? {
        if let failure = foreign(bytes) { throw failure }
        var reader = AMQPArguments(bytes[...])
        guard let type = reader.octet(), let channel = reader.short(), let size = reader.long() else {
            return nil
        }
        guard [method, header, 3, heartbeat].contains(type) else {
            throw Failure(.protocol, "not what an AMQP server says: \(PrintableText.line(bytes.prefix(60)))")
        }
        guard size <= limit else { throw Failure(.protocol, "a frame of \(size) bytes") }
        guard let payload = reader.bytes(size), let mark = reader.octet() else { return nil }
        guard mark == end else { throw Failure(.protocol, "a frame that does not end where it should") }
        bytes.removeFirst(reader.taken)
        return AMQPFrame(type, channel: channel, Array(payload))
    }

    /// The failure of a peer that speaks something else, or another version: that one answers with its own header.
    private static func foreign(_ bytes: [UInt8]) -> Failure? {
        if let failure = ForeignProtocol.failure(of: bytes, encrypted: "amqps://") { return failure }
        guard bytes.starts(with: "AMQP".utf8), bytes.count >= 8 else {
            let isPart = "AMQP".utf8.starts(with: bytes.prefix(4))
            guard !isPart, let first = bytes.first, first > heartbeat else { return nil }
            return Failure(.protocol, "not what an AMQP server says: \(PrintableText.line(bytes.prefix(60)))")
        }
        let version = bytes.dropFirst(5).prefix(3).map { "\($0)" }.joined(separator: ".")
        return Failure(.protocol, "it speaks AMQP \(version), and is asked in 0.9.1")
    }
}

/// Puts the parts of a frame together.
package struct AMQPWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func add(_ octet: UInt8) { bytes.append(octet) }

    package mutating func add(_ short: UInt16) {
        bytes += [UInt8(truncatingIfNeeded: short >> 8), UInt8(truncatingIfNeeded: short)]
    }

    package mutating func add(_ long: UInt32) {
        add(UInt16(truncatingIfNeeded: long >> 16))
        add(UInt16(truncatingIfNeeded: long))
    }

    /// A short string, of at most 255 bytes.
    package mutating func add(short text: some Collection<UInt8>) {
        add(UInt8(clamping: text.count))
        bytes += text.prefix(255)
    }

    /// A long string, or a table.
    package mutating func add(long text: some Collection<UInt8>) {
        add(UInt32(clamping: text.count))
        bytes += text
    }

    /// A row of a table: its name, its type and its value.
    package mutating func add(row name: String, _ type: Character, _ value: [UInt8]) {
        add(short: name.utf8)
        bytes += String(type).utf8 + value
    }
}

/// Takes the arguments of a method apart; nil where there are no more.
package struct AMQPArguments {
    private var rest: ArraySlice<UInt8>
    private let start: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        (rest, start) = (bytes, bytes.startIndex)
    }

    /// How many bytes were taken.
    package var taken: Int { rest.startIndex - start }

    package var isEmpty: Bool { rest.isEmpty }

    package mutating func octet() -> UInt8? { rest.popFirst() }

    package mutating func short() -> UInt16? {
        bytes(2)?.reduce(0) { $0 << 8 | UInt16(clamping: $1) }
    }

    package mutating func long() -> Int? {
        bytes(4)?.reduce(0) { $0 << 8 | Int(clamping: $1) }
    }

    package mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    package mutating func shortText() -> ArraySlice<UInt8>? { octet().flatMap { bytes(Int(clamping: $0)) } }

    package mutating func longText() -> ArraySlice<UInt8>? { long().flatMap { bytes($0) } }

    /// The texts of a table, by their names; nil if it is none. RabbitMQ's errata say which types there are.
    package mutating func texts() -> [(name: String, text: String)]? {
        guard let table = longText() else { return nil }
        var (arguments, texts) = (AMQPArguments(table), [(name: String, text: String)]())
        while !arguments.isEmpty {
            guard let name = arguments.shortText(), let type = arguments.octet() else { return nil }
            let value: ArraySlice<UInt8>?
            switch type {
            case UInt8(ascii: "t"), UInt8(ascii: "b"), UInt8(ascii: "B"): value = arguments.bytes(1)
            case UInt8(ascii: "s"), UInt8(ascii: "u"), UInt8(ascii: "U"): value = arguments.bytes(2)
            case UInt8(ascii: "I"), UInt8(ascii: "i"), UInt8(ascii: "f"): value = arguments.bytes(4)
            case UInt8(ascii: "D"): value = arguments.bytes(5)
            case UInt8(ascii: "l"), UInt8(ascii: "L"), UInt8(ascii: "d"), UInt8(ascii: "T"):
                value = arguments.bytes(8)
            case UInt8(ascii: "S"), UInt8(ascii: "x"), UInt8(ascii: "A"), UInt8(ascii: "F"):
                value = arguments.longText()
            case UInt8(ascii: "V"): value = []
            default: return nil
            }
            guard let value else { return nil }
            if type == UInt8(ascii: "S") { texts.append((name.text, PrintableText.line(value, atMost: 40))) }
        }
        return texts
    }
}
