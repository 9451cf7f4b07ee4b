import TestSupport
import Testing

/// A gate may try for hours: no attempt may leave a descriptor behind, however it ends.
struct DescriptorTests {
    /// A peer and the way in which an attempt on it ends.
    enum Ending: String, CaseIterable {
        case refused, closedRedis, closedPostgres, resetPostgres, garbageRedis, garbagePostgres
        case brokenTLS, errorAfterLogin, silentRedis, silentPostgres, silentName, racedAddresses

        var target: String {
            switch self {
            case .refused, .silentName, .racedAddresses: "tcp"
            case .closedRedis, .garbageRedis, .silentRedis: "redis"
            default: "postgres"
            }
        }

        var reason: String {
            switch self {
            case .refused, .racedAddresses: "refused"
            case .closedRedis, .closedPostgres, .resetPostgres: "closed"
            case .garbageRedis, .garbagePostgres: "protocol"
            case .brokenTLS: "tls"
            case .errorAfterLogin: "starting"
            case .silentRedis, .silentPostgres: "timeout"
            case .silentName: "dns"
            }
        }

        /// Whether every attempt lasts until its own deadline.
        var isSilent: Bool { rawValue.hasPrefix("silent") }

        @Sendable func serve(_ connection: LoopbackConnection) {
            switch self {
            case .closedRedis, .closedPostgres: _ = connection.read()
            case .resetPostgres: connection.reset()
            case .garbageRedis, .garbagePostgres:
                _ = connection.read()
                connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.holdSilently(within: 5)
            case .brokenTLS:
                _ = connection.read()
                connection.write("S")
                _ = connection.read()
                connection.write("HTTP/1.1 400 Bad Request\r\n\r\n")
            case .errorAfterLogin:
                FakePostgres.greet(connection)
                connection.write(FakePostgres.authentication(0) + FakePostgres.starting)
            default: connection.holdSilently(within: 5)
            }
        }
    }

    @Test("1 000 attempts leave no descriptor behind", arguments: Ending.allCases)
    func noLeak(ending: Ending) throws {
        switch ending {
        case .silentName, .racedAddresses:
            let namespace = try Namespace(hosts: "127.0.0.1 twin\n127.0.0.2 twin\n127.0.0.3 twin\n")
            let server = try namespace.run { try DNSServer { _ in .silence } }
            let name = ending == .silentName ? "nowhere.test" : "twin"
            let gate = try namespace.run { try start(ending, "tcp://\(name):9") }
            try expectSteady(gate, ending)
            server.stop()
        case .refused:
            try expectSteady(try start(ending, "tcp://127.0.0.1:\(FreePort.make())"), ending)
        default:
            let server = try LoopbackServer(ending.serve)
            let query = ending == .brokenTLS ? "?sslmode=require" : ""
            let gate = try start(ending, "\(ending.target)://127.0.0.1:\(server.port)\(query)")
            try expectSteady(gate, ending)
            server.stop()
        }
    }

    private func start(_ ending: Ending, _ target: String) throws -> RunningProgram {
        let attempt = ending.isSilent ? "2ms" : "3s"
        return try Program(
            Program.waitfor,
            ["-v", "--log", "json", "-t", "0", "-i", "1ms", "--attempt-timeout", attempt, target]
        ).start()
    }

    /// Compares what is open between attempts after 10 of them with what is after 1 000 more.
    private func expectSteady(_ gate: RunningProgram, _ ending: Ending) throws {
        defer { gate.stop() }
        let mark = "\"reason\":\"\(ending.reason)\""
        #expect(
            gate.waitUntil(within: 20) { $0.standardError.count(of: mark) >= 10 }, "\(gate.standardError)")
        let early = try leastOpen(gate)
        #expect(
            gate.waitUntil(within: 60) { $0.standardError.count(of: "\n") >= 1010 }, "\(gate.standardError)")
        let late = try leastOpen(gate)
        #expect(early == late)
        // Standard input, output and error, epoll and signals: what it has when it only waits.
        #expect(early == 5)
        let errors = gate.standardError
        let others = errors.split(separator: "\n").dropFirst().filter { !String($0).contains(mark) }
        #expect(others.dropLast().isEmpty, "\(others.prefix(3))")
    }

    /// The number of descriptors between two attempts: the least of many looks.
    private func leastOpen(_ gate: RunningProgram) throws -> Int {
        var least = Int.max
        for _ in 0..<200 {
            least = min(least, try #require(descriptorCount(of: gate.pid)))
            Monotonic.sleep(0.0003)
        }
        return least
    }
}
