internal import EventLoop
internal import HealthCore

/// NATS: ready is a server that lets its client in and answers PING, and where that is asked for JetStream.
struct NATSProbe: Probe {
    let service: NATSService
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: endpoint, withholding: { secrets }) { evidence throws(Failure) in
            let password = try SecretFile.password(service.password)
            secrets = [password].compactMap { $0 }
            do throws(Failure) {
                return try await ask(password, until: deadline, recording: &evidence)
            } catch {
                throw service.password.advising(error, about: password)
            }
        }
    }

    private func ask(
        _ password: Secret?, until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        var (stream, reader) = (any ByteStream, NATSReader)(
            try await open(until: deadline, recording: &evidence), NATSReader())
        let info = try await Self.info(over: stream, &reader, until: deadline)
        if let socket = stream as? Socket, info.requiresTLS || connector.isEncrypted {
            guard info.offersTLS else {
                throw Failure(.tls, "the server offers no TLS").advising(.noServerTLS)
            }
            try await Self.requireSilence(&reader, over: socket, until: deadline)
            stream = try await connector.secure(
                socket, to: endpoint, until: deadline, recording: &evidence,
                ifPlain: { said throws(Failure) in
                    var reader = NATSReader()
                    reader.feed(said)
                    guard reader.beginsError else { return }
                    try await Self.requireSilence(&reader, over: socket, until: deadline)
                })
        }
        guard !info.asksLogin || password != nil || connector.showsCertificate else {
            throw Failure(.auth, "the server asks for a login: a user and a password, or a token")
        }
        return try await Self.converse(
            service, info, password, over: stream, &reader, until: deadline)
    }

    /// Refuses what a server says in the clear where TLS begins: an error, as of a server that is full, is its own.
    private static func requireSilence(
        _ reader: inout NATSReader, over socket: Socket, until deadline: Instant
    ) async throws(Failure) {
        while reader.beginsError {
            if case .error(let words)? = try reader.next() { throw NATSExchange.failure(words) }
            reader.feed(try await Connector.hear(from: socket, until: deadline))
        }
        // Whoever sits in between could have put words behind the server's, which would count as encrypted.
        guard reader.isAtEnd else { throw Failure(.protocol, "it goes on in the clear where TLS begins") }
    }

    private func open(
        until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> any ByteStream {
        try await connector.open(
            endpoint, overTLS: service.startsWithTLS, speaksFirst: false, until: deadline,
            recording: &evidence)
    }

    /// What the server says of itself, before anybody has asked.
    static func info(
        over stream: any ByteStream, _ reader: inout NATSReader, until deadline: Instant
    ) async throws(Failure) -> NATSInfo {
        var isSilent = true
        while true {
            if let message = try reader.next() {
                switch message {
                case .info(let info):
                    try NATSExchange.requireStaying(info)
                    return info
                case .error(let words): throw NATSExchange.failure(words)
                default: throw Failure(.protocol, "a NATS server begins with INFO")
                }
            }
            do throws(Failure) { reader.feed(try await Connector.hear(from: stream, until: deadline)) } catch
            {
                guard isSilent, error.reason == .timeout else { throw error }
                throw error.advising(.silentNATS)
            }
            isSilent = false
        }
    }

    /// Logs in, and asks.
    static func converse(
        _ service: NATSService, _ info: NATSInfo, _ password: Secret?, over stream: any ByteStream,
        _ reader: inout NATSReader, until deadline: Instant
    ) async throws(Failure) -> String {
        let number = UInt64.random(in: .min ... .max)
        let inbox = service.requiresJetStream ? "waitfor\(String(number, radix: 36))" : nil
        var exchange = NATSExchange(info, requiringJetStream: service.requiresJetStream)
        try await Connector.ask(
            NATSExchange.request(user: service.user, password: password, inbox: inbox), over: stream,
            until: deadline)
        while true {
            while let message = try reader.next() {
                guard let found = try exchange.take(message) else { continue }
                stream.finish()
                return found
            }
            reader.feed(try await Connector.hear(from: stream, until: deadline))
        }
    }
}
