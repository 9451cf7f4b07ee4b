/// Error replies of Redis and Valkey. Only the first word is matched, because the prose differs between versions
/// and forks; for `-ERR`, which has no other code, a few texts are known.
package enum RedisAnswer {
    /// The question that a reply answers, where the question tells more about a refusal than its words.
    package enum Question: Sendable {
        case login, selection, key, other
    }

    /// The failure of a reply like `LOADING Redis is loading …`, without the `-`.
    package static func failure(_ reply: [UInt8], to question: Question = .other) -> Failure {
        let text = String(decoding: reply.prefix(1024), as: UTF8.self)
        let line = PrintableText.line(reply)
        if question == .key, ["MOVED ", "ASK "].contains(where: text.hasPrefix) {
            return Failure(.error, "the key lives on another node of the cluster: \(line)")
                .advising(.anotherNode)
        }
        var reason = reason(text)
        if reason == .error { reason = refusal(text.lowercased(), of: question) }
        let isProtected = reason == .denied && text.mentions("protected mode")
        return Failure(reason, line).advising(
            reason == .noDatabase ? .noSelection : isProtected ? .protectedMode : nil)
    }

    /// The reason of a refusal in words that are not Redis's: the password or the database is refused if the words are
    /// about it. Other words, such as those of a proxy without its server, may be about a state that passes.
    private static func refusal(_ words: String, of question: Question) -> Reason {
        switch question {
        case .login where ["auth", "password", "user", "credential"].contains(where: words.mentions): .auth
        case .selection where ["select", "db", "database", "index"].contains(where: words.mentions):
            .noDatabase
        default: .error
        }
    }

    /// Whether AUTH with a user was refused because the server takes only a password, as all did before Redis 6.
    package static func takesNoUser(_ reply: [UInt8]) -> Bool {
        String(decoding: reply.prefix(1024), as: UTF8.self).lowercased().mentions("wrong number of arg")
    }

    private static func reason(_ text: String) -> Reason {
        switch text.prefix(while: { $0 != " " }) {
        case "NOAUTH", "WRONGPASS": .auth
        case "NOPERM", "DENIED": .denied
        case "LOADING": .loading
        case "MASTERDOWN": .masterdown
        case "BUSY": .busy
        case "MISCONF": .misconf
        case "READONLY": .readOnly
        case "CLUSTERDOWN": .clusterDown
        case "ERR" where full.contains(where: text.hasPrefix): .tooManyConnections
        case "ERR" where text.hasPrefix("ERR DB index is out of range"): .noDatabase
        case "ERR" where text.hasPrefix("ERR invalid password") || isNoPasswordConfigured(text): .auth
        // Until 2.6.
        case "ERR" where text.hasPrefix("ERR operation not permitted"): .auth
        // Pika, Codis and SSDB.
        case "ERR"
        where text.hasPrefix("ERR NOAUTH") || text.lowercased().mentions("authentication required"):
            .auth
        default: .error
        }
    }

    /// The words by which servers of several makes refuse one client too many.
    private static let full = [
        "ERR max number of clients", "ERR max clients", "ERR max concurrent connections",
        "ERR too many connections", "ERR too many clients",
    ]

    /// Whether AUTH was refused because the server has no password. Such an error is ignored if the password came from
    /// the environment.
    package static func isNoPasswordConfigured(_ reply: [UInt8]) -> Bool {
        isNoPasswordConfigured(String(decoding: reply.prefix(1024), as: UTF8.self))
    }

    private static func isNoPasswordConfigured(_ text: String) -> Bool {
        text.hasPrefix("ERR Client sent AUTH, but no password is set")
            || (text.hasPrefix("ERR AUTH ") && text.mentions("without any password configured"))
    }
}
