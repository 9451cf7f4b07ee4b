import HealthCore
import Testing

@Suite("What a Redis error reply means")
struct RedisAnswerTests {
    static let reasons: [(String, Reason)] = [
        ("NOAUTH Authentication required.", .auth),
        ("WRONGPASS invalid username-password pair or user is disabled.", .auth),
        ("ERR invalid password", .auth),
        (
            "ERR AUTH <password> called without any password configured for the default user. Are you sure?",
            .auth
        ),
        ("ERR Client sent AUTH, but no password is set", .auth),
        ("NOPERM this user has no permissions to run the 'ping' command", .denied),
        ("NOPERM User app has no permissions to run the 'ping' command", .denied),
        ("DENIED Redis is running in protected mode because protected mode is enabled", .denied),
        ("LOADING Redis is loading the dataset in memory", .loading),
        ("LOADING Valkey is loading the dataset in memory", .loading),
        ("LOADING x", .loading),
        ("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", .masterdown),
        ("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.", .busy),
        ("BUSY Valkey is busy running a module command.", .busy), ("BUSY", .busy),
        ("MISCONF Errors writing to the AOF file: No space left on device", .misconf),
        ("MISCONF x", .misconf),
        ("READONLY You can't write against a read only replica.", .readOnly),
        ("CLUSTERDOWN Hash slot not served", .clusterDown),
        ("ERR max number of clients reached", .tooManyConnections),
        ("ERR max number of clients + cluster connections reached", .tooManyConnections),
        ("ERR max clients reached", .tooManyConnections),
        ("ERR max concurrent connections exceeded", .tooManyConnections),
        ("ERR DB index is out of range", .noDatabase), ("ERR operation not permitted", .auth),
        ("MOVED 3999 127.0.0.1:6381", .error),
        ("ERR unknown command 'PING', with args beginning with: ", .error),
        ("NOREPLICAS Not enough good replicas to write.", .error), ("EXECABORT x", .error), ("", .error),
        // Only a whole first word counts.
        ("BUSYKEY Target key name already exists.", .error), ("BUSYGROUP x", .error), ("loading x", .error),
        ("ERR LOADING is not the first word", .error), (" LOADING x", .error), ("ERR", .error),
        ("NOAUTHENTICATION x", .error), ("ERROR max number of clients reached", .error),
        ("the ERR max number of clients reached", .error),
    ]

    @Test(
        "the first word decides; behind ERR the few known texts do (R-5, RV-4…RV-10)",
        arguments: reasons)
    func reason(reply: String, reason: Reason) {
        let failure = RedisAnswer.failure(Array(reply.utf8))
        #expect(failure.reason == reason)
        #expect(failure.message == reply)
        #expect(failure.isPermanent == [.auth, .denied, .noDatabase].contains(reason))
    }

    @Test(
        "a refusal in a server's own words is about what was asked, if its words are",
        arguments: [
            (.selection, "ERR invalid DB index", .noDatabase),
            (.selection, "ERR invalid database index.", .noDatabase),
            (.selection, "unsupported command 'select'", .noDatabase),
            (.selection, "ERR SELECT is not allowed in cluster mode", .noDatabase),
            (.selection, "ERR unknown command `SELECT`, with args beginning with: `1`, ", .noDatabase),
            (.selection, "NOAUTH Authentication required.", .auth), (.selection, "LOADING x", .loading),
            (.selection, "NOPERM no", .denied), (.selection, "ERR Connection refused", .error),
            (.login, "ERR invalid username or password", .auth),
            (.login, "ERR unknown command 'AUTH'", .auth),
            (.login, "ERR Authentication failed", .auth), (.login, "upstream failure", .error),
            (.login, "ERR max number of clients reached", .tooManyConnections),
            (.other, "ERR invalid DB index", .error), (.other, "ERR unknown command 'AUTH'", .error),
            (.key, "MOVED 3999 127.0.0.1:6381", .error), (.key, "ERR unknown command 'EXISTS'", .error),
        ] as [(RedisAnswer.Question, String, Reason)])
    func refusal(of question: RedisAnswer.Question, reply: String, reason: Reason) {
        #expect(RedisAnswer.failure(Array(reply.utf8), to: question).reason == reason)
    }

    @Test(
        "a key that another node of a cluster has is named as that", arguments: ["MOVED 1 h:1", "ASK 1 h:1"])
    func elsewhere(reply: String) {
        let failure = RedisAnswer.failure(Array(reply.utf8), to: .key)
        #expect(failure.message == "the key lives on another node of the cluster: \(reply)")
        #expect(failure.hint == .anotherNode)
    }

    @Test(
        "AUTH with a user is one argument too many for servers without users, and only there",
        arguments: [
            ("ERR wrong number of arguments for 'auth' command", true),
            ("ERR wrong number of arguments for 'AUTH'", true), ("ERR Wrong number of args", true),
            ("WRONGPASS invalid username-password pair or user is disabled.", false),
            ("ERR syntax error", false), ("NOAUTH Authentication required.", false), ("", false),
        ])
    func takesNoUser(reply: String, isIt: Bool) {
        #expect(RedisAnswer.takesNoUser(Array(reply.utf8)) == isIt)
    }

    @Test("a reply is shown as one printable line of at most 200 bytes")
    func text() {
        #expect(RedisAnswer.failure(Array("ERR a\u{1B}[2Jb\r\n".utf8)).message == "ERR a\\x1b[2Jb\\x0d\\x0a")
        let long = RedisAnswer.failure(Array("LOADING ".utf8) + [UInt8](repeating: 0xFF, count: 1 << 20))
        #expect(long.reason == .loading)
        #expect(long.message.utf8.count <= 200)
    }

    @Test(
        "\"no password configured\" is known in its old and its new words, and is nothing else",
        arguments: [
            ("ERR Client sent AUTH, but no password is set", true),
            (
                "ERR AUTH <password> called without any password configured for the default user. Are you sure your"
                    + " configuration is correct?", true
            ),
            ("ERR AUTH called without any password configured", true),
            ("WRONGPASS without any password configured", false), ("ERR invalid password", false),
            ("ERR unknown command 'AUTH'", false), ("NOAUTH Authentication required.", false), ("", false),
        ])
    func noPasswordConfigured(reply: String, isIt: Bool) {
        #expect(RedisAnswer.isNoPasswordConfigured(Array(reply.utf8)) == isIt)
    }
}
