package import EventLoop
package import HealthCore

/// Redis and Valkey: AUTH and SELECT where the target asks for them, then exactly `+PONG`.
package struct RedisProbe: Probe {
    private let service: RedisService
    private let endpoint: Endpoint
    private let dialer: Dialer

    /// What hiredis would write, without asking it every time the program starts.
    static let ping = Array("*1\r\n$4\r\nPING\r\n".utf8)

    package init(_ service: RedisService, _ endpoint: Endpoint, _ dialer: Dialer) {
        self.service = service
        self.endpoint = endpoint
        self.dialer = dialer
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        var address: String?
        var password: Secret?
        do throws(Failure) {
            password = try SecretFile.password(service.password)
            let request = request(password)
            let (socket, dialled) = try await dialer.open(endpoint, until: deadline)
            address = dialled.description
            try await converse(request, over: socket, until: deadline)
            return .ready(address: address, detail: "PONG")
        } catch {
            let failure = error.withholding(password)
            return .notReady(failure.address == nil ? failure.at(address ?? endpoint.description) : failure)
        }
    }

    /// One question of a conversation, and whether "no password is configured" may be its answer.
    private struct Question {
        var command: [UInt8]
        var expected: [UInt8]
        var forgivesNoPassword = false
    }

    private func request(_ password: Secret?) -> [Question] {
        var questions: [Question] = []
        let ok = Array("OK".utf8)
        if let password {
            let words = [Array("AUTH".utf8)] + (service.user.map { [Array($0.utf8)] } ?? [])
            let command = password.reveal { ReplyReader.command(words + [$0]) }
            questions.append(
                Question(command: command, expected: ok, forgivesNoPassword: service.passwordIsAmbient))
        }
        if service.database != 0 {
            let words = [Array("SELECT".utf8), Array("\(service.database)".utf8)]
            questions.append(Question(command: ReplyReader.command(words), expected: ok))
        }
        return questions + [Question(command: Self.ping, expected: Array("PONG".utf8))]
    }

    /// Sends everything at once, one round trip, and judges the answers in their order.
    private func converse(
        _ questions: [Question], over socket: Socket, until deadline: Instant
    ) async throws(Failure) {
        do throws(Failure) {
            try await socket.send(questions.flatMap(\.command), until: deadline)
        } catch {
            // A server that refuses on accept writes its reason and closes: read before the
            // failed write is reported.
            guard error.reason == .closed else { throw error }
        }
        let reader = ReplyReader()
        for question in questions {
            switch try await reply(from: socket, reader, until: deadline) {
            case .status(question.expected): continue
            case .status(let other):
                throw Failure(.protocol, "unexpected reply: \(PrintableText.line(other))")
            case .error(let text)
            where question.forgivesNoPassword && RedisAnswer.isNoPasswordConfigured(text):
                continue
            case .error(let text): throw RedisAnswer.failure(text)
            }
        }
    }

    private func reply(
        from socket: Socket, _ reader: ReplyReader, until deadline: Instant
    ) async throws(Failure) -> ReplyReader.Reply {
        while true {
            if let reply = try reader.next() { return reply }
            let bytes = try await socket.receive(atMost: 4096, until: deadline)
            if bytes.isEmpty { throw Failure(.closed, "the connection was closed without an answer") }
            try reader.feed(bytes)
        }
    }
}
