import Glibc

extension PostgresServer {
    /// The real psql.
    package static let psql = "\(PostgresTemplate.binaries)/psql"
    /// The real pg_isready.
    package static let pgIsReady = "\(PostgresTemplate.binaries)/pg_isready"

    /// What a query prints through the real psql, as superuser over the Unix socket.
    @discardableResult
    package func sql(_ statement: String, database: String = "postgres") throws -> String {
        let finished = query(statement, database: database)
        guard finished.exitCode == 0 else { throw SupportError("\(statement): \(finished)") }
        return finished.trimmedOutput
    }

    /// Makes a role that can log in, with a scram password if one is given.
    package func createRole(_ name: String, password: String? = nil) throws {
        let secret = password.map { " PASSWORD '\($0)'" } ?? ""
        try sql("CREATE ROLE \"\(name)\" LOGIN\(secret)")
    }

    /// How many times the log contains `part`.
    package func logCount(of part: String) -> Int {
        log.count(of: part)
    }

    /// Opens idle sessions and waits until each is logged in.
    package func openSessions(
        _ count: Int, user: String? = nil, database: String = "postgres"
    ) throws -> PostgresSessions {
        let sessions = PostgresSessions()
        for _ in 0..<count {
            // The backend of a client that has just left may still hold the slot.
            let isOpen = try eventually(within: 10) {
                let client = psql(user: user ?? superuser, database: database, standardInput: .open)
                let session = try client.start()
                session.write("SELECT 'logged in';\n")
                let isIn = session.waitUntil(within: 10) { $0.standardOutput.contains("logged in") }
                if isIn { sessions.add(session) }
                return isIn
            }
            guard isOpen else { throw SupportError("cannot open a session:\n\(log.suffix(1000))") }
        }
        return sessions
    }

    /// Opens sessions until no ordinary role gets in (53300), and with `includingReserved` not
    /// even the superuser.
    package func exhaustSlots(includingReserved: Bool = false) throws -> PostgresSessions {
        let reserved = try Int(sql("SHOW superuser_reserved_connections")) ?? 0
        let all = try Int(sql("SHOW max_connections")) ?? 0
        if try sql("SELECT count(*) FROM pg_roles WHERE rolname = 'slot_holder'") == "0" {
            try createRole("slot_holder")
        }
        let sessions = try openSessions(all - reserved, user: "slot_holder")
        if includingReserved { sessions.add(try openSessions(reserved)) }
        return sessions
    }

    func query(_ statement: String, database: String = "postgres") -> Finished {
        var program = psql(user: superuser, database: database, standardInput: .empty)
        program.arguments += [Array("-c".utf8), Array(statement.utf8)]
        // psql is there, or initdb would have been missing too.
        guard let finished = try? program.run(within: 30) else { fatalError("cannot run \(program.path)") }
        return finished
    }

    private func psql(user: String, database: String, standardInput: Program.StandardInput) -> Program {
        Program(
            PostgresServer.psql,
            [
                "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", socketDirectory, "-p", "\(port)", "-U",
                user, "-d", database,
            ], standardInput: standardInput)
    }
}
