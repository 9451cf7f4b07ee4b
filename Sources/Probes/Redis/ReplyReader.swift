internal import CHiredis
internal import HealthCore

/// RESP through hiredis: only the codec, because its own connect resolves names synchronously.
final class ReplyReader {
    /// A simple reply; the probe asks for nothing that is answered in another form.
    enum Reply: Equatable {
        case status([UInt8])
        case error([UInt8])
    }

    /// No reply that a probe asks for comes near this; a peer that sends more is no Redis.
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

    /// A command as the server wants it.
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
            return redisFormatCommandArgv(&text, Int32(words.count), &pointers, &lengths)
        }
        guard let text, length >= 0 else { preconditionFailure("out of memory") }
        defer { redisFreeCommand(text) }
        return UnsafeRawBufferPointer(start: text, count: Int(length)).map { $0 }
    }

    /// Adds bytes that came. Refuses what cannot be an answer before hiredis allocates for it.
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
            // Asked without a byte to read, hiredis begins a reply whose type was never looked at.
            guard let first = pending.first else { return nil }
            guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-") else {
                throw Failure(.protocol, "not a Redis reply: \(PrintableText.line(pending.prefix(40)))")
            }
        }
        var raw: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &raw) == REDIS_OK else {
            throw Failure(.protocol, "not a Redis reply")
        }
        guard let raw else { return nil }
        defer { freeReplyObject(raw) }
        let reply = raw.assumingMemoryBound(to: redisReply.self).pointee
        let text = UnsafeRawBufferPointer(start: reply.str, count: Int(reply.len)).map { $0 }
        return reply.type == REDIS_REPLY_STATUS ? .status(text) : .error(text)
    }

    /// What was fed and not yet taken by a reply.
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
