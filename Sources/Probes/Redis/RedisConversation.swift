internal import EventLoop
internal import HealthCore

/// One question to a Redis server, and its right answer.
struct RedisQuestion: Sendable {
    var command: [UInt8]
    /// Throws for a wrong answer, and returns the findings of a right one; error replies are judged before.
    var judge: @Sendable (ReplyReader.Reply) throws(Failure) -> [String]
    /// The subject of the question, which tells more about a refusal than its words.
    var subject = RedisAnswer.Question.other
    /// Whether "no password is configured" may be the answer.
    var forgivesNoPassword = false
    /// The command of the same login without its user, for a server that takes only passwords.
    var commandWithoutUser: [UInt8]?
    /// The bytes of the right answer, if there is only one.
    private(set) var rightAnswer: [UInt8]?

    /// The login with its password alone; nil for a question without a user.
    var withoutUser: RedisQuestion? {
        commandWithoutUser.map { command in
            var question = self
            (question.command, question.commandWithoutUser) = (command, nil)
            return question
        }
    }

    /// A question whose right answer is exactly this status.
    init(_ command: [UInt8], answeredBy status: String) {
        self.command = command
        judge = { reply throws(Failure) in
            guard reply == .status(Array(status.utf8)) else { throw reply.unexpected }
            return []
        }
        rightAnswer = Array("+\(status)\r\n".utf8)
    }

    init(_ words: [String], _ judge: @escaping @Sendable (ReplyReader.Reply) throws(Failure) -> [String]) {
        command = ReplyReader.command(words.map { Array($0.utf8) })
        self.judge = judge
    }
}

/// Questions that are sent at once, in one round trip.
struct RedisExchange: Sendable {
    /// The exchange with a server without a password: PING only.
    static let ping = RedisExchange(RedisService().questions(nil))

    private let questions: [RedisQuestion]
    private let request: [UInt8]
    /// The same with INFO behind it; nil where not every question has only one right answer.
    private let requestWithInfo: [UInt8]?
    /// The bytes of all right answers, if each question has only one.
    private let rightAnswers: [UInt8]?

    init(_ questions: [RedisQuestion]) {
        self.questions = questions
        request = questions.flatMap(\.command)
        let answers = questions.compactMap(\.rightAnswer)
        rightAnswers = answers.count == questions.count ? answers.flatMap { $0 } : nil
        requestWithInfo = rightAnswers == nil ? nil : request + LoadingQuestion.command
    }

    /// Sends the questions, and judges the answers in their order. Returns the findings.
    func hold(
        over stream: any ByteStream, _ loading: LoadingQuestion, until deadline: Instant
    ) async throws(Failure) -> String {
        let withInfo = loading.isAsked ? requestWithInfo : nil
        try await Connector.ask(withInfo ?? request, over: stream, until: deadline)
        let bytes = try await Connector.hear(from: stream, atMost: 2048, until: deadline)
        var seen = ""
        // Bytes that are exactly the right answers need no reader.
        if let rightAnswers, Self.begins(bytes, with: rightAnswers) {
            if withInfo != nil {
                let answer = bytes.dropFirst(rightAnswers.count)
                // Whose answer may still come is not left by a reset.
                guard try await loading.judge(answer, and: stream, until: deadline) else { return "PONG" }
            }
        } else {
            seen = try await judge(bytes, and: stream, withInfo == nil ? nil : loading, until: deadline)
        }
        stream.finish()
        return "PONG" + seen
    }

    private static func begins(_ bytes: [UInt8], with start: [UInt8]) -> Bool {
        bytes.count >= start.count && zip(bytes, start).allSatisfy { $0 == $1 }
    }

    /// Judges the answers, which begin with these bytes. Not inlined: its memory would be part of every probe's task.
    @inline(never)
    private func judge(
        _ bytes: [UInt8], and stream: any ByteStream, _ loading: LoadingQuestion?, until deadline: Instant
    ) async throws(Failure) -> String {
        let conversation = RedisConversation(stream: stream)
        var (questions, seen, loading) = (questions[...], "", loading)
        try conversation.feed(bytes)
        while let question = questions.popFirst() {
            let reply = try await conversation.next(until: deadline)
            guard case .error(let text) = reply else {
                for word in try question.judge(reply) { seen += ", " + word }
                continue
            }
            if question.forgivesNoPassword, RedisAnswer.isNoPasswordConfigured(text) { continue }
            guard let login = question.withoutUser, RedisAnswer.takesNoUser(text) else {
                throw RedisAnswer.failure(text, to: question.subject)
            }
            // The server refused the questions behind the refused login as well.
            for _ in questions { _ = try await conversation.next(until: deadline) }
            if loading != nil { _ = try await conversation.next(until: deadline) }
            loading = nil
            questions = [login] + questions
            seen = ", by its password: the server knows no users"
            try await Connector.ask(questions.flatMap(\.command), over: stream, until: deadline)
        }
        if let loading { _ = try await loading.judge(conversation, until: deadline) }
        return seen
    }
}

/// The replies that come over one stream.
struct RedisConversation {
    let stream: any ByteStream
    private let reader = ReplyReader()

    func feed(_ bytes: [UInt8]) throws(Failure) {
        try reader.feed(bytes)
    }

    func next(until deadline: Instant) async throws(Failure) -> ReplyReader.Reply {
        while true {
            if let reply = try reader.next() { return reply }
            try feed(try await Connector.hear(from: stream, until: deadline))
        }
    }
}
