import TestSupport
import Testing

/// How options are written, and who wins: flags over environment.
struct OptionTests {
    /// What a gate on a port where nobody listens says it waits for: `waiting up to 60s for …`.
    private func limit(_ options: [String], _ environment: [String: String] = [:]) throws -> String {
        let port = try FreePort.make()
        let running = try Program(
            Program.waitfor, options + ["tcp://127.0.0.1:\(port)"],
            environment: Program.minimalEnvironment.merging(environment) { $1 }
        ).start()
        defer { running.stop() }
        _ = running.waitUntil(within: 10) { $0.standardError.contains("\n") }
        let line = lines(running.standardError).first ?? ""
        let end = line.split(separator: " ").firstIndex(of: "for") ?? 0
        return line.split(separator: " ").prefix(end).dropFirst(2).joined(separator: " ")
    }

    @Test("Values are attached, separate or after `=`, and the last one counts")
    func spellings() throws {
        for options in [
            ["-t30"], ["-t", "30"], ["--timeout=30"], ["--timeout", "30"], ["-4t30"], ["-4t", "30s"],
        ] {
            #expect(try limit(options) == "up to 30s", "\(options)")
        }
        #expect(try limit(["-t", "5", "--timeout=30"]) == "up to 30s")
        #expect(try limit([]) == "up to 60s")
        #expect(try limit(["-t0"]) == "without limit")
    }

    @Test("A flag wins over its variable, and the variable over the default")
    func precedence() throws {
        let environment = ["WAITFOR_GATE_TIMEOUT": "45s"]
        #expect(try limit([], environment) == "up to 45s")
        #expect(try limit(["-t", "30"], environment) == "up to 30s")
        #expect(try limit(["wait"], environment) == "up to 45s")
        // A flag wins over a variable that says something else than it, too.
        #expect(try limit(["-t", "30"], ["WAITFOR_GATE_TIMEOUT": "nonsense"]) == "up to 30s")
        let gate = try ReadyGate()
        let quiet = try Program.run(
            Program.waitfor, ["-v", gate.target],
            environment: ["WAITFOR_GATE_QUIET": "true", "PATH": Program.searchPath])
        #expect(quiet.exitCode == 0 && !quiet.errors.isEmpty, "\(quiet)")
        for value in ["true", "yes", "on", "1"] {
            let finished = try Program.run(
                Program.waitfor, [gate.target], environment: ["WAITFOR_GATE_QUIET": value])
            #expect(finished.exitCode == 0 && finished.errors.isEmpty, "\(finished)")
        }
        let loud = try Program.run(
            Program.waitfor, [gate.target], environment: ["WAITFOR_GATE_QUIET": "false"])
        #expect(loud.exitCode == 0 && !loud.errors.isEmpty, "\(loud)")
    }

    @Test("WAITFOR_LOG is for every verb, and the verb's own variable wins over it")
    func logVariable() throws {
        let gate = try ReadyGate()
        let json = try Program.run(Program.waitfor, [gate.target], environment: ["WAITFOR_LOG": "json"])
        #expect(json.exitCode == 0 && json.errors.hasPrefix("{"), "\(json)")
        let text = try Program.run(
            Program.waitfor, [gate.target], environment: ["WAITFOR_LOG": "json", "WAITFOR_GATE_LOG": "text"])
        #expect(text.exitCode == 0 && text.errors.hasPrefix("waitfor: "), "\(text)")
    }

    @Test("Options may stand before, between and after targets and the verb")
    func places() throws {
        let gate = try ReadyGate()
        for arguments in [
            ["-q", "a=\(gate.target)", "b=\(gate.target)"], ["a=\(gate.target)", "-q", "b=\(gate.target)"],
            ["a=\(gate.target)", "b=\(gate.target)", "-q"], ["wait", "-q", gate.target],
            ["-q", "wait", gate.target],
            ["check", gate.target, "-q"], ["-q", "check", gate.target],
        ] {
            let finished = try Program.run(Program.waitfor, arguments)
            #expect(finished.exitCode == 0 && finished.errors.isEmpty, "\(arguments): \(finished)")
        }
    }

    @Test("After `--` everything is the command's, options and another `--` included")
    func endOfOptions() throws {
        let finished = try ReadyGate().run(["/bin/echo", "-q", "--timeout=x", "--", "--help"])
        #expect(finished.output == "-q --timeout=x -- --help\n", "\(finished)")
    }

    @Test("Durations are Go's with d and w, and a bare integer is seconds (C-8, CD-1…CD-11)")
    func durations() throws {
        let good: KeyValuePairs = [
            "1m30s": "90s", "1h5m30s20ms": "1h5m30s", "1.5h": "1h30m", ".5s": "500ms", "5.s": "5s",
            "30": "30s",
            "+5s": "5s", "1d": "24h", "1w": "168h", "250ms": "250ms", "500000us": "500ms",
            "500000µs": "500ms",
            "500000μs": "500ms", "90000000ns": "90ms", "1s1s1s": "3s", "1s1m": "61s", "1.5d": "36h",
        ]
        for (written, meant) in good {
            #expect(try limit(["-t", written]) == "up to \(meant)", "\(written)")
            #expect(try limit([], ["WAITFOR_GATE_TIMEOUT": written]) == "up to \(meant)", "\(written)")
        }
        for zero in ["0", "+0", "-0", "0s"] {
            #expect(try limit(["--timeout=\(zero)"]) == "without limit", "\(zero)")
        }
        let bad = [
            "", "1 m", " 5s", "1e3s", "1M", "1_0s", "-5s", "9223372036855s", "1.5", "s", ".s", "5S", "3 0",
            "0x10", "∞",
        ]
        for written in bad {
            let finished = try Program.run(Program.waitfor, ["--timeout=\(written)", "tcp://127.0.0.1:1"])
            #expect(finished.exitCode == 125, "\(written): \(finished)")
        }
    }
}
