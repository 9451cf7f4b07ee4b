import Glibc
import TestSupport
import Testing

/// Names are asked for asynchronously, again when the answer is lost, and anew while a gate waits.
@Suite(.serialized)
struct NameServerTests {
    /// Answers every name with 127.0.0.1 and nothing for IPv6.
    @Sendable private static func here(_ query: DNSServer.Query) -> DNSServer.Answer {
        .addresses(["127.0.0.1"])
    }

    /// A namespace with its own name server, and a port on which somebody listens.
    private func inside(
        resolvConf: String = "nameserver 127.0.0.1\n", hosts: String = "",
        listeningOn address: String = "127.0.0.1",
        _ script: @escaping DNSServer.Script, _ body: (DNSServer, UInt16, Namespace) throws -> Void
    ) throws {
        let namespace = try Namespace(resolvConf: resolvConf, hosts: hosts)
        try namespace.run {
            let names = try DNSServer(script)
            let server = try LoopbackServer(address: address) { $0.holdSilently(within: 5) }
            defer {
                server.stop()
                names.stop()
            }
            try body(names, server.port, namespace)
        }
    }

    /// What was asked of the server: `a db.test`.
    private func asked(_ names: DNSServer, _ type: DNSServer.QueryType) -> [String] {
        names.queries.filter { $0.type == type }.map(\.name)
    }

    @Test("a server that never answers is a failure of DNS at the deadline")
    func silence() throws {
        try inside { _ in
            .silence
        } _: { names, port, _ in
            let check = try PeerCheck("tcp://db.test:\(port)", within: 700)
            check.expect("dns")
            #expect(check.message == "no answer from the name server")
            // Asked again after 500 ms, and no more often.
            #expect(asked(names, .a).count == 2)
        }
    }

