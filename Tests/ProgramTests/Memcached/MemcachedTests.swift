import Glibc
import TestSupport
import Testing

/// Real memcached servers, and peers that are none.
struct MemcachedTests: ServerStateTests {
    let kind = "memcached"
    let targetName = "cache"

    @Test("a memcached that tells its version is ready, also at its well-known port")
    func ready() throws {
        let server = try MemcachedServer()
        try expect("ready", "answers", "memcached://127.0.0.1:\(server.port)", says: "VERSION 1.")
        let namespace = try Namespace()
        try namespace.run {
            let usual = try MemcachedServer(port: 11211)
            for target in ["127.0.0.1:11211", "memcached://localhost", "memcached://127.0.0.1/"] {
                let check = try PeerCheck(target, within: 2000)
                check.expectReady()
                #expect(check.finished.output.contains(#""kind":"memcached""#), "\(check.finished)")
            }
            withExtendedLifetime(usual) {}
        }
    }

    @Test("what a real memcached says instead has its reason")
    func states() throws {
        let full = try MemcachedServer(["-c", "40"])
        let target = "memcached://127.0.0.1:\(full.port)"
        // Those that are counted late get in, beyond the limit: others come until one is refused.
        var clients: [IdleConnections] = []
        let isFull = try eventually(within: 10) {
            clients.append(try IdleConnections(10, port: full.port))
            return try Asked(target, []).verdict != "ready"
        }
        try #require(isFull)
        try expect("too_many_connections", "connections gone", target, says: "Too many open connections")
        withExtendedLifetime(clients) {}
        let directory = try TemporaryDirectory()
        let users = try directory.write("users", "app:secret\n")
        let locked = try MemcachedServer(["-Y", users])
        try expect(
            "auth", "wants a password", "memcached://127.0.0.1:\(locked.port)", says: "unauthenticated")
        let stopped = try MemcachedServer()
        stopped.freeze()
        try expect("timeout", "stopped by SIGSTOP", "memcached://127.0.0.1:\(stopped.port)")
    }

    @Test("a peer that is none is named by what it does")
    func others() throws {
        func check(_ body: @escaping @Sendable (LoopbackConnection) -> Void) throws -> PeerCheck {
            let server = try LoopbackServer(body)
            defer { server.stop() }
            return try PeerCheck("memcached://127.0.0.1:\(server.port)")
        }
        try check { _ = $0.read() }.expect("closed")
        try check { $0.holdSilently(within: 2) }.expect("timeout")
        try check { _ = $0.writeSlowly(Array(repeating: 0x56, count: 100), every: 0.05) }.expect("timeout")
        try check { connection in
            let noise = [UInt8](repeating: 0x41, count: 4096)
            while connection.write(noise) {}
        }.expect("protocol")
        for (text, reason) in [
            ("ERROR\r\n", "error"), ("SERVER_ERROR out of memory\r\n", "error"), ("+PONG\r\n", "protocol"),
            ("VERSION 1\r\nVERSION 2\r\n", "protocol"),
        ] {
            try check { connection in
                _ = connection.read()
                connection.write(text)
                connection.holdSilently(within: 1)
            }.expect(reason)
        }
    }

    @Test("its targets have neither user nor path, and no settings of their own")
    func mistakes() throws {
        for (words, says) in [
            (["memcached://u:p@h"], "user"), (["memcached://h/1"], "path"),
            (["memcached://h?ssl_x=1"], "cannot be dropped"),
            (["c=memcached://h", "--set", "c.password=x"], "no setting of a memcached target"),
        ] {
            let finished = try Program.run(Program.waitfor, ["check"] + words)
            #expect(finished.exitCode == 125 && finished.errors.contains(says), "\(finished)")
        }
    }
}
