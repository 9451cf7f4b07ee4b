internal import HealthCore

/// What a server is asked after the login, by the target's level and settings.
struct MySQLQuestions {
    let service: MySQLService
    let conversation: MySQLConversation

    private static let usualQuery = Secret("SELECT 1".utf8)

    /// Asks, and returns the findings.
    func ask(until deadline: Instant) async throws(Failure) -> String {
        guard service.level != .ping else { return "accepts connections" }
        let query = service.query ?? Self.usualQuery
        let value: String?
        do throws(Failure) {
            value = try await conversation.query(query.reveal { $0 }, until: deadline).firstValue
        } catch {
            throw service.query.map { error.withholdingQuery($0, syntaxError: "1064") } ?? error
        }
        if service.query == nil { try QueryVerdict.requireOne(value) }
        if let expected = service.expectedValue { try QueryVerdict.require(expected, value) }
        try await requireReadyNode(until: deadline)
        var findings = "answers queries"
        if service.role != nil || service.level == .writable {
            let state = try MySQLState(try await show(MySQLState.readOnlyQuery, until: deadline))
            try state.requireKnown()
            if let role = service.role {
                try MySQLReplicas(try await replicas(until: deadline)).require(role, state)
                findings += ", a \(role.rawValue)"
            }
            if service.level == .writable {
                try state.requireWritable()
                findings = "takes writes" + findings.dropFirst("answers queries".count)
            }
        }
        if let limit = service.maximumLag {
            try MySQLReplicas(try await replicas(until: deadline)).requireLag(atMost: limit)
        }
        return findings
    }

    /// A node of Galera answers `SELECT 1` also while it answers for nothing else.
    private func requireReadyNode(until deadline: Instant) async throws(Failure) {
        let galera: MySQLResult
        do throws(Failure) { galera = try await show(MySQLState.galeraQuery, until: deadline) } catch {
            // What only speaks the protocol may not know the statement.
            guard error.code != nil, error.reason == .error else { throw error }
            return
        }
        guard try MySQLState(galera).isOn else { return }
        try MySQLState(try await show(MySQLState.nodeQuery, until: deadline)).requireReadyNode()
    }

    /// The rows of what is replicated, in the first spelling that this server knows: what it is, its version need not tell.
    private func replicas(until deadline: Instant) async throws(Failure) -> MySQLResult {
        var unknown: Failure?
        for statement in [MySQLReplicas.queryOfMariaDB, MySQLReplicas.query, MySQLReplicas.olderQuery] {
            do throws(Failure) { return try await show(statement, until: deadline) } catch {
                if error.code == "1227" { throw error.advising(.replicationPrivilege) }
                guard error.code == "1064" else { throw error }
                unknown = error
            }
        }
        throw unknown ?? Failure(.protocol, "it does not say whether it is a replica")
    }

    private func show(_ statement: String, until deadline: Instant) async throws(Failure) -> MySQLResult {
        try await conversation.query(
            Array(statement.utf8), keeping: MySQLReplicas.rowLimit, until: deadline)
    }
}