    @Test("a question that comes back is no answer: the real one is waited for")
    func echo() throws {
        try inside {
            $0.count == 1 ? .echo : NameServerTests.here($0)
        } _: { _, port, _ in
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0.5...0.8)
        }
    }

    @Test("nobody there to ask is a failure of DNS")
    func nobody() throws {
        let namespace = try Namespace()
        try namespace.run {
            let check = try PeerCheck("tcp://db.test:1", within: 2000)
            check.expect("dns")
            #expect(check.message == "no name server could be reached")
        }
    }

    @Test("a lost query is sent again after 500 ms")
    func lostQuery() throws {
        try inside {
            $0.count == 1 ? .silence : NameServerTests.here($0)
        } _: { names, port, _ in
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0.5...0.65)
            #expect(asked(names, .a).count == 2)
        }
    }

    @Test("a name that does not exist, and a server that fails, are told apart")
    func negativeAnswers() throws {
        try inside {
            $0.name == "ill.test" ? .servfail : $0.name == "no.test" ? .nxdomain : .addresses([])
        } _: { _, port, _ in
            for (name, message) in [
                ("no.test", "no such host"), ("ill.test", "the name server failed (SERVFAIL)"),
                ("bare.test", "the name has no address"),
            ] {
                let check = try PeerCheck("tcp://\(name):\(port)", within: 1500)
                check.expect("dns")
                #expect(check.message == message)
                #expect(check.duration < 0.2)
            }
        }
    }

    @Test("a server that fails is asked twice at most, and then the next one is")
    func failingServer() throws {
        try inside { _ in
            .servfail
        } _: { names, port, _ in
            try PeerCheck("tcp://db.test:\(port)").expect("dns")
            #expect((1...2).contains(asked(names, .a).count))
            #expect((1...2).contains(asked(names, .aaaa).count))
        }
        let conf = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n"
        try inside(resolvConf: conf) { _ in
            .servfail
        } _: { _, port, _ in
            let good = try DNSServer(address: "127.0.0.2", NameServerTests.here)
            defer { good.stop() }
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0...0.2)
        }
    }

    @Test("an answer for one family waits 50 ms for the other")
    func oneFamilySilent() throws {
        try inside {
            $0.type == .aaaa ? .silence : NameServerTests.here($0)
        } _: { _, port, _ in
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0.045...0.12)
        }
        try inside(listeningOn: "::1") {
            $0.type == .a ? .silence : .addresses(["::1"])
        } _: { _, port, _ in
            let check = try PeerCheck("tcp://db.test:\(port)", within: 2000)
            check.expectReady(0.045...0.12)
            #expect(check.address == "[::1]:\(port)")
        }
    }

    @Test("trouble with one family does not hide the other", arguments: [false, true])
    func oneFamilyIll(fails: Bool) throws {
        try inside {
            $0.type == .aaaa ? (fails ? .servfail : .nxdomain) : NameServerTests.here($0)
        } _: { _, port, _ in
            try PeerCheck("tcp://db.test:\(port)").expectReady(0...0.2)
        }
    }

    @Test("a truncated answer is asked for again over TCP")
    func truncated() throws {
        try inside {
            $0.transport == .udp ? .truncated : NameServerTests.here($0)
        } _: { names, port, _ in
            try PeerCheck("tcp://db.test:\(port)").expectReady(0...0.2)
            #expect(names.queries.contains { $0.transport == .tcp && $0.type == .a })
        }
    }

    @Test("a name that is there only in TCP's second part is a failure of DNS when TCP is silent")
    func truncatedThenSilent() throws {
        try inside {
            $0.transport == .udp ? .truncated : .silence
        } _: { _, port, _ in
            try PeerCheck("tcp://db.test:\(port)", within: 700).expect("dns")
        }
    }

    @Test("the search list is followed as resolver(5) has it")
    func searchList() throws {
        let short = "search one.test two.test\n"
        let cases: [(conf: String, name: String, order: [String])] = [
            (short, "db", ["db.one.test", "db.two.test", "db"]),
            (short, "db.far", ["db.far", "db.far.one.test", "db.far.two.test"]),
            (short + "options ndots:2\n", "db.far", ["db.far.one.test", "db.far.two.test", "db.far"]),
            ("domain only.test\n", "db", ["db.only.test", "db"]),
        ]
        for (conf, name, order) in cases {
            try inside(resolvConf: conf + "nameserver 127.0.0.1\n") { _ in
                .nxdomain
            } _: { names, port, _ in
                try PeerCheck("tcp://\(name):\(port)", within: 1500).expect("dns")
                #expect(asked(names, .a) == order)
                #expect(asked(names, .aaaa) == order)
            }
            // It ends at the first name that is there.
            try inside(resolvConf: conf + "nameserver 127.0.0.1\n") {
                $0.name == order[1] ? NameServerTests.here($0) : .nxdomain
            } _: { names, port, _ in
                try PeerCheck("tcp://\(name):\(port)", within: 1500).expectReady(0...0.2)
                #expect(asked(names, .a) == Array(order.prefix(2)))
            }
        }
    }

    @Test(
        "a name of the list at which the server fails leaves it to the next name, as for glibc",
        arguments: [
            ("search ns.test svc.test test\noptions ndots:5\n", "db.ns.test", "db.svc.test"),
            ("search ns.test svc.test test\noptions ndots:5\n", "db.test", "db"),
            ("search c.internal internal\n", "db.c.internal", "db.internal"),
            ("search corp.test\noptions ndots:0\n", "db", "db.corp.test"),
        ])
    func failingName(conf: String, ill: String, good: String) throws {
        try inside(resolvConf: "nameserver 127.0.0.1\n" + conf) {
            $0.name == ill ? .servfail : $0.name == good ? NameServerTests.here($0) : .nxdomain
        } _: { _, port, _ in
            try PeerCheck("tcp://db:\(port)", within: 2000).expectReady(0...0.3)
        }
        // Without a good name the failure is told: a name that does not exist may be one that is not known yet.
        try inside(resolvConf: "nameserver 127.0.0.1\n" + conf) {
            $0.name == ill ? .servfail : .nxdomain
        } _: { _, port, _ in
            let check = try PeerCheck("tcp://db:\(port)", within: 2000)
            check.expect("dns")
            #expect(check.message == "the name server failed (SERVFAIL)")
        }
    }

    @Test(
        "the search domain . is the root",
        arguments: ["search .\n", "search .\noptions ndots:0\n", "search . corp.test\n"])
    func searchRoot(conf: String) throws {
        try inside(resolvConf: conf + "nameserver 127.0.0.1\n") {
            $0.name == "db" ? NameServerTests.here($0) : .nxdomain
        } _: { _, port, _ in
            try PeerCheck("tcp://db:\(port)", within: 2000).expectReady(0...0.3)
        }
        try inside(resolvConf: conf + "nameserver 127.0.0.1\n") { _ in
            .nxdomain
        } _: { _, port, _ in
            let check = try PeerCheck("tcp://db:\(port)", within: 2000)
            check.expect("dns")
            #expect(check.message == "no such host")
        }
    }

    @Test("both families come from the same name of the search list")
    func searchListWithOneFamily() throws {
        // Somebody else's host of the same name, further down the list, has IPv6; ours has not.
        try inside(resolvConf: "search ours.test theirs.test\nnameserver 127.0.0.1\n") { query in
            .addresses(query.name == "db.ours.test" ? ["127.0.0.1"] : ["127.0.0.2", "::1"])
        } _: { _, port, _ in
            let theirs = try LoopbackServer(address: "::1", port: port) { $0.holdSilently(within: 5) }
            defer { theirs.stop() }
            let check = try PeerCheck("tcp://db:\(port)")
            check.expectReady()
            #expect(check.address == "127.0.0.1:\(port)")
        }
    }

    @Test("LOCALDOMAIN, RES_OPTIONS and HOSTALIASES say other names, as for glibc")
    func variables() throws {
        let folder = try TemporaryDirectory()
        try folder.write("aliases", "db real.test\n")
        let cases: [(variable: String, value: String, order: [String])] = [
            ("LOCALDOMAIN", "two.test three.test", ["db.two.test", "db.three.test", "db"]),
            ("RES_OPTIONS", "ndots:0", ["db", "db.one.test"]),
            ("HOSTALIASES", folder.file("aliases"), ["real.test"]),
            ("HOSTALIASES", folder.file("gone"), ["db.one.test", "db"]),
        ]
        for (variable, value, order) in cases {
            try inside(resolvConf: "search one.test\nnameserver 127.0.0.1\n") { _ in
                .nxdomain
            } _: { names, port, _ in
                let environment = Program.minimalEnvironment.merging([variable: value]) { $1 }
                try PeerCheck("tcp://db:\(port)", within: 1500, environment: environment).expect("dns")
                #expect(asked(names, .a) == order, "\(variable)=\(value)")
            }
        }
    }

    @Test("resolv.conf is read for a name, and never for a numeric address or localhost")
    func reads() throws {
        try inside { _ in
            .nxdomain
        } _: { _, port, namespace in
            let folder = try TemporaryDirectory()
            for (host, reads) in [
                ("127.0.0.1", false), ("[::1]", false), ("localhost", false), ("db.test", true),
            ] {
                let trace = folder.file("trace")
                let arguments = ["-f", "-e", "trace=open,openat,openat2", "-o", trace, Program.waitfor]
                let finished = try Program.run(
                    "/usr/bin/strace", arguments + ["check", "tcp://\(host):\(port)"])
                #expect(
                    finished.exitCode == (host == "127.0.0.1" || host == "localhost" ? 0 : 1), "\(finished)")
                #expect(readText(trace).contains("resolv.conf") == reads, "\(readText(trace))")
            }
        }
    }

    @Test("a silent first server is passed over after 500 ms")
    func secondServer() throws {
        let conf = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n"
        try inside(resolvConf: conf) { _ in
            .silence
        } _: { _, port, _ in
            let good = try DNSServer(address: "127.0.0.2", NameServerTests.here)
            defer { good.stop() }
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0.5...0.65)
        }
        // And one that is not there at all, at once or by then.
        try inside(resolvConf: "nameserver 127.0.0.3\nnameserver 127.0.0.1\n", NameServerTests.here) {
            _, port, _ in
            try PeerCheck("tcp://db.test:\(port)", within: 2000).expectReady(0...0.65)
        }
    }

    @Test("-4 and -6 ask for one family only")
    func families() throws {
        for (option, type) in [("-4", DNSServer.QueryType.a), ("-6", .aaaa)] {
            try inside(NameServerTests.here) { names, port, _ in
                let check = try PeerCheck("tcp://db.test:\(port)", [option])
                #expect(names.queries.map(\.type) == [type])
                if option == "-4" { check.expectReady(0...0.2) } else { check.expect("dns") }
            }
        }
    }

    @Test("localhost and what is below it need neither a line in the hosts file nor a server (RFC 6761)")
    func localhost() throws {
        try inside { _ in
            .nxdomain
        } _: { names, port, _ in
            for name in ["localhost", "LOCALHOST", "localhost.", "db.localhost"] {
                try PeerCheck("tcp://\(name):\(port)").expectReady(0...0.2)
            }
            #expect(names.queries.isEmpty)
        }
    }

    @Test("a name that appears is found by a gate that waits")
    func appearingName() throws {
        try inside {
            $0.count < 4 ? .nxdomain : NameServerTests.here($0)
        } _: { names, port, _ in
            let gate = try Program.run(Program.waitfor, ["-t", "5s", "tcp://db.test:\(port)"])
            #expect(gate.exitCode == 0, "\(gate)")
            // Three pauses of 100 ms.
            #expect((0.27..<0.6).contains(gate.elapsed), "\(gate)")
            #expect(asked(names, .a).count == 4)
        }
    }

    @Test("an answer is used for a second, then asked for again")
    func freshness() throws {
        try inside(NameServerTests.here) { names, _, _ in
            let refused = try FreePort.make()
            let gate = try Program.run(
                Program.waitfor, ["-t", "2500ms", "-i", "10ms", "tcp://db.test:\(refused)"])
            #expect(gate.exitCode == 124, "\(gate)")
            let times = names.queries.filter { $0.type == .a }.map(\.time)
            #expect(times.count == 3)
            #expect((2...8).contains(names.queries.count))
            for (earlier, later) in zip(times, times.dropFirst()) {
                #expect((0.99..<1.1).contains(later - earlier))
            }
        }
    }

    @Test("SIGTERM ends a silent lookup at once")
    func signal() throws {
        try inside { _ in
            .silence
        } _: { names, port, _ in
            let gate = try Program(Program.waitfor, ["-t", "30s", "tcp://db.test:\(port)"]).start()
            #expect(eventually(within: 5) { !names.queries.isEmpty })
            Monotonic.sleep(0.05)
            let sent = Monotonic.seconds()
            gate.send(SIGTERM)
            let finished = try gate.finish(within: 10)
            #expect(Monotonic.seconds() - sent < 0.1)
            #expect(finished.exitCode == 128 + SIGTERM, "\(finished)")
        }
    }

    @Test("a hosts file wins over the server, and a change to it is seen")
    func hostsFile() throws {
        try inside(hosts: "127.0.0.1 db.test\n") { _ in
            .nxdomain
        } _: { names, port, namespace in
            try PeerCheck("tcp://db.test:\(port)").expectReady(0...0.2)
            #expect(names.queries.isEmpty)
            try namespace.setHosts("127.0.0.9 db.test\n")
            let check = try PeerCheck("tcp://DB.test:\(port)")
            check.expect("refused")
            #expect(check.address == "127.0.0.9:\(port)")
        }
    }
}
