package import EventLoop
package import HealthCore

/// PostgreSQL at three depths: would it talk to me, can I use it, can I write.
package struct PostgresProbe: Probe {
    private let service: PostgresService
    private let endpoint: Endpoint
    private let dialer: Dialer

    package init(_ service: PostgresService, _ endpoint: Endpoint, _ dialer: Dialer) {
        self.service = service
        self.endpoint = endpoint
        self.dialer = dialer
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        var address: String?
        var password: Secret?
        do throws(Failure) {
            // A ping must not log in: it has no business with the password.
            if service.level != .ping { password = try self.password() }
            let (connection, dialled) = try await connect(password, until: deadline)
            address = dialled.description
            return .ready(address: address, detail: try await look(through: connection, until: deadline))
        } catch {
            let failure = error.withholding(password)
            return judged(failure.address == nil ? failure.at(address ?? endpoint.description) : failure)
        }
    }

    private func password() throws(Failure) -> Secret? {
        try SecretFile.password(service.password) { contents in
            PassFile.password(in: contents, for: service, at: endpoint)
        }
    }

    private func connect(
        _ password: Secret?, until deadline: Instant
    ) async throws(Failure) -> (PostgresConnection, SocketAddress) {
        var dialled = endpoint
        if case .network(_, let port) = endpoint, let address = service.hostAddress {
            dialled = .network(host: address, port: port)
        }
        let addresses = try await dialer.addresses(of: dialled, until: deadline)
        let loop = dialer.loop
        return try await AddressRace.winner(
            of: addresses, on: loop, until: deadline,
            begin: { address throws(Failure) in
                let parameters = ConnectionParameters(service, endpoint, address, password)
                return try PostgresConnection(parameters, address, on: loop)
            }, descriptor: { $0.descriptor })
    }

    private func look(
        through connection: PostgresConnection, until deadline: Instant
    ) async throws(Failure) -> String {
        let establishment = try await connection.establish(
            stoppingAtAuthentication: service.level == .ping, until: deadline)
        guard case .connected = establishment, service.level != .ping else { return "accepts connections" }
        _ = try await connection.query(service.query, until: deadline)
        guard service.level == .writable else { return "answers queries" }
        let setting = try await connection.query(Secret("SHOW transaction_read_only".utf8), until: deadline)
        guard setting == "off" else { throw Failure(.readOnly, "the session is read-only") }
        return "takes writes"
    }

    /// A ping that nobody gave a user or a database still answers the question it was asked when
    /// the server only misses our defaults.
    private func judged(_ failure: Failure) -> Outcome {
        let isAboutUser = failure.reason == .auth && service.userOrigin == .ours
        let isAboutDatabase = failure.message.hasPrefix("3D000") && service.databaseOrigin == .ours
        guard service.level == .ping, isAboutUser || isAboutDatabase else { return .notReady(failure) }
        return .ready(address: failure.address, detail: "accepts connections (\(failure.message))")
    }
}
