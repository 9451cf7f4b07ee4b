import TestSupport

/// A peer that follows a script.
struct FieldPeer: Sendable {
    let serve: @Sendable (LoopbackConnection) -> Void

    /// A PostgreSQL that refuses the startup packet, or the password after it, with this error. Poolers leave out the
    /// field `V`.
    static func postgres(
        _ code: String, _ text: String, afterPassword: Bool = false, isPooler: Bool = false
    ) -> FieldPeer {
        FieldPeer { connection in
            FakePostgres.greet(connection)
            if afterPassword {
                connection.write(FakePostgres.authentication(3))
                _ = connection.read()
            }
            connection.write(
                isPooler
                    ? FakePostgres.message("E", Array("SERROR\0C\(code)\0M\(text)\0\0".utf8))
                    : FakePostgres.error(code, Array(text.utf8)))
            connection.holdSilently(within: 5)
        }
    }

    /// A PostgreSQL that asks for a login in this way.
    static func login(_ method: Int) -> FieldPeer {
        FieldPeer { connection in
            FakePostgres.greet(connection)
            connection.write(FakePostgres.authentication(method))
            connection.holdSilently(within: 5)
        }
    }

    /// A standby without functions of WAL.
    static let aurora = FieldPeer { connection in
        FakePostgres.greet(connection)
        FakePostgres.answerWithoutWAL(connection, isStandby: true)
    }

    /// A server that takes TLS, and hangs up.
    static let hangsUpInTLS = FieldPeer { connection in
        _ = connection.read(max: 8)
        connection.write("S")
    }

    /// A Redis that answers by the first word of a command.
    static func redis(_ answers: [String: String], otherwise: String = "-ERR unknown command") -> FieldPeer {
        FieldPeer { FakeRedis.serve($0, FakeRedis.answer(answers, otherwise: otherwise)) }
    }

    /// A Redis that knows no users.
    static let oldRedis = FieldPeer { connection in
        FakeRedis.serve(connection) { words in
            switch (words.first, words.count) {
            case ("AUTH", 2): "+OK\r\n"
            case ("AUTH", _): "-ERR wrong number of arguments for 'auth' command\r\n"
            default: "+PONG\r\n"
            }
        }
    }

    /// A web server that gives this answer to every request.
    static func http(_ answer: String) -> FieldPeer {
        FieldPeer { connection in
            _ = connection.read()
            connection.write(answer)
        }
    }

    /// A web server that has something for example.com alone.
    static let vhost = FieldPeer { connection in
        let isMeant = String(decoding: connection.read(), as: UTF8.self).contains("\r\nHost: example.com\r\n")
        connection.write(
            "HTTP/1.1 \(isMeant ? "200 OK" : "421 Misdirected Request")\r\nContent-Length: 0\r\n\r\n")
    }

    /// A web server that lets in who sends this field.
    static func http(wants field: String) -> FieldPeer {
        FieldPeer { connection in
            let isThere = String(decoding: connection.read(), as: UTF8.self).contains("\r\n\(field)\r\n")
            connection.write(
                "HTTP/1.1 \(isThere ? "200 OK" : "401 Unauthorized")\r\nContent-Length: 0\r\n\r\n")
        }
    }

    /// A peer that says these bytes to the first that it hears.
    static func bytes(_ bytes: [UInt8]) -> FieldPeer {
        FieldPeer { connection in
            _ = connection.read()
            connection.write(bytes)
        }
    }
}
