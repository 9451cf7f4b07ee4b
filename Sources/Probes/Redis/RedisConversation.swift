internal import EventLoop
internal import HealthCore

/// One question to a Redis, and what its answer must be.
struct RedisQuestion {
    var command: [UInt8]
    /// Refuses any other answer than the right one, and says what was seen; an error reply is no answer by itself.
    var judge: (ReplyReader.Reply) throws(Failure) -> [String]
    /// Whether "no password is configured" may be the answer.
    var forgivesNoPassword = false

    /// One whose answer is exactly this status.
    init(_ command: [UInt8], answeredBy status: String) {
        self.command = command
        judge = { reply throws(Failure) in
            guard reply == .status(Array(status.utf8)) else { throw reply.unexpected }
            return []
        }
    }

    init(_ words: [String], _ judge: @escaping (ReplyReader.Reply) throws(Failure) -> [String]) {
        command = ReplyReader.command(words.map { Array($0.utf8) })
        self.judge = judge
    }
}

/// Questions and answers over one stream.
struct RedisConversation {
    private let stream: any ByteStream
    private let reader = ReplyReader()

    init(_ stream: any ByteStream) {
        self.stream = stream
    }

    /// Sends everything at once, one round trip, and judges the answers in their order. Returns what was seen.
    static func hold(
        _ questions: [RedisQuestion], over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> [String] {
        let conversation = RedisConversation(stream)
        var seen: [String] = []
        try await conversation.send(questions.flatMap(\.command), until: deadline)
        for question in questions {
            let reply = try await conversation.next(until: deadline)
            if case .error(let text) = reply {
                if question.forgivesNoPassword, RedisAnswer.isNoPasswordConfigured(text) { continue }
                throw RedisAnswer.failure(text)
            }
            seen += try question.judge(reply)
        }
        return seen
    }

    func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure) {
        do throws(Failure) {
            try await stream.send(bytes, until: deadline)
        } catch {
            // A server that refuses on accept writes its reason and closes: read before the
            // failed write is reported.
            guard error.reason == .closed else { throw error }
        }
    }

    func next(until deadline: Instant) async throws(Failure) -> ReplyReader.Reply {
        while true {
            if let reply = try reader.next() { return reply }
            let bytes = try await stream.receive(atMost: 4096, until: deadline)
            if bytes.isEmpty { throw Failure(.closed, "the connection was closed without an answer") }
            try reader.feed(bytes)
        }
    }
}
