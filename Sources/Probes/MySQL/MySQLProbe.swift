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
        return await Connector.attempt(at: endpoint, withholding: { secrets }) {
            evidence throws(Failure) in
            let password = try SecretFile.password(service.password)
            secrets = [password].compactMap { $0 }
            try cuts.requireGap(at: dialer.loop.now)
            do throws(Failure) {
                return try await ask(password, until: deadline, recording: &evidence)
            } catch {
                // There is no word of the server's in it, and the user's name may be the password, too.
                if error.code == MySQLError.accessDenied { secrets = [] }
                throw service.password.advising(error, about: password)
            }
        }
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
        do throws(Failure) {
            try await logIn(
                over: conversation, socket, at: place, context, password, until: deadline,
                recording: &evidence)
        } catch {
            // What the server itself ended was not cut by us.
            let isWhole = conversation.isJudged || error.reason == .closed
            cuts.count(isWhole ? nil : error.withholding(password), at: dialer.loop.now)
            guard conversation.hasSentLogin, service.forgives(error) else { throw error }
            return "accepts connections, and refuses the login that was guessed (\(error.message))"
        }
        cuts.count(nil, at: dialer.loop.now)
        dialer.enter(.query, &evidence)
        let findings: Result<String, Failure>
        do throws(Failure) {
            let questions = MySQLQuestions(service: service, conversation: conversation)
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
    ) async throws(Failure) {
        let greeting = try MySQLGreeting(try await conversation.next(until: deadline))
        let offersTLS = greeting.capabilities.contains(.tls)
        // A socket is asked in the clear unless somebody wants TLS there, as by mysql itself.
        let isSocket = if case .unixSocket = place { true } else { false }
        let speaksTLS = offersTLS && service.mode != .disabled && (!isSocket || service.mode.isRequired)
        if !speaksTLS, let refusal = refusalWithoutTLS {
            let capabilities = MySQLRequest.capabilities(of: greeting, database: nil, overTLS: false)
            await leave(conversation, capabilities, until: deadline)
            throw refusal
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
                socket, to: place, context, until: deadline, recording: &evidence,
                ifPlain: { said throws(Failure) in
                    try await conversation.requireNoError(said, until: deadline)
                })
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
            if channel == .plain { channel = service.provesServer ? .verifiedTLS : .anyTLS }
        }
        try await MySQLLogin(service: service, password: password, channel: channel).perform(
            greeting, over: conversation, capabilities, until: deadline)
    }

    /// Why a connection without TLS will not do; nil where it will.
    private var refusalWithoutTLS: Failure? {
        var why: String?
        if service.mode.isRequired {
            why = "the server offers no TLS, and ssl_mode is \(service.mode.rawValue)"
        } else if let minimumValidity {
            let wanted = DurationText.describe(minimumValidity)
            why = "no TLS is spoken, and min_validity (\(wanted)) asks for its certificate"
        }
        return why.map { Failure(.tls, $0, isPermanent: true).advising(.noServerTLS) }
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
