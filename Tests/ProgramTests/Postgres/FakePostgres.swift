import TestSupport

/// The messages of a server of PostgreSQL, right or wrong, and the beginning of a conversation.
enum FakePostgres {
    /// A message; its length is the true one unless another one is claimed.
    static func message(_ type: Character, _ body: [UInt8] = [], claiming length: Int? = nil) -> [UInt8] {
        Array(String(type).utf8) + number(length ?? body.count + 4) + body
    }

    /// An authentication request: 0 lets in, 3 wants a password, 5 MD5, 7 GSSAPI, 10 SASL.
    static func authentication(_ method: Int) -> [UInt8] {
        let rest: [UInt8] =
            switch method {
            case 5: [1, 2, 3, 4]
            case 10: Array("SCRAM-SHA-256\0\0".utf8)
            default: []
            }
        return message("R", number(method) + rest)
    }

    /// An error with a severity and a code.
    static func error(_ code: String, _ text: [UInt8]) -> [UInt8] {
        message("E", Array("SFATAL\0VFATAL\0C\(code)\0M".utf8) + text + [0, 0])
    }

    /// What a server says that is starting.
    static let starting = error("57P03", Array("the database system is starting up".utf8))
    /// What follows when a client is let in.
    static let letIn =
        authentication(0) + message("S", Array("client_encoding\0UTF8\0".utf8)) + readyForQuery
    /// The end of every answer to a query.
    static let readyForQuery = message("Z", Array("I".utf8))
    /// The columns of a result: one, text.
    static let rowDescription = message(
        "T",
        [0, 1] + Array("a\0".utf8) + [0, 0, 0, 0, 0, 0, 0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0])

    /// The answer to a query: one row with one value.
    static func row(_ value: String) -> [UInt8] {
        let bytes = Array(value.utf8)
        return rowDescription + message("D", [0, 1] + number(bytes.count) + bytes)
            + message("C", Array("SELECT 1\0".utf8)) + readyForQuery
    }

    /// A server that lets everybody in, and answers the queries of a session one after the other.
    static func server(answering values: [String]) throws -> LoopbackServer {
        try server { connection in
            connection.write(letIn)
            for value in values {
                guard !connection.read().isEmpty else { return }
                connection.write(row(value))
            }
        }
    }

    /// Begins a SCRAM login that takes so many rounds, with another salt for each connection; no password is right.
    static func askForRounds(_ rounds: some CustomStringConvertible, _ connection: LoopbackConnection) {
        connection.write(authentication(10))
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        let salt = String((0..<24).map { _ in letters.randomElement() ?? "A" })
        let nonce = String(decoding: connection.read(), as: UTF8.self).split(separator: ",r=").last ?? ""
        connection.write(message("R", number(11) + Array("r=\(nonce)x,s=\(salt),i=\(rounds)".utf8)))
    }

    /// Declines TLS if it is asked for, and takes the startup packet.
    static func greet(_ connection: LoopbackConnection) {
        let first = connection.read()
        guard first.count == 8, first[4...] == [4, 210, 22, 47] else { return }
        connection.write("N")
        _ = connection.read()
    }

    /// Serves connections from after the startup packet on; says nothing when `script` has ended.
    static func server(
        _ script: @escaping @Sendable (LoopbackConnection) -> Void
    ) throws -> LoopbackServer {
        try LoopbackServer { connection in
            greet(connection)
            script(connection)
            connection.holdSilently(within: 10)
        }
    }

    /// A server that lets everybody in and has no functions of WAL.
    static func serverWithoutWAL(isStandby: Bool, code: String = "0A000") throws -> LoopbackServer {
        try server { answerWithoutWAL($0, isStandby: isStandby, code: code) }
    }

    /// The same for one connection, from after the startup packet on.
    static func answerWithoutWAL(_ connection: LoopbackConnection, isStandby: Bool, code: String = "0A000") {
        connection.write(letIn)
        while case let bytes = connection.read(within: 10), !bytes.isEmpty {
            let query = String(decoding: bytes, as: UTF8.self)
            if query.contains("pg_last") || query.contains("pg_stat_wal") {
                let refusal =
                    "Function pg_last_xlog_receive_location() is currently not supported for Aurora"
                connection.write(
                    error(code, Array(refusal.utf8)) + readyForQuery)
            } else if query.contains("pg_is_in_recovery") {
                connection.write(row(isStandby ? "t" : "f"))
            } else {
                connection.write(row("1"))
            }
        }
    }

    /// A server that says the same to every startup packet.
    static func server(saying bytes: [UInt8]) throws -> LoopbackServer {
        try server { $0.write(bytes) }
    }

    /// Four bytes, the highest first.
    static func number(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
