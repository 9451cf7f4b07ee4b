import Glibc
import Synchronization
import TestSupport
import Testing

/// A server decides how much computing a SCRAM login is: it ends with its attempt, and nobody else waits for it.
@Suite(.serialized, .needsTheStaticProgram)
struct ScramRoundsTests {
    /// More than any timeout has room for; libpq's own counter overflows there, and it never ends.
    private static let endless = 2_147_483_647

    private func server(asking rounds: Int) throws -> LoopbackServer {
        try FakePostgres.server { FakePostgres.askForRounds(rounds, $0) }
    }

    @Test(
        "a login that does not fit into its attempt ends with it, and says how many rounds it was asked for")
    func endlessLogin() throws {
        for rounds in [Self.endless, 300_000_000] {
            let server = try server(asking: rounds)
            defer { server.stop() }
            let check = try PeerCheck("postgres://app:secret@127.0.0.1:\(server.port)/db", within: 1000)
            check.expect("timeout")
            #expect(check.duration > 0.9)
            #expect(
                check.message.contains("the server asks for \(rounds) rounds of SCRAM"), "\(check.message)")
        }
    }

    @Test(
        "what is no number of rounds is refused as libpq refuses it", arguments: ["0", "-1", "x", "1e9", ""])
    func noRounds(count: String) throws {
        let server = try FakePostgres.server { FakePostgres.askForRounds(count, $0) }
        defer { server.stop() }
        let check = try PeerCheck("postgres://app:secret@127.0.0.1:\(server.port)/db", within: 1000)
        check.expect("auth")
        #expect(check.message.contains("iteration"), "\(check.message)")
    }

    // A processor that others want as well makes an answer late, but not dear: what counts is the work before it.
    @Test(
        "logins of three million rounds hold no other probe and no answer, and SIGTERM is heard meanwhile",
        arguments: [(1, 0.01), (4, 0.02)])
    func othersHaveTheirTurn(logins: Int, limit: Double) throws {
        let server = try server(asking: 3_000_000)
        defer { server.stop() }
        let redis = try RedisServer.started()
        let slow = (0..<logins).map { number in
            "  slow\(number): {postgres: \"postgres://app:secret@127.0.0.1:\(server.port)/db\", interval: 1ms}\n"
        }.joined()
        let dear = try leastOfThree(below: limit) {
            let agent = try AgentUnderTest(
                "defaults: {interval: 100ms, timeout: 200ms, start_period: 0s}\ntargets:\n"
                    + "  cache: {redis: \"127.0.0.1:\(redis.port)\"}\n" + slow)
            let end = Monotonic.seconds() + 3
            var costs: [Double] = []
            while Monotonic.seconds() < end {
                let before = processorTime(of: agent.program.pid)
                #expect(try agent.get("/livez").status == 200)
                costs.append(processorTime(of: agent.program.pid) - before)
            }
            // The client is not always there when its answer is: the agent then computes more than one answer waits for.
            costs.sort()
            let dear = try #require(costs.dropLast(costs.count / 10).last)
            let probes = try #require(try agent.metric("waitfor_probes_total{target=\"cache\"}"))
            #expect(probes >= 20, "\(probes)")
            #expect(
                eventually(within: 10) { (try? agent.target("slow0"))?["reason"] == "timeout" })
            try agent.expect("cache", "healthy", reason: nil, isReady: false, within: 10)
            let before = processorTime(of: agent.program.pid)
            agent.program.send(SIGTERM)
            var atTheEnd = before
            while agent.program.finished == nil {
                let now = processorTime(of: agent.program.pid)
                if now > 0 { atTheEnd = now }
            }
            #expect(agent.program.finished?.exitCode == 0)
            return max(dear, atTheEnd - before)
        }
        #expect(dear < limit, "\(dear)")
    }

    @Test("thousands of logins that were given up leave neither memory nor descriptors behind")
    func givenUp() throws {
        // Who was not asked in time computes nothing, and has nothing to leave behind.
        let asked = Mutex(0)
        let server = try FakePostgres.server { connection in
            FakePostgres.askForRounds(Self.endless, connection)
            asked.withLock { $0 += 1 }
            _ = connection.read()
        }
        defer { server.stop() }
        let targets = (0..<4).map {
            "  slow\($0): {postgres: \"postgres://app:secret@127.0.0.1:\(server.port)/db\"}\n"
        }.joined()
        let agent = try AgentUnderTest(
            "defaults: {interval: 1ms, timeout: 20ms, start_period: 0s}\ntargets:\n" + targets)
        func wait(for count: Int) -> Bool {
            eventually(within: 120) { asked.withLock { $0 } >= count || agent.program.finished != nil }
        }
        func resident() -> Int {
            let line = readText("/proc/\(agent.program.pid)/status").split(separator: "\n").first {
                $0.hasPrefix("VmRSS")
            }
            return line.flatMap { Int($0.filter(\.isNumber)) } ?? .max
        }
        #expect(wait(for: 500))
        let (memory, descriptors) = (resident(), descriptorCount(of: agent.program.pid) ?? 0)
        #expect(wait(for: 2500))
        #expect(resident() <= memory + 512, "\(memory) KiB, then \(resident()) KiB")
        #expect(descriptorCount(of: agent.program.pid) ?? 0 <= descriptors + 8)
        #expect(
            eventually(within: 10) {
                (try? agent.target("slow0"))?["message"]?.contains("rounds of SCRAM") == true
            })
        #expect(try agent.stop().exitCode == 0)
    }

    @Test("as pg_isready it needs no login to know the answer, and gives up the one that has no end")
    func pgIsReady() throws {
        let server = try server(asking: Self.endless)
        defer { server.stop() }
        let directory = try TemporaryDirectory()
        let tool = directory.file("pg_isready")
        symlink(Program.waitfor, tool)
        let finished = try Program.run(
            tool, ["-h", "127.0.0.1", "-p", "\(server.port)", "-U", "app", "-d", "db"],
            environment: Program.minimalEnvironment.merging(["PGPASSWORD": "secret"]) { $1 })
        #expect(finished.exitCode == 0 && finished.output.contains("accepting connections"), "\(finished)")
        #expect(finished.elapsed < 1, "\(finished)")
    }
}
