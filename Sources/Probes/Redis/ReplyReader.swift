internal import CHiredis
internal import HealthCore

/// Reads RESP through hiredis: only its codec is used, because its own connect resolves names synchronously.
final class ReplyReader {
    enum Reply: Equatable {
        case status([UInt8])
        case error([UInt8])
        /// A bulk string.
        case text([UInt8])
        case integer(Int)
        /// A nil, in the place of a text or an array.
        case missing
        /// An array of so many replies, which follow. The elements are read one by one: hiredis would allocate memory
        /// for as many as the header says.
        case array(Int)

        /// The reply in one line for people.
        var shown: String {
            switch self {
            case .status(let text), .error(let text), .text(let text): PrintableText.line(text)
            case .integer(let number): "\(number)"
            case .missing: "nil"
            case .array(let count): "an array of \(count)"
            }
        }

        /// The failure of a reply that is not the right answer.
        var unexpected: Failure { Failure(.protocol, "unexpected reply: \(shown)") }
    }

    /// The most bytes of all replies: no answer to a probe comes near this limit.
    private static let limit = 64 * 1024

    private let reader: UnsafeMutablePointer<redisReader>
    private var fed = 0

    init() {
        guard let reader = redisReaderCreate() else { preconditionFailure("out of memory") }
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
    }

    /// The bytes of a command.
    static func command(_ words: [[UInt8]]) -> [UInt8] {
        var text: UnsafeMutablePointer<CChar>?
        var lengths = words.map(\.count)
        let flat = words.flatMap { $0 }
        let length = flat.withUnsafeBufferPointer { buffer in
            var offset = 0
            var pointers = words.map { word in
                defer { offset += word.count }
                return buffer.baseAddress.map {
                    UnsafeRawPointer($0 + offset).assumingMemoryBound(to: CChar.self)
                }
            }
            return redisFormatCommandArgv(&text, Int32(clamping: words.count), &pointers, &lengths)
        }
        guard let text, length >= 0 else { preconditionFailure("out of memory") }
        defer { redisFreeCommand(text) }
        return UnsafeRawBufferPointer(start: text, count: Int(clamping: length)).map { $0 }
    }

    /// Adds received bytes. Refuses replies that are too long before hiredis allocates memory for them.
    func feed(_ bytes: [UInt8]) throws(Failure) {
        fed += bytes.count
        guard fed <= Self.limit else {
            throw Failure(.protocol, "a reply of more than \(Self.limit / 1024) KiB: not Redis")
        }
        redisReaderFeed(reader, bytes, bytes.count)
    }

    /// The next whole reply; nil if more bytes are needed.
    func next() throws(Failure) -> Reply? {
        if isBetweenReplies {
            // Without a byte to read, hiredis would begin a reply whose type has not been checked.
            guard let first = pending.first else { return nil }
            if first == UInt8(ascii: "*") { return try takeArrayHeader() }
            guard "+-$:".utf8.contains(first) else {
                throw ForeignProtocol.failure(of: pending, encrypted: "rediss://")
                    ?? Failure(.protocol, "not a Redis reply: \(PrintableText.line(pending.prefix(40)))")
            }
        }
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else {
            throw Failure(.protocol, "not a Redis reply")
        }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        let reply = raw.assumingMemoryBound(to: redisReply.self).pointee
        if reply.type == REDIS_REPLY_NIL { return .missing }
        if reply.type == REDIS_REPLY_INTEGER { return .integer(Int(clamping: reply.integer)) }
        let text = UnsafeRawBufferPointer(start: reply.str, count: Int(clamping: reply.len)).map { $0 }
        return switch reply.type {
        case REDIS_REPLY_STATUS: .status(text)
        case REDIS_REPLY_ERROR: .error(text)
        default: .text(text)
        }
    }

    private func takeArrayHeader() throws(Failure) -> Reply? {
        let line = pending.prefix { $0 != UInt8(ascii: "\r") }
        guard pending.count >= line.count + 2 else {
            guard line.count < 16 else { throw Failure(.protocol, "not a Redis reply") }
            return nil
        }
        let number = String(decoding: line.dropFirst(), as: UTF8.self)
        guard number.utf8.first != UInt8(ascii: "+"), let count = Int(number, radix: 10),
            (-1...Self.limit).contains(count),
            pending.dropFirst(line.count + 1).first == UInt8(ascii: "\n")
        else { throw Failure(.protocol, "not a Redis reply") }
        reader.pointee.pos += line.count + 2
        return count < 0 ? .missing : .array(count)
    }

    /// The fed bytes that no reply has taken yet.
    private var pending: [UInt8] {
        guard let buffer = reader.pointee.buf, reader.pointee.len > reader.pointee.pos else { return [] }
        let left = reader.pointee.len - reader.pointee.pos
        return UnsafeRawBufferPointer(start: buffer + reader.pointee.pos, count: left).map { $0 }
    }

    /// Whether the next byte is the type of a reply.
    private var isBetweenReplies: Bool { reader.pointee.ridx == -1 }
}

extension RedisProbe {
    /// The version of hiredis, for `version --libraries`.
    package static var linkedVersion: String { "\(HIREDIS_MAJOR).\(HIREDIS_MINOR).\(HIREDIS_PATCH)" }
}
