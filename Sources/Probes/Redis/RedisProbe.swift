internal import EventLoop
package import HealthCore

/// Redis and Valkey: AUTH and SELECT where the target asks for them, then exactly `+PONG`, and whatever else
/// it must be or have. A class, so that an attempt holds one reference and no copy of it all.
package final class RedisProbe: Probe {
    private let service: RedisService
    private let endpoint: Endpoint
    private let connector: Connector
    /// What is asked at the endpoint; nil where a password, which is read anew for every attempt, or a Sentinel comes
    /// first.
    private let exchange: RedisExchange?

    package init(_ service: RedisService, _ endpoint: Endpoint, _ connector: Connector) {
        (self.service, self.endpoint, self.connector) = (service, endpoint, connector)
        let isPlain = service.password == .none && service.sentinelMaster == nil
        // Nearly all targets ask for nothing else, and then for a thousand of them it is one.
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

    /// Not inlined: its memory would be part of every probe's.
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

    /// Where the server is; a Sentinel is asked for it.
    private func place(until deadline: Instant, recording evidence: inout ConnectionEvidence)
        async throws(Failure)
        -> Endpoint
    {
        guard let master = service.sentinelMaster else { return endpoint }
        let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
        return try await Sentinel.place(of: master, over: stream, until: deadline)
    }
}

/// What a Sentinel is asked.
enum Sentinel {
    /// Where the master is now.
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
