import Glibc
import TestSupport
import Testing

/// Few descriptors: what is ours to raise is raised, and what is left goes to the probes first.
struct DescriptorLimitTests {
    /// Starts the program under these limits on descriptors.
    private func limited(soft: Int, hard: Int, _ words: [String]) -> Program {
        let limits = "ulimit -Sn \(soft); ulimit -Hn \(hard); exec \"$@\""
        return Program("/bin/sh", ["-c", limits, "sh", Program.waitfor] + words)
    }

    @Test(
        "the soft limit is raised for us; a command that is probed and the one that we become get the old one"
    )
    func raised() throws {
        let probed = try limited(
            soft: 64, hard: 4096, ["check", "x=exec:test $(ulimit -n) = 64", "y=exec:true"]
        )
        .run()
        #expect(probed.exitCode == 0, "\(probed)")
        let became = try limited(
            soft: 64, hard: 4096,
            ["x=exec:test $(ulimit -n) = 64", "--", "/bin/sh", "-c", "ulimit -n; ulimit -Hn"]
        ).run()
        #expect(became.output == "64\n4096\n", "\(became)")
        let port = try FreePort.make()
        let words = ["agent", "--listen", "127.0.0.1:\(port)", "x=exec:test $(ulimit -n) = 64"]
        let agent = try limited(soft: 64, hard: 4096, words).start()
        let place = HTTPPlace.port(port)
        #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
        #expect(try place.get("/metrics").body.contains("process_max_fds 4096\n"))
        agent.stop()
    }

    @Test("clients that only sit there take no descriptor from a probe", arguments: [32, 64])
    func idleClients(limit: Int) throws {
        let server = try RedisServer.started()
        let port = try FreePort.make()
        let words = [
            "agent", "--listen", "127.0.0.1:\(port)", "-i", "20ms", "--retries", "1", "--jitter", "0",
            "cache=redis://127.0.0.1:\(server.port)", "x=exec:true",
        ]
        let agent = try limited(soft: limit, hard: limit, words).start()
        let place = HTTPPlace.port(port)
        #expect(eventually(within: 5) { (try? place.get("/readyz").status) == 200 })
        let idle = try IdleConnections(120, port: port)
        for _ in 0..<100 {
            let reply = try place.get("/readyz")
            #expect(reply.status == 200, "\(reply)")
            Monotonic.sleep(0.01)
        }
        withExtendedLifetime(idle) {}
        #expect(!agent.standardError.contains("unhealthy"), "\(agent.standardError)")
        agent.send(SIGTERM)
        #expect(try agent.finish().exitCode == 0)
    }
}
