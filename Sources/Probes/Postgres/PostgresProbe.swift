internal import EventLoop
package import HealthCore

/// PostgreSQL at three levels: the server accepts connections, answers queries, takes writes.
package struct PostgresProbe: Probe {
    let service: PostgresService
    let dialer: Dialer
    let minimumValidity: Duration?
    private let salted = SaltedPasswords()

    /// The finding of a ping whose server asks for a login: the server judges user and database only after the login.
    private static let untold =
        "accepts connections, and asks for a login: user and database were not looked at"
    private static let usualQuery = Secret("SELECT 1".utf8)

    package func attempt(until deadline: Instant) async -> Outcome {
        var passwords: [Secret] = []
        let outcome = await Connector.attempt(at: service.places[0].endpoint, withholding: { passwords }) {
            evidence throws(Failure) in
            let search = HostSearch(service: service, loop: dialer.loop)
            return try await search.first(until: deadline) { place, service, deadline throws(Failure) in
                // A ping must not log in, and so needs no password.
                let (password, salted) = try salted.refreshed(at: place) { () throws(Failure) in
                    service.level == .ping ? nil : try self.password(at: place)
                }
                if let password { passwords.append(password) }
                do throws(Failure) {
                    let connection = try await connect(
                        service, place, password, salted, until: deadline, recording: &evidence)
                    return try await look(through: connection, until: deadline, recording: &evidence)
                } catch {
                    let certificate = CertificateFailure(
                        service: service, place: place.endpoint, dialer: dialer)
                    let failure = await certificate.explained(error, until: deadline, recording: &evidence)
                    throw service.password.advising(failure, about: password)
                }
            }
        }
        return judged(outcome)
    }

    /// The password for a host. A line of libpq's password file is for one host; a host without a line is asked without
    /// a password.
    private func password(at place: PostgresService.Place) throws(Failure) -> Secret? {
        guard case .passFile(let path) = service.password else {
            return try SecretFile.password(service.password)
        }
        guard let lines = try SecretFile.current(path, onlyIfPrivate: true),
            PassFile.hasLine(lines, for: service)
        else {
            if SecretFile.isExposed(path) {
                throw Failure(.config, "libpq ignores the password file \(path), to which others have access")
                    .advising(.ignoredPassFile)
            }
            throw Failure(.config, "no line of the password file \(path) matches any more")
        }
        return PassFile.password(in: lines, for: service, at: place)
    }

    private func connect(
        _ service: PostgresService, _ place: PostgresService.Place, _ password: Secret?,
        _ salted: SaltedPassword?,
        until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> PostgresConnection {
        evidence.address = place.dialled.description
        dialer.enterName(of: place.dialled, &evidence)
        let addresses = try await dialer.addresses(of: place.dialled, until: deadline)
        dialer.enter(.connect, &evidence)
        let loop = dialer.loop
        let (connection, address) = try await AddressRace.winner(
            of: addresses, on: loop, until: deadline,
            begin: { address throws(Failure) in
                let parameters = ConnectionParameters(service, place, address, password)
                return try PostgresConnection(parameters, address, salted, on: loop)
            }, descriptor: { $0.descriptor })
        evidence.address = address.description
        return connection
    }

    private func look(
        through connection: PostgresConnection, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        let establishment: PostgresConnection.Establishment
        do throws(Failure) {
            establishment = try await connection.establish(
                stoppingAtAuthentication: service.level == .ping, until: deadline
            ) { dialer.enter($0, &evidence) }
        } catch {
            // A guessed login that is refused may be forgiven, and its certificate is looked at all the same.
            let expiry = connection.certificateExpiry
            if let expiry { evidence.certificateExpiry = expiry }
            if let minimum = minimumValidity, service.level == .ping, service.forgives(error) {
                try requireValidity(minimum, expiry)
            }
            throw error
        }
        evidence.certificateExpiry = connection.certificateExpiry
        if let minimum = minimumValidity { try requireValidity(minimum, evidence.certificateExpiry) }
        guard case .connected = establishment, service.level != .ping else {
            return establishment == .connected ? "accepts connections" : Self.untold
        }
        dialer.enter(.query, &evidence)
        if service.sessionAttributes != "any" { try connection.requireKnownAttributes() }
        let value: String?
        do throws(Failure) {
            value = try await connection.query(service.query ?? Self.usualQuery, until: deadline)
        } catch {
            throw service.query.map { error.withholdingQuery($0, syntaxError: "42601") } ?? error
        }
        if service.query == nil { try QueryVerdict.requireOne(value) }
        if let expected = service.expectedValue { try QueryVerdict.require(expected, value) }
        var detail = "answers queries"
        detail += try await replication(through: connection, until: deadline)
        guard service.level == .writable else { return detail }
        let setting = try await connection.query(Secret("SHOW transaction_read_only".utf8), until: deadline)
        try QueryVerdict.requireWritable(setting)
        return "takes writes" + detail.dropFirst("answers queries".count)
    }

    /// The findings about role and lag. The role has a query of its own, because servers with roles may lack the functions
    /// of the lag.
    private func replication(
        through connection: PostgresConnection, until deadline: Instant
    ) async throws(Failure) -> String {
        // Said here, because Swift 6.2 does not take it from the setting for a local function.
        nonisolated(nonsending) func answer(_ query: String, advice: Advice) async throws(Failure) -> String?
        {
            do throws(Failure) {
                return try await connection.query(Secret(query.utf8), until: deadline)
            } catch {
                throw error.code.map(ReplicationState.isUnknown) == true ? error.advising(advice) : error
            }
        }
        var detail = ""
        if let role = service.role {
            try ReplicationState.require(role, try await answer(ReplicationState.roleQuery, advice: .noRole))
            detail = ", a \(role.rawValue)"
        }
        if let limit = service.maximumLag {
            let state = try ReplicationState(try await answer(ReplicationState.lagQuery, advice: .noLag))
            try state.requireLag(atMost: limit)
        }
        return detail
    }

    private func requireValidity(_ minimum: Duration, _ expiry: Int64?) throws(Failure) {
        guard let expiry else {
            throw Failure(.tls, "no TLS is spoken, and min_validity asks for its certificate")
                .advising(.noServerTLS)
        }
        try CertificateValidity.require(minimum, until: expiry)
    }

    /// Forgives a ping the failure of a default user or database.
    private func judged(_ outcome: Outcome) -> Outcome {
        guard service.level == .ping, let failure = outcome.failure, service.forgives(failure) else {
            return outcome
        }
        let but = failure.hint == .serverWantsTLS ? ", but not from here with this user and without TLS" : ""
        return outcome.forgiven("accepts connections\(but) (\(failure.message))")
    }
}
