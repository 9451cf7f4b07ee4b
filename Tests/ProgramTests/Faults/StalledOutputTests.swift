import Glibc
import TestSupport
import Testing

/// Output that nobody reads, or that others crowd out: it may get lost, and keeps nobody waiting.
struct StalledOutputTests {
    private func gate(_ options: [String], _ command: [String] = []) throws -> Program {
        let target = "db=tcp://127.0.0.1:\(try FreePort.make())"
        return Program(Program.waitfor, options + [target] + (command.isEmpty ? [] : ["--"] + command))
    }

    @Test(
        "a gate whose log is full ends at its timeout, and its last line is the first to get through",
        arguments: [false, true])
    func gateTimeout(isNonblocking: Bool) throws {
        let pipe = try CrowdedPipe(isNonblocking: isNonblocking)
        let running = try gate(["-v", "-i", "5ms", "-t", "1s"]).start(errors: pipe.writing)
        let finished = try running.finish(within: 10)
        #expect(finished.exitCode == 124, "\(finished)")
        #expect(finished.elapsed < 1.4, "\(finished.elapsed)")
    }

    @Test(
        "O_NONBLOCK that was inherited cuts no line: they come when there is room", arguments: [false, true])
    func inheritedFlag(isNonblocking: Bool) throws {
        let pipe = try CrowdedPipe(isNonblocking: isNonblocking)
        let running = try gate(["-v", "-i", "10ms", "-t", "1500ms"]).start(errors: pipe.writing)
        Monotonic.sleep(0.7)
        pipe.drain()
        #expect(try running.finish(within: 10).exitCode == 124)
        #expect(eventually(within: 5) { pipe.text.contains("attempts in") })
        let said = lines(pipe.text)
        #expect(said.count > 5 && said.allSatisfy { $0.hasPrefix("waitfor: ") }, "\(said)")
        #expect(said[0].hasPrefix("waitfor: waiting up to 1.5s for db"), "\(said)")
        #expect(said.last?.contains("attempts in") == true, "\(said)")
    }

    @Test("a gate with a full log becomes its command as soon as its target is there")
    func command() throws {
        let pipe = try CrowdedPipe()
        let running = try ReadyGate().program(["/bin/echo", "up"], options: ["-v"])
            .start(errors: pipe.writing)
        let finished = try running.finish(within: 10)
        #expect(finished.output == "up\n" && finished.elapsed < 0.5, "\(finished)")
    }

    @Test("more lines at once than wait for a slow reader are all there for one that is not slow")
    func manyMistakes() throws {
        let directory = try TemporaryDirectory()
        let keys = (0..<1500).map { "  x\($0): {redis: 'redis://127.0.0.1:99999/a-database-that-is-none'}\n" }
        let file = try directory.write("many.yaml", "targets:\n" + keys.joined())
        let log = directory.file("log")
        let finished = try Program.run(
            "/bin/sh", ["-c", "\(Program.waitfor) -c \(file) 2>\(log)"], within: 10)
        let lines = readText(log).split(separator: "\n")
        #expect(finished.exitCode == 125)
        #expect(lines.count == 1500 && readText(log).utf8.count > 100_000, "\(lines.count)")
    }

    @Test("a signal ends a gate with a full log at once")
    func signal() throws {
        let pipe = try CrowdedPipe()
        let running = try gate(["-v", "-i", "5ms"]).start(errors: pipe.writing)
        Monotonic.sleep(0.5)
        let sent = Monotonic.seconds()
        running.send(SIGTERM)
        #expect(try running.finish(within: 10).exitCode == 143)
        #expect(Monotonic.seconds() - sent < 0.4)
    }

    @Test("a terminal that was stopped (^S) keeps a gate no longer than its timeout")
    func terminal() throws {
        let terminal = try Terminal()
        terminal.stop()
        let finished = try gate(["-v", "-i", "5ms", "-t", "1s"]).start(errors: terminal.descriptor).finish(
            within: 10)
        #expect(finished.exitCode == 124 && finished.elapsed < 1.4, "\(finished)")
    }

    @Test("an agent with a full log answers, counts what it drops, and says so when its reader is back")
    func agent() throws {
        let pipe = try CrowdedPipe()
        let port = try FreePort.make()
        let words = [
            "agent", "-v", "--listen", "127.0.0.1:\(port)", "-i", "1ms", "--jitter", "0",
            "--start-period", "0s", "--log", "json", "db=tcp://127.0.0.1:\(try FreePort.make())",
        ]
        let agent = try Program(Program.waitfor, words).start(errors: pipe.writing)
        let place = HTTPPlace.port(port)
        func dropped() -> Int {
            let line = (try? place.get("/metrics").body)?.split(separator: "\n").last {
                $0.hasPrefix("waitfor_log_lines_dropped_total ")
            }
            return line.flatMap { Int($0.drop { $0 != " " }.dropFirst()) } ?? 0
        }
        #expect(eventually(within: 20, every: 0.05) { dropped() > 100 })
        var slowest = 0.0
        for _ in 0..<20 {
            let began = Monotonic.seconds()
            #expect(try place.get("/livez").status == 200)
            slowest = max(slowest, Monotonic.seconds() - began)
        }
        #expect(slowest < 0.5, "\(slowest)")
        pipe.drain()
        #expect(eventually(within: 5) { pipe.text.contains("lines were dropped") }, "\(dropped())")
        let said = lines(pipe.text)
        #expect(said.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
        #expect((1...3).contains(said.count { $0.contains("\"event\":\"dropped\"") }))
        agent.send(SIGTERM)
        #expect(try agent.finish(within: 5).exitCode == 0)
    }

    @Test("standard output as well: a check's verdict is its exit code, a text that was asked for is a fault")
    func standardOutput() throws {
        let pipe = try CrowdedPipe()
        let directory = try TemporaryDirectory()
        let file = try directory.write("waitfor.yaml", "targets: {a: {exec: [CMD, /bin/true]}}\n")
        let check = try Program(Program.waitfor, ["check", "--output", "json", "-c", file])
            .start(output: pipe.writing).finish(within: 10)
        #expect(check.exitCode == 0 && check.elapsed < 0.6, "\(check)")
        for words in [["config", "show", file], ["help"], ["--help"], ["version"]] {
            let finished = try Program(Program.waitfor, words).start(output: pipe.writing).finish(within: 10)
            #expect(finished.elapsed < 2, "\(words): \(finished)")
            // Now and then the crowd lets a page through.
            guard finished.exitCode != 0 else { continue }
            #expect(finished.exitCode == 125, "\(words): \(finished)")
            #expect(finished.errors.hasPrefix("waitfor: standard output takes no more: "), "\(finished)")
        }
        let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
        defer { close(full) }
        let disk = try Program(Program.waitfor, ["config", "show", file]).start(output: full).finish()
        #expect(disk.exitCode == 125 && disk.errors.contains("No space left"), "\(disk)")
    }
}
