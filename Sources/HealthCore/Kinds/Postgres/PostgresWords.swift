/// English messages of servers and poolers, for SQLSTATEs that do not determine the reason.
enum PostgresWords {
    /// The thing that a refusal is about, if the client names that thing.
    enum Subject {
        case user, database
    }

    private struct Meaning {
        let parts: [String]
        let reason: Reason
        let subject: Subject?

        init(_ parts: String..., reason: Reason, about subject: Subject? = nil) {
            (self.parts, self.reason, self.subject) = (parts, reason, subject)
        }
    }

    /// The first row whose parts all occur in the text, in capitals or not, counts. "no such database" is first, because a
    /// pooler puts a name after it, which may contain any other part.
    private static let meanings: [Meaning] = [
        Meaning("no such database", reason: .noDatabase, about: .database),
        Meaning("no pool configured for database", reason: .noDatabase, about: .database),
        Meaning("shutting down", reason: .shuttingDown),
        Meaning("terminating connection due to administrator command", reason: .shuttingDown),
        Meaning("because of crash of another server process", reason: .shuttingDown),
        Meaning("in recovery mode", reason: .recovering),
        Meaning("not yet accepting", reason: .recovering),
        Meaning("not accepting", reason: .recovering),
        Meaning("starting up", reason: .starting),
        Meaning("too many clients", reason: .tooManyConnections),
        Meaning("too many connections", reason: .tooManyConnections),
        Meaning("too many tcp connections", reason: .tooManyConnections),
        Meaning("too many client tcp connections", reason: .tooManyConnections),
        Meaning("too many active clients", reason: .tooManyConnections),
        Meaning("remaining connection slots are reserved", reason: .tooManyConnections),
        Meaning("no more connections allowed", reason: .tooManyConnections),
        Meaning("client connections exceeded", reason: .tooManyConnections),
        Meaning("max client connections reached", reason: .tooManyConnections),
        Meaning("max clients reached", reason: .tooManyConnections),
        Meaning("max proxy connections reached", reason: .tooManyConnections),
        Meaning("max pools count reached", reason: .tooManyConnections),
        Meaning("authentication failed", reason: .auth),
        Meaning("auth failed", reason: .auth),
        Meaning("no pg_hba.conf entry", reason: .auth),
        Meaning("pg_hba.conf rejects", reason: .auth),
        Meaning("login rejected", reason: .auth),
        Meaning("no such user", reason: .auth, about: .user),
        Meaning("tenant or user not found", reason: .auth, about: .user),
        Meaning("tenant/user", "not found", reason: .auth, about: .user),
        Meaning("no tenant identifier", reason: .auth, about: .user),
        Meaning("user not found", reason: .auth, about: .user),
        Meaning("invalid format for user", reason: .auth, about: .user),
        Meaning("not in tenant allow_list", reason: .auth),
        Meaning("no credentials for the role", reason: .auth, about: .user),
        Meaning("role", "is not permitted to log in", reason: .auth),
        Meaning("role", "does not exist", reason: .auth),
        Meaning("permission denied", reason: .denied),
        Meaning("database", "does not exist", reason: .noDatabase),
        Meaning("database", "is disabled", reason: .noDatabase),
        Meaning("database", "does not allow connections", reason: .noDatabase),
        Meaning("database", "is not currently accepting connections", reason: .noDatabase),
        // PgBouncer, RDS Proxy, Supavisor, PgCat and Odyssey had no session with their server to give in their own time.
        Meaning("query_wait_timeout", reason: .busy),
        Meaning("timed-out waiting to acquire database connection", reason: .busy),
        Meaning("unable to check out", "from the pool due to timeout", reason: .busy),
        Meaning("could not get connection from the pool", reason: .busy),
        Meaning("failed to get remote server connection", reason: .busy),
    ]

    /// The words by which servers and poolers refuse a client without TLS. `no encryption` and `SSL off` end PostgreSQL's
    /// sentences about pg_hba.conf.
    private static let demands = [
        "requires tls", "requires ssl", "requires an ssl", "requires a tls", "tls connection required",
        "ssl connection required", "tls connection is required", "ssl connection is required",
        "requires encryption", "tls is required", "ssl is required", "tls required", "ssl required",
        "must use ssl", "must use tls",
        "connection is insecure", "cleartext connections are not permitted", "no encryption", "ssl off",
    ]

    /// The reason of a message; nil if no row matches.
    static func meaning(of text: [UInt8]) -> Reason? {
        row(of: text)?.reason ?? (demandsTLS(text) ? .tls : nil)
    }

    /// The thing that a pooler's refusal is about; nil for what the pooler passes on about its own login at the server.
    static func subject(of text: [UInt8]) -> Subject? {
        has(words(of: text), "server login") ? nil : row(of: text)?.subject
    }

    /// Whether the text is about another user or database than ours, by one of these words and a name in quotes. Such a
    /// refusal is the one that a pooler has met at its server, and passes on.
    static func isAbout(_ things: String..., otherThan name: String, _ text: [UInt8]) -> Bool {
        let places = things.lazy.compactMap { text.endOfFirst("\($0) \"".utf8) }
        guard let start = places.first else { return false }
        return !text[start...].starts(with: "\(name)\"".utf8)
    }

    /// Whether the text says that a client without TLS is refused.
    static func demandsTLS(_ text: [UInt8]) -> Bool {
        let words = words(of: text)
        return demands.contains { has(words, $0) }
    }

    /// Whether the client is refused for its certificate, or for having none.
    static func demandsCertificate(_ text: [UInt8]) -> Bool {
        let words = words(of: text)
        return has(words, "valid client certificate") || has(words, "certificate authentication failed")
    }

    /// Whether a line of pg_hba.conf rejects the client: such a line is more often about the user than about TLS.
    static func isRejectedByRule(_ text: [UInt8]) -> Bool { has(words(of: text), "pg_hba.conf rejects") }

    /// Whether the text is about the rules that decide which client may log in from where.
    static func mentionsRules(_ text: [UInt8]) -> Bool {
        let words = words(of: text)
        return has(words, "pg_hba.conf") || has(words, "host based authentication")
    }

    private static func row(of text: [UInt8]) -> Meaning? {
        let words = words(of: text)
        return meanings.first { row in row.parts.allSatisfy { has(words, $0) } }
    }

    private static func has(_ words: [UInt8], _ part: String) -> Bool { words.endOfFirst(part.utf8) != nil }

    /// The text in small letters, without the part between its first and last quote: a name can contain any of the words.
    private static func words(of text: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        var words = text
        if let first = text.firstIndex(of: quote), let last = text.lastIndex(of: quote) {
            words = Array(text[..<first] + text[last...])
        }
        return words.map(ASCII.lowercased)
    }
}
