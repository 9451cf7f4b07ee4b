/// Error replies of Redis and Valkey. Only the first word is matched, because the prose differs between versions
/// and forks; for `-ERR`, which has no other code, a few texts are known.
package enum RedisAnswer {
    /// The failure of a reply like `LOADING Redis is loading …`, without the `-`.
    package static func failure(_ reply: [UInt8]) -> Failure {
        Failure(reason(String(decoding: reply.prefix(1024), as: UTF8.self)), PrintableText.line(reply))
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
        case "ERR" where text.hasPrefix("ERR max number of clients"): .tooManyConnections
        case "ERR" where text.hasPrefix("ERR DB index is out of range"): .noDatabase
        case "ERR" where text.hasPrefix("ERR invalid password") || isNoPasswordConfigured(text): .auth
        default: .error
        }
    }

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
