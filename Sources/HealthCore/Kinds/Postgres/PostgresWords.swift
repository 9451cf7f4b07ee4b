/// What English words of a server or of a pooler mean, where the SQLSTATE does not say it.
enum PostgresWords {
    /// The first row counts of which every part stands in the text. A pooler's own "no such database" is followed by
    /// a name, which may be anything.
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

    /// nil for words that mean nothing in particular.
    static func meaning(of text: [UInt8]) -> Reason? {
        let words = withoutNames(text)
        return meanings.first { row in row.parts.allSatisfy { words.endOfFirst($0.utf8) != nil } }?.reason
    }

    /// The text without what stands between its first and its last quote: a name can be any of the words.
    private static func withoutNames(_ text: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard let first = text.firstIndex(of: quote), let last = text.lastIndex(of: quote) else {
            return text
        }
        return Array(text[..<first] + text[last...])
    }
}
