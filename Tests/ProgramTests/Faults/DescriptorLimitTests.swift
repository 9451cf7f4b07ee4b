import Glibc
import TestSupport
import Testing

/// Few descriptors: what is ours to raise is raised, and what is left goes to the probes first.
struct DescriptorLimitTests {
    /// Starts the program under these limits on descriptors.
    private func limited(soft: Int, hard: Int, _ words: [String]) -> Program {
        let limits = "ulimit -Sn \(soft); ulimit -Hn \(hard); exec \"$@\""
        return Program(
            "/bin/sh", ["-c", limits, "sh", Program.waitfor] + words,
            environment: Program.leakUncheckedEnvironment)
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

    @Test(
        "without a descriptor for itself the program ends with 125 and says which it lacks", arguments: 3...8)
    func atTheStart(limit: Int) throws {
        let port = try FreePort.make()
        let target = "tcp://127.0.0.1:\(try FreePort.make())"
        for (words, codes) in [
            // A loop, a descriptor for signals, and one to connect with.
            (["check", target], [limit < 4 ? 125 : 1]), (["-t", "200ms", target], [limit < 5 ? 125 : 124]),
            (["agent", "--listen", "127.0.0.1:\(port)", target], [125]),
        ] as [([String], [Int32])] {
            let program = try limited(soft: limit, hard: limit, words).start()
            // An agent that could start does.
            _ = eventually(within: 1) {
                program.finished != nil || (try? HTTPPlace.port(port).connect()) != nil
            }
            program.send(SIGTERM)
            let finished = try program.finish(within: 10)
            let code = try #require(finished.exitCode, "\(words): \(finished)")
            // The loader of a dynamic program is the first who wants one.
            let isUnloaded = code == 127 && finished.errors.contains("shared libraries")
            let isStopped = words[0] == "agent" && code == 0
            #expect(codes.contains(code) || isStopped || isUnloaded, "\(words): \(finished)")
            guard code == 125 else { continue }
            #expect(
                finished.errors.hasPrefix("waitfor: ")
                    && ["open files", "descriptors"].contains { finished.errors.contains($0) },
                "\(finished)")
        }
    }

    @Test(
        "without memory the program ends with 125 and says so, wherever that happens", .needsThePlainProgram)
    func withoutMemory() throws {
        let size = (readFile(Program.waitfor)?.count ?? 0) >> 10
        let isStatic = (readFile(Program.waitfor) ?? []).prefix(4096).split(separator: 0).allSatisfy {
            !$0.starts(with: "/lib".utf8)
        }
        let target = "https://127.0.0.1:\(try FreePort.make())"
        var endings: Set<Int32> = []
        for limit in stride(from: size, to: size + 200_000, by: 100) {
            let words = ["-c", "ulimit -v \(limit); exec \"$@\"", "sh", Program.waitfor, "check", target]
            let finished = try Program("/bin/sh", words).run(within: 10)
            // In a window of some 100 KiB it fits, and what libc's own start needs does not.
            let isLibrary = ["Fatal glibc error: ", "error while loading shared libraries: "]
                .contains(where: finished.errors.contains)
            if isStatic, endings.isEmpty, isLibrary { continue }
            guard let code = finished.exitCode else {
                // Where it does not fit, the kernel ends it before it begins: without a word, and only until it fits.
                // So does the dynamic one's runtime, before it is the program's turn.
                #expect(!isStatic || endings.isEmpty && finished.errors.isEmpty, "\(limit): \(finished)")
                continue
            }
            endings.insert(code)
            #expect(code != 125 || finished.errors.contains("waitfor: out of memory: "), "\(finished)")
            #expect(!finished.output.isEmpty || !finished.errors.isEmpty, "\(finished)")
            if finished.output.contains("refused") { break }
        }
        #expect(isStatic ? endings == [1, 125] : endings.isSubset(of: [1, 125, 127]), "\(endings)")
        #expect(endings.contains(1), "\(endings)")
    }
}
