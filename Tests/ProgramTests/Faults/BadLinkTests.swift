import Glibc
import TestSupport
import Testing

/// Real servers behind a link that loses, delays, doubles, cuts and resets packets: the reason says what
/// happened, and no attempt outlives its deadline.
@Suite(.serialized, .needsThePlainProgram)
struct BadLinkTests {
    /// Both ends of a link with a real Redis and a real PostgreSQL behind it, and an HTTP server with a long answer.
    private struct Scene {
        let client: Namespace
        let server: Namespace
        let link: BadLink
        let redis: RedisServer
        let postgres: PostgresServer
        let web: LoopbackServer

        init() throws {
            (client, server) = (try Namespace(), try Namespace())
            let link = try BadLink(from: client, to: server)
            self.link = link
            (redis, postgres, web) = try server.run {
                (
                    try RedisServer.started(["bind": BadLink.server, "protected-mode": "no"]),
                    try PostgresServer.started(settings: ["listen_addresses": BadLink.server]),
                    try LoopbackServer(address: BadLink.server) { connection in
                        _ = connection.read()
                        let body = String(repeating: "x", count: 20_000) + "the end"
                        connection.write(
                            "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
                        connection.holdSilently(within: 5)
                    }
                )
            }
        }

        var cache: String { "cache=redis://\(BadLink.server):\(redis.port)" }
        var database: String { "db=postgres://postgres@\(BadLink.server):\(postgres.port)/postgres" }
        var page: String { "page=http://\(BadLink.server):\(web.port)/" }
        var options: [String] { ["--set", "page.expect_body=the end"] }

        func check(_ target: String, within milliseconds: Int) throws -> PeerCheck {
            try client.run {
                try PeerCheck(target, within: milliseconds, target == page ? options : [])
            }
        }
    }

    @Test("every kind of trouble has its reason, and ends in time")
    func troubles() throws {
        let scene = try Scene()
        let targets = [scene.cache, scene.database, scene.page]
        for target in targets { try scene.check(target, within: 2000).expectReady() }

        var late = Weather()
        late.delay = 0.15
        scene.link.set(late)
        for target in targets {
            let check = try scene.check(target, within: 200)
            check.expect("timeout")
            #expect(check.message == "no answer to the connection", "\(check.finished)")
            // Two round trips at least, and PostgreSQL's farewell waits for nobody.
            try scene.check(target, within: 3000).expectReady(0.6...2.5)
        }

        var hasty = Weather()
        (hasty.delay, hasty.spread, hasty.doubling) = (0.005, 0.03, 0.5)
        scene.link.set(hasty)
        for target in targets { try scene.check(target, within: 5000).expectReady() }

        scene.link.set(.cut)
        for target in targets { try scene.check(target, within: 300).expect("timeout") }

        var rejecting = Weather()
        rejecting.resets = true
        scene.link.set(there: rejecting)
        for target in targets {
            let check = try scene.check(target, within: 1000)
            check.expect("refused")
            #expect(check.duration < 0.3, "\(check.finished)")
        }
    }

    @Test("what is longer than a tunnel takes is a timeout, and what is short still comes through")
    func hole() throws {
        let scene = try Scene()
        var hole = Weather()
        hole.longest = 900
        scene.link.set(back: hole)
        try scene.check(scene.cache, within: 1000).expectReady(0...0.5)
        try scene.check(scene.database, within: 1000).expectReady(0...0.5)
        let check = try scene.check(scene.page, within: 600)
        check.expect("timeout")
        #expect(check.address.hasSuffix(":\(scene.web.port)"), "\(check.finished)")
    }

    @Test("a connection that is reset in the middle was closed")
    func resetInTheMiddle() throws {
        let (client, server) = (try Namespace(), try Namespace())
        let link = try BadLink(from: client, to: server)
        var rejecting = Weather()
        rejecting.resets = true
        let reject = rejecting
        for kind in PeerKind.allCases {
            link.set(Weather())
            let peer = try server.run {
                try LoopbackServer(address: BadLink.server) { connection in
                    _ = connection.read()
                    // The answer never arrives: a reset comes in its place.
                    link.set(there: reject, back: reject)
                    connection.write("x")
                    connection.holdSilently(within: 2)
                }
            }
            defer { peer.stop() }
            try client.run {
                // The reset of an answer goes to the server: who asks hears it when it sends again, or not at all.
                let check = try PeerCheck(kind.target(peer.port, host: BadLink.server), within: 400)
                #expect(["closed", "timeout"].contains(check.reason), "\(check.finished)")
                #expect(check.duration < 0.42, "\(check.finished)")
            }
        }
    }

    @Test("a gate rides out the loss of every fifth packet, and each failure on the way is a timeout")
    func loss() throws {
        let scene = try Scene()
        var lossy = Weather()
        lossy.loss = 0.2
        scene.link.set(lossy)
        let gate = try scene.client.run {
            try Program.run(
                Program.waitfor,
                ["-v", "-t", "60", "--attempt-timeout", "2s", "--set", "page.expect_body=the end"]
                    + [scene.cache, scene.database, scene.page], within: 70)
        }
        #expect(gate.exitCode == 0, "\(gate)")
        for line in gate.errors.split(separator: "\n") where line.contains("not ready: ") {
            #expect(line.contains("not ready: timeout: "), "\(gate)")
        }
        #expect(scene.link.carried(.there) > 10)
    }

    @Test("an agent sees a route go and come back, again and again, and keeps nothing of it")
    func flappingRoute() throws {
        let (client, server) = (try Namespace(), try Namespace())
        let link = try BadLink(from: client, to: server)
        let redis = try server.run {
            try RedisServer.started(["bind": BadLink.server, "protected-mode": "no"])
        }
        try client.run {
            let agent = try AgentUnderTest(
                """
                defaults: {interval: 100ms, timeout: 500ms, retries: 2, start_period: 0s}
                targets: {cache: {redis: "redis://\(BadLink.server):\(redis.port)"}}
                """)
            try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
            var open: [Int] = []
            for _ in 0..<5 {
                try client.ip("link set wire down")
                try agent.expect("cache", "unhealthy", reason: "unreachable", isReady: false, within: 5)
                try client.ip("link set wire up")
                try agent.expect("cache", "healthy", reason: nil, isReady: true, within: 5)
                open.append((0..<50).compactMap { _ in descriptorCount(of: agent.program.pid) }.min() ?? -1)
            }
            #expect(Set(open).count == 1, "\(open)")
            let changes = try agent.metric(
                "waitfor_target_transitions_total{target=\"cache\",to=\"unhealthy\"}")
            #expect(changes == 5)
        }
        #expect(link.carried(.there) > 0)
    }
}
