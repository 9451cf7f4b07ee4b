internal import EventLoop
internal import HealthCore

/// AMQP 0-9-1: ready is a server that speaks it, and with a login one that opens the vhost.
struct AMQPProbe: Probe {
    private static let patience = Duration.milliseconds(50)

    let service: AMQPService
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: endpoint, withholding: { secrets }) { evidence throws(Failure) in
            let password = try SecretFile.password(service.password)
            secrets = [password].compactMap { $0 }
            let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
            do throws(Failure) {
                let found = try await Self.converse(service, password, over: stream, until: deadline)
                await linger(stream, before: deadline)
                return found
            } catch {
                // In an alarm the server's last words are still on their way: gone too early is an error in its log.
                if error.reason == .busy { await linger(stream, before: deadline) }
                throw service.password.advising(error, about: password)
            }
        }
    }

    /// Keeps a connection for a moment that had a channel: RabbitMQ ends the processes of a channel a little later than the
    /// channel, and takes it for an error if the connection is gone by then.
    private func linger(_ stream: any ByteStream, before deadline: Instant) async {
        guard service.level == .publish else { return }
        let end = connector.soon(Self.patience, before: connector.share(of: deadline, among: 2))
        // What still comes is no end: the deadline is, or the peer's.
        while let bytes = try? await stream.receive(atMost: 512, until: end), !bytes.isEmpty {}
    }

    static func converse(
        _ service: AMQPService, _ password: Secret?, over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> String {
        var (exchange, bytes) = (AMQPExchange(service, password: password), [UInt8]())
        try await Connector.ask(AMQPExchange.opening, over: stream, until: deadline)
        while true {
            bytes += try await Connector.hear(from: stream, atMost: 4096, until: deadline)
            while let frame = try AMQPFrame.take(from: &bytes) {
                switch try exchange.take(frame) {
                case .send(let answer):
                    if !answer.isEmpty { try await Connector.ask(answer, over: stream, until: deadline) }
                case .ready(let found): return found
                case .refused(let failure, let farewell):
                    // In an alarm the server reads nothing, and notices the end only by a reset.
                    if farewell.isEmpty { stream.finish() }
                    try? await stream.send(farewell, until: deadline)
                    throw failure
                }
            }
        }
    }
}
