import TestSupport
import Testing

/// Where packets vanish, an attempt ends at its deadline, and another address is tried in time.
@Suite(.serialized)
struct BlackHoleTests {
    private static let kinds = ["tcp", "redis", "postgres"]

    @Test("a full backlog is a timeout at the deadline", arguments: kinds)
    func fullBacklog(kind: String) throws {
        let backlog = try FullBacklog()
        let check = try PeerCheck("\(kind)://127.0.0.1:\(backlog.port)")
        check.expect("timeout")
        // The deadline counts from the start of the check, and the duration from that of the attempt.
        #expect(check.duration >= 0.48)
        #expect(check.message == "no answer to the connection")
        #expect(check.address == "127.0.0.1:\(backlog.port)")
    }

    @Test(
        "a gate before a full backlog ends at its own deadline, which cuts the last attempt",
        .needsThePlainProgram)
    func gate() throws {
        let backlog = try FullBacklog()
        let gate = try Program.run(Program.waitfor, ["-t", "700ms", "redis://127.0.0.1:\(backlog.port)"])
        #expect(gate.exitCode == 124)
        #expect((0.7..<0.75).contains(gate.elapsed), "\(gate)")
        #expect(gate.errors.contains("timeout ×"), "\(gate)")
    }

    @Test("a route to nowhere is a timeout at the deadline, and no route is unreachable", arguments: kinds)
    func routeToNowhere(kind: String) throws {
        let namespace = try Namespace()
        try namespace.addBlackHole("198.19.0.0/24")
        try namespace.run {
            try PeerCheck("\(kind)://198.19.0.1:7000").expect("timeout")
            let check = try PeerCheck("\(kind)://198.19.1.1:7000")
            check.expect("unreachable")
            #expect(check.duration < 0.1)
        }
    }

    /// Ready is who answers every first packet as a server of its kind.
    private func server(_ kind: String, on address: String) throws -> LoopbackServer {
        try LoopbackServer(address: address) { connection in
            if kind == "postgres" { FakePostgres.greet(connection) }
            if kind == "redis" { _ = connection.read() }
            connection.write(kind == "redis" ? Array("+PONG\r\n".utf8) : FakePostgres.authentication(10))
            connection.holdSilently(within: 5)
        }
    }

    @Test("the first of two addresses in a black hole costs 250 ms", arguments: kinds)
    func firstOfTwo(kind: String) throws {
        let namespace = try Namespace()
        try namespace.addBlackHole("198.19.0.0/24")
        try namespace.run {
            let server = try server(kind, on: "127.0.0.1")
            defer { server.stop() }
            // The order of the two lines is the order of the addresses.
            try namespace.setHosts("198.19.0.1 twin\n127.0.0.1 twin\n")
            let check = try PeerCheck("\(kind)://twin:\(server.port)", within: 2000)
            check.expectReady(0.25...0.4)
            #expect(check.address == "127.0.0.1:\(server.port)")
            try namespace.setHosts("127.0.0.1 twin\n198.19.0.1 twin\n")
            try PeerCheck("\(kind)://twin:\(server.port)", within: 2000).expectReady(0...0.1)
        }
    }

    @Test(
        "a black hole behind the IPv6 address costs 250 ms as well", .needsThePlainProgram, arguments: kinds)
    func ipv6First(kind: String) throws {
        let namespace = try Namespace(hosts: "2001:db8:1::1 twin\n127.0.0.1 twin\n")
        try namespace.addBlackHole("198.19.0.0/24")
        try namespace.ip("-6 addr add 2001:db8:2::1/128 dev hole nodad")
        try namespace.ip("-6 route add 2001:db8:1::/64 dev hole")
        try namespace.run {
            let server = try server(kind, on: "127.0.0.1")
            defer { server.stop() }
            let target = "\(kind)://twin:\(server.port)"
            try PeerCheck(target, within: 2000).expectReady(0.25...0.4)
            try PeerCheck(target, within: 2000, ["-4"]).expectReady(0...0.1)
            let six = try PeerCheck(target, within: 400, ["-6"])
            six.expect("timeout")
            #expect(six.address == "[2001:db8:1::1]:\(server.port)")
        }
    }

    @Test("of two addresses that are both in a black hole, each is named")
    func bothNamed() throws {
        let namespace = try Namespace(hosts: "198.19.0.1 twin\n198.19.0.2 twin\n")
        try namespace.addBlackHole("198.19.0.0/24")
        try namespace.run {
            for kind in BlackHoleTests.kinds {
                let check = try PeerCheck("\(kind)://twin:7000")
                check.expect("timeout")
                #expect(check.message.contains("198.19.0.1:7000 timeout"), "\(check.message)")
                #expect(check.message.contains("198.19.0.2:7000 timeout"), "\(check.message)")
            }
        }
    }

    @Test("a refused first address hands over to the second at once", arguments: kinds)
    func refusedFirst(kind: String) throws {
        let namespace = try Namespace(hosts: "127.0.0.2 twin\n127.0.0.1 twin\n")
        try namespace.run {
            let server = try server(kind, on: "127.0.0.1")
            defer { server.stop() }
            try PeerCheck("\(kind)://twin:\(server.port)").expectReady(0...0.1)
        }
    }
}

/// This one takes ten seconds of waiting, so it runs beside the others.
struct MovedServerTests {
    @Test("a server that moves out of a black hole after 10 s is found within an attempt and a pause")
    func moved() throws {
        let namespace = try Namespace(hosts: "198.19.0.1 moving\n")
        try namespace.addBlackHole("198.19.0.0/24")
        try namespace.run {
            let server = try LoopbackServer { connection in
                _ = connection.read()
                connection.write("+PONG\r\n")
            }
            defer { server.stop() }
            let gate = try Program(Program.waitfor, ["-t", "0", "redis://moving:\(server.port)"]).start()
            Monotonic.sleep(10)
            #expect(gate.finished == nil)
            try namespace.setHosts("127.0.0.1 moving\n")
            let moved = Monotonic.seconds()
            let finished = try gate.finish(within: 20)
            #expect(finished.exitCode == 0, "\(finished)")
            // An attempt that began just before lasts 3 s; the pause is 5 % of the time waited.
            #expect(Monotonic.seconds() - moved < 3 + 1, "\(finished)")
            #expect(server.accepted == 1)
        }
    }
}
