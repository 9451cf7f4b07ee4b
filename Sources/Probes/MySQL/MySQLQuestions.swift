internal import HealthCore

/// What a server is asked after the login, by the target's level and settings.
struct MySQLQuestions {
    let service: MySQLService
    let greeting: MySQLGreeting
    let conversation: MySQLConversation

    private static let usualQuery = Secret("SELECT 1".utf8)

    /// Asks, and returns the findings.
    func ask(until deadline: Instant) async throws(Failure) -> String {
        guard service.level != .ping else { return "accepts connections" }
        let query = service.query ?? Self.usualQuery
        let value = try await conversation.query(query.reveal { $0 }, until: deadline).firstValue
        if service.query == nil { try QueryVerdict.requireOne(value) }
        if let expected = service.expectedValue { try QueryVerdict.require(expected, value) }
        try await requireReadyNode(until: deadline)
        var findings = "answers queries"
        if service.role != nil || service.level == .writable {
            let state = MySQLState(try await show(MySQLState.readOnlyQuery, until: deadline))
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
        guard MySQLState(galera).isOn else { return }
        try MySQLState(try await show(MySQLState.nodeQuery, until: deadline)).requireReadyNode()
    }

    /// The rows of what is replicated, in the spelling of this server.
    private func replicas(until deadline: Instant) async throws(Failure) -> MySQLResult {
        let statement = greeting.isMariaDB ? MySQLReplicas.queryOfMariaDB : MySQLReplicas.query
        do throws(Failure) { return try await show(statement, until: deadline) } catch {
            switch error.code {
            case "1064": return try await show(MySQLReplicas.olderQuery, until: deadline)
            case "1227": throw error.advising(.replicationPrivilege)
            default: throw error
            }
        }
    }

    private func show(_ statement: String, until deadline: Instant) async throws(Failure) -> MySQLResult {
        try await conversation.query(
            Array(statement.utf8), keeping: MySQLReplicas.rowLimit, until: deadline)
    }
}
