import HealthCore
import Testing

/// When nobody can be reached from here.
struct IsolationTests {
    private let fine = NetworkFacts(hasCarrier: true, hasAddress: true, hasRoute: true)

    private func judge(_ facts: NetworkFacts? = nil, _ results: (String, Reason?)...) -> Isolation? {
        Isolation.judge(facts ?? fine, results.map { Isolation.Result(host: $0.0, reason: $0.1) })
    }

    @Test("what the kernel says is enough once a target over the network fails in a doubtful way")
    func kernel() {
        let cases: [(NetworkFacts, Isolation)] = [
            (NetworkFacts(hasCarrier: false, hasAddress: false, hasRoute: false), .noCarrier),
            (NetworkFacts(hasCarrier: true, hasAddress: false, hasRoute: false), .noAddress),
            (NetworkFacts(hasCarrier: true, hasAddress: true, hasRoute: false), .noRoute),
        ]
        for (facts, isolation) in cases {
            for reason in [Reason.dns, .unreachable, .timeout] {
                #expect(judge(facts, ("db", reason)) == isolation)
            }
            // Whoever answers or refuses was reached; and without such targets there is nothing to say.
            for reason in [nil, Reason.refused, .loading, .closed, .auth] {
                #expect(judge(facts, ("db", reason)) == nil)
            }
            #expect(judge(facts) == nil)
        }
        #expect(judge(fine, ("db", .timeout)) == nil && judge(NetworkFacts(), ("db", .timeout)) == nil)
    }

    @Test("two targets at different hosts that both fail in a doubtful way are enough, unless one is reached")
    func targets() {
        #expect(judge(nil, ("db", .timeout), ("cache", .dns)) == .noAnswers(targets: 2))
        #expect(judge(nil, ("db", .timeout), ("db", .timeout)) == nil)
        #expect(judge(nil, ("db", .timeout), ("cache", .refused)) == nil)
        #expect(judge(nil, ("db", .timeout), ("cache", nil)) == nil)
        #expect(judge(nil, ("db", .timeout), ("cache", .unreachable), ("web", .loading)) == nil)
    }

    @Test("loopback, sockets, files and commands are not reached over the network")
    func hosts() throws {
        for text in [
            "localhost:80", "127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "LOCALHOST:80", "unix:/run/x",
            "file:/x",
            "exec:true", "dns:db", "db.localhost:80",
        ] {
            #expect(Isolation.host(of: try read("x=\(text)")) == nil, "\(text)")
        }
        #expect(Isolation.host(of: try read("x=tcp://DB:80")) == "db")
        #expect(Isolation.host(of: try read("x=tcp://10.0.0.1:80")) == "10.0.0.1")
        #expect(Isolation.host(of: try read("x=tcp://127.example.org:80")) == "127.example.org")
    }

    @Test("a route leads out that is up and through another interface, in the kernel's two tables")
    func routes() {
        let head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        let four = head + "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
        let refused = head + "eth0\t00000000\t010011AC\t0201\t0\t0\t0\t00000000\t0\t0\t0\n"
        let zero = String(repeating: "0", count: 32)
        func six(_ destination: String, _ flags: String, _ interface: String) -> String {
            "\(destination) 40 \(zero) 00 \(zero) 00000100 00000001 00000000 \(flags) \(interface)\n"
        }
        let link =
            six("fe80" + zero.dropFirst(4), "00000001", "eth0")
            + six("ff00" + zero.dropFirst(4), "00000001", "eth0")
        let lo = six(zero, "00200200", "lo")
        func has(_ ipv4: String, _ ipv6: String) -> Bool {
            NetworkFacts.hasRoute(ipv4: Array(ipv4.utf8), ipv6: Array(ipv6.utf8))
        }
        #expect(has(four, "") && !has(head, "") && !has(refused, "") && !has("", ""))
        #expect(!has(head, link + lo) && has(head, link + six(zero, "00450003", "eth0")))
        for garbage in ["\n\n\t\t\t", "eth0\tx\ty\tzz\n", "lo 1 2 3", "a b c zz e f g h zz j"] {
            #expect(!has(garbage, garbage))
        }
    }
}
