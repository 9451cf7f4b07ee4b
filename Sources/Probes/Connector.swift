package import EventLoop
package import HealthCore

/// How a probe reaches its target: dialling, and TLS where the target speaks it.
package struct Connector: Sendable {
    private let dialer: Dialer
    private let tls: TLSSettings?
    private let minimumValidity: Duration?
    private let asksHTTP: Bool
    /// The target's own endpoint.
    let home: Endpoint
    /// The target's address, if the target is numeric or a path: made once for all attempts, with its text.
    private let homeAddress: SocketAddress?

    package init(_ target: Target, _ dialer: Dialer) {
        self.dialer = dialer
        home = target.endpoint
        homeAddress = dialer.fixedAddress(of: home)
        tls = target.tls
        asksHTTP = tls != nil && target.kind == HTTPService.word
        minimumValidity = target.settings.minimumValidity
    }

    /// The loop on which the probe runs.
    var loop: EventLoop { dialer.loop }

    /// Whether the target asks for TLS.
    var isEncrypted: Bool { tls != nil }

    /// Whether a client certificate says who asks.
    var showsCertificate: Bool { tls?.certificateFile != nil }

    /// When to give up on one of so many places that are still to be asked before a deadline.
    func share(of deadline: Instant, among places: Int) -> Instant {
        let now = dialer.loop.now
        return places <= 1 ? deadline : now.advanced(by: now.duration(to: deadline) / places)
    }

    /// A moment from now, or the deadline, if that is sooner.
    func soon(_ patience: Duration, before deadline: Instant) -> Instant {
        min(deadline, dialer.loop.now.advanced(by: patience))
    }

    /// A stream to an endpoint.
    ///
    /// - Parameters:
    ///   - overTLS: whether the stream is encrypted, if a redirect decides that; nil leaves it to the target.
    ///   - speaksFirst: whether the probe sends something as soon as it is connected.
    ///   - application: the protocol that the server must agree to in the handshake, if it is encrypted.
    func open(
        _ endpoint: Endpoint, overTLS: Bool? = nil, speaksFirst: Bool = true,
        offering application: String? = nil, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> any ByteStream {
        guard overTLS ?? isEncrypted else {
            let socket = try await dial(
                endpoint, speaksFirst: speaksFirst, until: deadline, recording: &evidence)
            if !speaksFirst { try await socket.connected(until: deadline) }
            dialer.enter(.query, &evidence)
            return socket
        }
        let stream = try await dialer.openTLS(
            endpoint, tls ?? TLSSettings(), minimumValidity: minimumValidity, offering: application,
            until: deadline, recording: &evidence,
            ifSilent: { deadline throws(Failure) in try await askInTheClear(endpoint, until: deadline) })
        dialer.enter(.query, &evidence)
        return stream
    }

    /// Begins TLS on a connection on which the server has offered it in the clear; with the usual settings where the
    /// target has none. `read` may throw what a server means that answers in the clear.
    func secure(
        _ socket: Socket, to endpoint: Endpoint, until deadline: Instant,
        recording evidence: inout ConnectionEvidence,
        ifPlain read: @escaping ([UInt8]) async throws(Failure) -> Void
    ) async throws(Failure) -> TLSStream {
        let context = try await dialer.context(tls ?? TLSSettings())
        dialer.enter(.tls, &evidence)
        let stream = try await dialer.secure(
            socket, to: endpoint, context, minimumValidity: minimumValidity, until: deadline,
            recording: &evidence, ifPlain: read)
        dialer.enter(.query, &evidence)
        return stream
    }

    /// Asks, over another connection, a server that says nothing to a handshake: a Redis waits for the end of a line,
    /// and a web server for that of a request. Throws what it answers in the clear.
    private func askInTheClear(_ endpoint: Endpoint, until deadline: Instant) async throws(Failure) {
        let question = asksHTTP ? "GET / HTTP/1.0\r\n\r\n" : "PING\r\n"
        let answer: [UInt8]
        do throws(Failure) {
            var evidence = ConnectionEvidence()
            let socket = try await dialer.open(endpoint, until: deadline, recording: &evidence)
            try await socket.send(Array(question.utf8), until: deadline)
            answer = try await socket.receive(atMost: 64, until: deadline)
        } catch {
            return
        }
        guard ForeignProtocol.plain(answer).isEmpty else { throw ForeignProtocol.withoutTLS(answer) }
    }

    /// A socket that connects to an endpoint, and may still be connecting.
    ///
    /// - Parameter speaksFirst: whether the probe sends something as soon as it is connected.
    func dial(
        _ endpoint: Endpoint, speaksFirst: Bool = true, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> Socket {
        if let homeAddress, endpoint == home {
            evidence.address = homeAddress.description
            dialer.enter(.connect, &evidence)
            let socket = try Socket.connecting(to: homeAddress, speaksFirst: speaksFirst, on: dialer.loop)
            if dialer.measuresPhases { try await socket.connected(until: deadline) }
            return socket
        }
        return try await dialer.open(
            endpoint, speaksFirst: speaksFirst, until: deadline, recording: &evidence)
    }

    /// Sends a question. A server may answer and close before it has read the whole question: its answer is read before
    /// a failed write is reported.
    static func ask(
        _ question: [UInt8], over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) {
        do throws(Failure) { try await stream.send(question, until: deadline) } catch {
            guard error.reason == .closed else { throw error }
        }
    }

    /// The next piece of an answer; every answer of a healthy server fits into one piece, but for Redis's INFO.
    static func hear(
        from stream: any ByteStream, atMost limit: Int = 512, until deadline: Instant
    ) async throws(Failure) -> [UInt8] {
        let bytes = try await stream.receive(atMost: limit, until: deadline)
        if bytes.isEmpty {
            let hint: Advice? = stream is TLSStream ? nil : .hungUp
            throw Failure(.closed, "the connection was closed without an answer").advising(hint)
        }
        return bytes
    }

    /// Runs one attempt, and puts the address and the certificate that it has seen into its outcome.
    static func attempt(
        at endpoint: Endpoint, withholding secrets: () -> [Secret] = { [] },
        _ body: (inout ConnectionEvidence) async throws(Failure) -> String
    ) async -> Outcome {
        var evidence = ConnectionEvidence()
        do throws(Failure) {
            return ready(try await body(&evidence), evidence, secrets())
        } catch {
            return notReady(error, evidence, at: endpoint, secrets())
        }
    }

    // Neither function is inlined: their memory would be part of the task's while the probe waits.

    @inline(never)
    private static func ready(_ detail: String, _ evidence: ConnectionEvidence, _ secrets: [Secret])
        -> Outcome
    {
        // The answer of a ready server may echo a token, too.
        let echoes = secrets.contains { $0.isEchoed(in: detail) }
        var outcome = Outcome.ready(
            address: evidence.address, detail: echoes ? "answers" : detail,
            certificateExpiry: evidence.certificateExpiry)
        outcome.phases = evidence.phases
        return outcome
    }

    @inline(never)
    private static func notReady(
        _ failure: Failure, _ evidence: ConnectionEvidence, at endpoint: Endpoint, _ secrets: [Secret]
    ) -> Outcome {
        var failure = secrets.reduce(failure) { $0.withholding($1) }
        if failure.address == nil { failure.address = evidence.address ?? endpoint.description }
        var outcome = Outcome.notReady(failure, certificateExpiry: evidence.certificateExpiry)
        outcome.phases = evidence.phases
        return outcome
    }
}
