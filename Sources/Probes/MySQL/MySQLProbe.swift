package import EventLoop
package import HealthCore

/// MySQL and MariaDB at three levels: the server lets somebody in, answers queries, takes writes.
package struct MySQLProbe: Probe {
    let service: MySQLService
    let endpoint: Endpoint
    let dialer: Dialer
    let minimumValidity: Duration?
    private let cuts = CutAttempts()

    package init(_ service: MySQLService, _ target: Target, _ dialer: Dialer) {
        (self.service, endpoint, self.dialer) = (service, target.endpoint, dialer)
        minimumValidity = target.settings.minimumValidity
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        let outcome = await Connector.attempt(at: endpoint, withholding: { secrets }) {
            evidence throws(Failure) in
            try cuts.requireGap(at: dialer.loop.now)
            let password = try SecretFile.password(service.password)
            secrets = [password].compactMap { $0 }
            do throws(Failure) {
                return try await ask(password, until: deadline, recording: &evidence)
            } catch {
                throw service.password.advising(error, about: password)
            }
        }
        guard let failure = outcome.failure, service.forgives(failure) else { return outcome }
        return outcome.forgiven(
            "accepts connections, and refuses the login that was guessed (\(failure.message))")
    }

    /// Asks the first place where somebody answers.
    private func ask(
        _ password: Secret?, until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        // A mistake in the settings is told before a server is dialled. Where there can be none, a session is made only
        // for a server that offers TLS: that is 3 MB.
        let isSet = service.mode.isRequired || !service.tls.files.isEmpty
        let context = isSet ? try await contextOfTLS() : nil
        let (socket, place) = try await MySQLPlaces(service: service, endpoint: endpoint, dialer: dialer)
            .connect(until: deadline, recording: &evidence)
        dialer.enter(.login, &evidence)
        let conversation = MySQLConversation(over: socket)
        let greeting: MySQLGreeting
        do throws(Failure) {
            greeting = try await logIn(
                over: conversation, socket, at: place, context, password, until: deadline,
                recording: &evidence)
        } catch {
            // What the server itself ended was not cut by us.
            let isWhole = conversation.isJudged || error.reason == .closed
            cuts.count(isWhole ? nil : error, at: dialer.loop.now)
            throw error
        }
        cuts.count(nil, at: dialer.loop.now)
        dialer.enter(.query, &evidence)
        let findings: Result<String, Failure>
        do throws(Failure) {
            if let minimumValidity, evidence.certificateExpiry == nil {
                throw Failure(
                    .tls,
                    "no TLS is spoken, and min_validity (\(DurationText.describe(minimumValidity))) asks for its certificate"
                )
                .advising(.noServerTLS)
            }
            let questions = MySQLQuestions(service: service, greeting: greeting, conversation: conversation)
            findings = .success(try await questions.ask(until: deadline))
        } catch {
            findings = .failure(error)
        }
        await conversation.quit(until: deadline)
        return try findings.get()
    }

    /// The settings of a session of TLS. Without verification any certificate will do. A certificate of our own is shown
    /// only to a server that has proved who it is.
    private func contextOfTLS() async throws(Failure) -> TLSContext {
        var settings = service.tls
        settings.isInsecure = !service.mode.verifies
        settings.verifiesName = service.mode == .verifyIdentity
        return try await dialer.context(settings, verifyingLater: settings.certificateFile == nil)
    }

    /// Hears the greeting, goes on over TLS where the server offers it, and logs in.
    private func logIn(
        over conversation: MySQLConversation, _ socket: Socket, at place: Endpoint, _ context: TLSContext?,
        _ password: Secret?, until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> MySQLGreeting {
        let greeting = try MySQLGreeting(try await conversation.next(until: deadline))
        let offersTLS = greeting.capabilities.contains(.tls)
        // A socket is asked in the clear unless somebody wants TLS there, as by mysql itself.
        let isSocket = if case .unixSocket = place { true } else { false }
        let speaksTLS = offersTLS && service.mode != .disabled && (!isSocket || service.mode.isRequired)
        guard speaksTLS || !service.mode.isRequired else {
            let capabilities = MySQLRequest.capabilities(of: greeting, database: nil, overTLS: false)
            await leave(conversation, capabilities, until: deadline)
            throw Failure(
                .tls, "the server offers no TLS, and ssl_mode is \(service.mode.rawValue)", isPermanent: true
            )
            .advising(.noServerTLS)
        }
        let capabilities = MySQLRequest.capabilities(
            of: greeting, database: service.database, overTLS: speaksTLS)
        var channel = isSocket ? MySQLChannel.socket : .plain
        if speaksTLS {
            let context = if let context { context } else { try await contextOfTLS() }
            try conversation.requireSilence()
            try await conversation.send(MySQLRequest.tls(capabilities), until: deadline)
            dialer.enter(.tls, &evidence)
            let stream = try await dialer.secure(
                socket, to: place, context, until: deadline, recording: &evidence)
            conversation.goOn(over: stream)
            dialer.enter(.login, &evidence)
            do throws(Failure) {
                if service.mode.verifies { try stream.requireVerified() }
                if let minimumValidity, let expiry = evidence.certificateExpiry {
                    try CertificateValidity.require(minimumValidity, until: expiry)
                }
            } catch {
                await leave(conversation, capabilities, until: deadline)
                throw error
            }
            if channel == .plain { channel = service.mode.verifies ? .verifiedTLS : .anyTLS }
        }
        try await MySQLLogin(service: service, password: password, channel: channel).perform(
            greeting, over: conversation, capabilities, until: deadline)
        return greeting
    }

    /// Ends the handshake as nobody, with no password and no name: it counts as a whole one.
    private func leave(
        _ conversation: MySQLConversation, _ capabilities: MySQLCapabilities, until deadline: Instant
    ) async {
        let nobody = MySQLRequest.login(
            capabilities.subtracting(.withDatabase), user: "", database: nil, plugin: .native, answer: [])
        do throws(Failure) {
            try await conversation.send(nobody, until: deadline)
            if case .change = try MySQLReply(try await conversation.next(until: deadline)) {
                try await conversation.send([], until: deadline)
                _ = try await conversation.next(until: deadline)
            }
            await conversation.quit(until: deadline)
        } catch { return }
    }
}
