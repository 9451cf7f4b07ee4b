/// The refusals that a ping forgives: those about a user or a database that nobody named.
extension PostgresService {
    /// Whether a ping failed only because the server does not know our defaults: such a server accepts connections. A
    /// demand for TLS is about no default.
    package func forgives(_ failure: Failure) -> Bool {
        guard let code = failure.code else { return false }
        let text = Array(failure.message.utf8.dropFirst(code.utf8.count + 1))
        guard !PostgresWords.demandsTLS(text) || PostgresWords.isRejectedByRule(text) else { return false }
        let guessesUser = userOrigin == .ours && !PostgresWords.isAbout("role", "user", otherThan: user, text)
        let guessesDatabase =
            databaseOrigin == .ours && !PostgresWords.isAbout("database", otherThan: database, text)
        switch code {
        case "3D000": return guessesDatabase
        // Class 28 is about the user.
        case _ where code.hasPrefix("28"): return guessesUser
        // The codes that poolers have for all that they say.
        case "XX000", "58000": break
        case _ where code.hasPrefix("08"): break
        default: return false
        }
        switch PostgresWords.subject(of: text) {
        case .user: return guessesUser
        case .database: return guessesDatabase
        case nil: return false
        }
    }
}
