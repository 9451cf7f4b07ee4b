/// English messages of servers and poolers, for SQLSTATEs that do not determine the reason.
enum PostgresWords {
    /// The first row whose parts all occur in the text counts. "no such database" is first, because a pooler puts a
    /// name after it, which may contain any other part.
    private static let meanings: [(parts: [String], reason: Reason)] = [
        (["no such database"], .noDatabase),
        (["shutting down"], .shuttingDown),
        (["terminating connection due to administrator command"], .shuttingDown),
        (["because of crash of another server process"], .shuttingDown),
        (["in recovery mode"], .recovering),
        (["not yet accepting"], .recovering),
        (["not accepting"], .recovering),
        (["starting up"], .starting),
        (["too many clients"], .tooManyConnections),
        (["too many connections"], .tooManyConnections),
        (["remaining connection slots are reserved"], .tooManyConnections),
        (["no more connections allowed"], .tooManyConnections),
        (["client connections exceeded"], .tooManyConnections),
        (["authentication failed"], .auth),
        (["no pg_hba.conf entry"], .auth),
        (["pg_hba.conf rejects"], .auth),
        (["login rejected"], .auth),
        (["no such user"], .auth),
        (["role", "is not permitted to log in"], .auth),
        (["role", "does not exist"], .auth),
        (["permission denied"], .denied),
        (["database", "does not exist"], .noDatabase),
        (["database", "is disabled"], .noDatabase),
        (["database", "does not allow connections"], .noDatabase),
        (["database", "is not currently accepting connections"], .noDatabase),
    ]

    /// The reason of a message; nil if no row matches.
    static func meaning(of text: [UInt8]) -> Reason? {
        let words = withoutNames(text)
        return meanings.first { row in row.parts.allSatisfy { words.endOfFirst($0.utf8) != nil } }?.reason
    }

    /// The text without the part between its first and last quote: a name can contain any of the words.
    private static func withoutNames(_ text: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard let first = text.firstIndex(of: quote), let last = text.lastIndex(of: quote) else {
            return text
        }
        return Array(text[..<first] + text[last...])
    }
}
