import Glibc
import TestSupport
import Testing

/// Two servers behind a link of their own, the names of which a name server tells, and a command that restarts when the
/// first falls: partitions of the kinds link, route, resolver and drop come and go, and the first server dies meanwhile.
@Suite(.serialized)
struct PartitionTests {
    private enum Fault: String, CaseIterable {
        case link, route, resolver, drop, death
    }

    private static let answer: @Sendable (LoopbackConnection) -> Void = { $0.holdSilently(within: 5) }

    /// How many faults of each kind there are.
    private static var rounds: Int {
        Int(getenv("WAITFOR_PARTITIONS").map { String(cString: $0) } ?? "") ?? 1
    }

    @Test("no action while isolated, whatever the partition, and each death of the server is one restart")
    func partitions() throws {
        let (near, far) = (try Namespace(), try Namespace())
        let holder = try far.run { try Program("/bin/sleep", ["3600"]).start() }
        defer { holder.stop() }
        try near.ip("link add up0 type veth peer name up1")
        try near.ip("link set up1 netns /proc/\(holder.pid)/ns/net")
        try near.ip("addr add 198.18.0.1/24 dev up0")
        try near.ip("link set up0 up")
        for address in ["198.18.0.2", "198.18.0.3"] { try far.ip("addr add \(address)/24 dev up1") }
        try far.ip("link set up1 up")
        let port = try FreePort.make()
        func server(_ address: String) throws -> LoopbackServer {
            try far.run { try LoopbackServer(address: address, port: port, Self.answer) }
        }
        var first = try server("198.18.0.2")
        let second = try server("198.18.0.3")
        defer { second.stop() }
        func nameServer() throws -> DNSServer {
            try near.run {
                try DNSServer {
                    .addresses($0.type == .a ? [$0.name == "db.test" ? "198.18.0.2" : "198.18.0.3"] : [])
                }
            }
        }
        var names = try nameServer()
        defer { names.stop() }
        let directory = try TemporaryDirectory()
        let place = HTTPPlace.socket(directory.file("socket"))
        let running = try near.run {
            try Program(
                Program.waitfor,
                [
                    "run", "db=tcp://db.test:\(port)", "web=tcp://web.test:\(port)", "--on-unhealthy",
                    "db=restart", "--set",
                    #"db.on_change=["/bin/sh","-c","echo $WAITFOR_STATE >>\#(directory.file("told"))"]"#,
                    "-i", "50ms", "--attempt-timeout", "200ms", "--retries", "2", "--start-period", "0s",
                    "--listen", "unix:\(directory.file("socket"))", "--", "/bin/sh", "-c",
                    "echo up; exec sleep 600",
                ]
            ).start()
        }
        defer { running.stop() }
        func starts() -> Int { lines(running.standardOutput).count }
        func log(_ text: String) -> Int { lines(running.standardError).count { $0.contains(text) } }
        func isReady() -> Bool { (try? place.get("/readyz").status) == 200 }
        #expect(eventually(within: 15) { isReady() }, "\(running.standardError)")
        var deaths = 0
        // The wait before a restart doubles up to a minute: after four deaths it is eight seconds, and half of that more.
        let allDeaths = min(Self.rounds, 4)
        let faults = Fault.allCases.flatMap { fault in
            Array(repeating: fault, count: fault == .death ? allDeaths : Self.rounds)
        }.shuffled()
        for fault in faults {
            let (isolated, unhealthy) = (log("isolated: "), log("db: unhealthy after"))
            switch fault {
            case .link: try far.ip("link set up1 down")
            case .route: try near.ip("route del 198.18.0.0/24 dev up0")
            case .resolver: names.stop()
            case .drop: try far.ip("route add blackhole 198.18.0.1/32")
            case .death:
                first.stop()
                deaths += 1
            }
            if fault == .death {
                #expect(
                    eventually(within: 20) { log("db: unhealthy: restart") == deaths },
                    "\(running.standardError)")
            } else {
                #expect(
                    eventually(within: 10) { log("isolated: ") > isolated },
                    "\(fault): \(running.standardError)")
                #expect(eventually(within: 10) { log("db: unhealthy after") > unhealthy }, "\(fault)")
                #expect(try place.get("/metrics").body.contains("waitfor_isolated 1"), "\(fault)")
                // Longer than the first back-off of an action that nothing holds.
                let isActedOn = eventually(within: 1.6) { log("db: unhealthy: restart") > deaths }
                #expect(!isActedOn, "\(fault): \(running.standardError)")
            }
            switch fault {
            case .link: try far.ip("link set up1 up")
            case .route: try near.ip("route add 198.18.0.0/24 dev up0 src 198.18.0.1")
            case .resolver: names = try nameServer()
            case .drop: try far.ip("route del blackhole 198.18.0.1/32")
            case .death: first = try server("198.18.0.2")
            }
            #expect(
                eventually(within: 20) { isReady() && starts() == deaths + 1 },
                "\(fault): \(running.standardError)")
            #expect(eventually(within: 5) { log("no longer isolated") == log(": isolated: ") }, "\(fault)")
            #expect(log("db: unhealthy: restart") == deaths, "\(fault)")
        }
        first.stop()
        #expect(deaths == allDeaths && starts() == deaths + 1)
        // What its command was told is each death as well, and no partition.
        let told = lines(readText(directory.file("told")))
        let all = ["healthy"] + Array(repeating: ["unhealthy", "healthy"], count: deaths).flatMap { $0 }
        #expect(told == all, "\(told)")
    }

    @Test("one target behind a network that drops packets is acted on, as nobody else can be asked")
    func alone() throws {
        let namespace = try Namespace()
        try namespace.addAddress("198.19.0.1")
        try namespace.run {
            let server = try LoopbackServer(address: "198.19.0.1", Self.answer)
            defer { server.stop() }
            let port = try FreePort.make()
            let running = try Program(
                Program.waitfor,
                [
                    "agent", "db=tcp://198.19.0.1:\(server.port)", "--exit-on", "unhealthy:88", "-i", "50ms",
                    "-t",
                    "200ms", "--retries", "2", "--listen", "127.0.0.1:\(port)",
                ]
            ).start()
            #expect(running.waitUntil(within: 10) { $0.standardError.contains("db: healthy") })
            try namespace.ip("addr del 198.19.0.1/32 dev a1981901")
            try namespace.addBlackHole("198.19.0.0/24")
            let finished = try running.finish(within: 15)
            #expect(finished.exitCode == 88 && finished.errors.contains("timeout"), "\(finished)")
            #expect(!finished.errors.contains("isolated"), "\(finished)")
        }
    }
}
