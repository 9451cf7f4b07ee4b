import Synchronization
import TestSupport
import Testing

/// How a server is left that has answered.
struct ClosingTests {
    /// Whether the program left a server that said this by a reset; nil if it was not asked at all.
    private func isReset(_ scheme: String, after answer: String, _ options: [String] = []) throws -> Bool? {
        let ending = Mutex<Bool?>(nil)
        let server = try LoopbackServer { connection in
            if scheme != "tcp" { _ = connection.read() }
            connection.write(answer)
            let isReset = connection.endsByReset()
            ending.withLock { $0 = isReset }
        }
        defer { server.stop() }
        _ = try PeerCheck("\(scheme)://127.0.0.1:\(server.port)", within: 5000, options)
        _ = eventually(within: 10) { ending.withLock { $0 != nil } }
        return ending.withLock { $0 }
    }

    @Test("a Redis that has answered everything is left by a reset: no port waits for a minute")
    func reset() throws {
        #expect(try isReset("redis", after: "+PONG\r\n-NOPERM\r\n") == true)
        #expect(
            try isReset("db=redis", after: "+PONG\r\n$11\r\nrole:master\r\n", ["--set", "db.role=master"])
                == true)
    }

    @Test("who may not have read everything, and who speaks another protocol, gets a goodbye")
    func goodbye() throws {
        #expect(try isReset("redis", after: "-ERR no\r\n") == false)
        #expect(try isReset("redis", after: "HTTP/1.0 400 Bad Request\r\n\r\n") == false)
        #expect(try isReset("tcp", after: "") == false)
        #expect(try isReset("http", after: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == false)
    }
}
