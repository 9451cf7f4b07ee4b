import Glibc
import TestSupport
import Testing

/// `--until down`: gone is what refuses or has no name any more, and nothing else.
@Suite(.serialized)
struct UntilDownTests {
    private func gate(_ targets: [String], _ options: [String] = []) throws -> RunningProgram {
        try Program(Program.waitfor, ["--until", "down"] + options + targets + ["--", "echo", "gone"]).start()
    }

    @Test("a gate waits until a Redis is stopped, says each change once, and becomes its command")
    func stopped() throws {
        let redis = try RedisServer.started(["requirepass": "secret"])
        // One that answers an error, and one that is ready.
        let gate = try gate([redis.target(), "port=tcp://127.0.0.1:\(redis.port)"], ["-t", "30"])
        #expect(
            gate.waitUntil(within: 10) {
                $0.standardError.contains("cache: not down: auth: ")
                    && $0.standardError.contains("port: not down: busy: ")
            }, "\(gate.standardError)")
        Monotonic.sleep(0.3)
        #expect(gate.finished == nil)
        redis.stop()
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "gone\n", "\(finished)")
        #expect(finished.errors.hasPrefix("waitfor: waiting up to 30s for the end of cache (Redis at "))
        #expect(finished.errors.count(of: "cache: not down: ") == 1, "\(finished)")
        #expect(finished.errors.contains("cache: down: 127.0.0.1:\(redis.port) refused: "), "\(finished)")
    }

    @Test("a server that is stopped, and answers nobody, is not gone: 124")
    func silent() throws {
        let redis = try RedisServer.started()
        redis.pause()
        defer { redis.resume() }
        let finished = try gate([redis.target()], ["-t", "1s", "--attempt-timeout", "300ms"]).finish()
        #expect(finished.exitCode == 124, "\(finished)")
        #expect(finished.errors.contains("cache: not down: timeout: "), "\(finished)")
        #expect(!finished.errors.contains("cache: down"))
        #expect(finished.errors.contains("it is gone when it refuses"), "\(finished)")
    }

    @Test("a socket whose file is gone is gone; one whose queue is full is not")
    func socket() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("s")
        let script = """
            import socket, time
            listener = socket.socket(socket.AF_UNIX); listener.bind("\(path)"); listener.listen(0)
            client = socket.socket(socket.AF_UNIX); client.connect("\(path)")
            print("full", flush=True); time.sleep(60)
            """
        let full = try Program("/usr/bin/python3", ["-c", script]).start()
        try #require(full.waitUntil(within: 10) { $0.standardOutput == "full\n" })
        let waiting = try gate(["unix://\(path)"], ["-t", "500ms"]).finish()
        #expect(waiting.exitCode == 124, "\(waiting)")
        full.stop()
        #expect(try gate(["unix://\(path)"], ["-t", "10"]).finish().output == "gone\n", "nobody listens")
        unlink(path)
        #expect(try gate(["unix://\(path)"], ["-t", "10"]).finish().output == "gone\n")
    }

    @Test("a name is gone when the resolver says so, and not when it fails or says nothing")
    func names() throws {
        let namespace = try Namespace(hosts: "")
        try namespace.run {
            for (answer, exit) in [
                (DNSServer.Answer.nxdomain, Int32(0)), (.addresses([]), 0), (.servfail, 124), (.silence, 124),
            ] {
                let names = try DNSServer { _ in answer }
                let options = ["-t", "1500ms", "--attempt-timeout", "700ms"]
                for target in ["tcp://db.test:5", "postgres://db.test", "dns:db.test"] {
                    let finished = try gate([target], options).finish()
                    #expect(finished.exitCode == exit, "\(answer) \(finished)")
                }
                names.stop()
            }
            #expect(try gate(["tcp://db.test:5"], ["-t", "1s"]).finish().exitCode == 124, "no name server")
        }
    }

    @Test("of several hosts all have to be gone")
    func severalHosts() throws {
        let (gone, silent) = (try FreePort.make(), try LoopbackServer { $0.holdSilently(within: 20) })
        defer { silent.stop() }
        let options = ["-t", "1s", "--attempt-timeout", "400ms"]
        let (here, away) = ("127.0.0.1:\(silent.port)", "127.0.0.1:\(gone)")
        for hosts in ["\(here),\(away)", "\(away),\(here)"] {
            for scheme in ["postgres", "redis", "mysql"] {
                let finished = try gate(["\(scheme)://\(hosts)/"], options).finish()
                #expect(finished.exitCode == 124, "\(scheme) \(finished)")
            }
        }
        for scheme in ["postgres", "redis", "mysql"] {
            let finished = try gate(["\(scheme)://\(away),\(away)/"], ["-t", "9s"]).finish()
            #expect(finished.exitCode == 0, "\(scheme) \(finished)")
        }
    }

    @Test("a stable end, a word that is none, and a verdict for liveness")
    func options() throws {
        let port = try FreePort.make()
        let stable = try gate(["tcp://127.0.0.1:\(port)"], ["--stable", "400ms", "-i", "50ms"]).finish()
        #expect(stable.exitCode == 0 && stable.elapsed >= 0.4, "\(stable)")
        let wrong = try Program.run(Program.waitfor, ["--until", "up", "a:1"])
        #expect(wrong.exitCode == 125 && wrong.errors == "waitfor: --until: `up`: down\n", "\(wrong)")
        let alive = try Program.run(Program.waitfor, ["--until=down", "--for", "liveness", "a:1"])
        #expect(alive.exitCode == 125 && alive.errors.contains("contradict"), "\(alive)")
        #expect(try Program.run(Program.waitfor, ["check", "--until=down", "a:1"]).exitCode == 125)
    }
}
