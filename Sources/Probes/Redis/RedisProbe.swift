internal import EventLoop
package import HealthCore

/// Redis and Valkey: AUTH and SELECT if the target asks for them, then exactly `+PONG`, and the target's other
/// requirements. A class, so that an attempt holds one reference and no copy of the settings.
package final class RedisProbe: Probe {
    private let service: RedisService
    private let endpoint: Endpoint
    private let connector: Connector
    /// The questions to the endpoint; nil if the target has a password, which is read anew for every attempt, or a
    /// Sentinel, which is asked first.
    private let exchange: RedisExchange?

    package init(_ service: RedisService, _ endpoint: Endpoint, _ connector: Connector) {
        (self.service, self.endpoint, self.connector) = (service, endpoint, connector)
        let isPlain = service.password == .none && service.sentinelMaster == nil
        // Most targets ask only PING, and share one exchange.
        let isPing = service == RedisService()
        exchange = isPing ? .ping : isPlain ? RedisExchange(service.questions(nil)) : nil
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        guard let exchange else { return await attemptInSteps(until: deadline) }
        return await Connector.attempt(at: endpoint) { evidence throws(Failure) in
            let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
            return try await exchange.hold(over: stream, until: deadline)
        }
    }

    /// Attempts with a password or a Sentinel. Not inlined: its memory would be part of every probe's task.
    @inline(never)
    private func attemptInSteps(until deadline: Instant) async -> Outcome {
        var password: Secret?
        return await Connector.attempt(at: endpoint, withholding: { password.map { [$0] } ?? [] }) {
            evidence throws(Failure) in
            password = try SecretFile.password(service.password)
            let place = try await self.place(until: deadline, recording: &evidence)
            let stream = try await connector.open(place, until: deadline, recording: &evidence)
            return try await RedisExchange(service.questions(password)).hold(over: stream, until: deadline)
        }
    }

    /// The endpoint of the server; a Sentinel is asked for its master's.
    private func place(until deadline: Instant, recording evidence: inout ConnectionEvidence)
        async throws(Failure)
        -> Endpoint
    {
        guard let master = service.sentinelMaster else { return endpoint }
        let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
        return try await Sentinel.place(of: master, over: stream, until: deadline)
    }
}

/// The question to a Sentinel.
enum Sentinel {
    /// The endpoint of the current master.
    static func place(
        of master: String, over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> Endpoint {
        let command = ReplyReader.command(
            ["SENTINEL", "get-master-addr-by-name", master].map { Array($0.utf8) })
        try await Connector.ask(command, over: stream, until: deadline)
        let replies = RedisConversation(stream: stream)
        switch try await replies.next(until: deadline) {
        case .array(2): break
        case .missing:
            throw Failure(.missing, "the Sentinel knows no master called \(PrintableText.line(master))")
        case .error(let text): throw RedisAnswer.failure(text)
        default: throw Failure(.protocol, "not the answer of a Sentinel")
        }
        guard case .text(let host) = try await replies.next(until: deadline),
            case .text(let port) = try await replies.next(until: deadline)
        else { throw Failure(.protocol, "not the answer of a Sentinel") }
        return try SentinelAnswer.place(host: host, port: port)
    }
}
