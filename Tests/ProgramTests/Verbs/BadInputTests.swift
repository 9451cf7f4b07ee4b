import TestSupport
import Testing

/// Bad input is one clear line and 125 before anything is probed, and what looks like
/// input but is somebody else's is left alone.
struct BadInputTests {
    @Test("Every mistake has one line on stderr that names it, ends with 125 and probes nothing")
    func table() throws {
        #expect(BadInput.table.count >= 80)
        let server = try LoopbackServer { $0.holdSilently() }
        defer { server.stop() }
        for input in BadInput.table {
            let arguments = input.arguments.map { word in
                word.hasSuffix("READY") ? String(word.dropLast(5)) + "tcp://127.0.0.1:\(server.port)" : word
            }
            let finished = try Program.run(
                Program.waitfor, arguments,
                environment: Program.minimalEnvironment.merging(input.environment) { $1 }, within: 5)
            #expect(finished.exitCode == 125, "\(input): \(finished)")
            #expect(finished.output.isEmpty, "\(input): \(finished)")
            let said = finished.errors.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(said.count == 2 && said[1].isEmpty, "\(input): \(finished)")
            #expect(said[0].hasPrefix("waitfor: ") && said[0].count > 15, "\(input): \(finished)")
            #expect(finished.errors.contains(input.word), "\(input) should say \(input.word): \(finished)")
        }
        #expect(server.accepted == 0)
    }

    @Test("Errors of usage are told under -q and --log json as well")
    func quietErrors() throws {
        for options in [["-q"], ["--log", "json"]] {
            let finished = try Program.run(Program.waitfor, options + ["--set", "x.y=z", "db:80"])
            #expect(finished.exitCode == 125 && lines(finished.errors).count == 1, "\(finished)")
        }
    }

    @Test("An argument of any bytes is shown as one printable line")
    func unprintable() throws {
        var program = Program(Program.waitfor)
        program.arguments = [Array("a\nb\u{1B}[31m".utf8) + [0xFF, 0xC3]]
        let finished = try program.run()
        #expect(finished.exitCode == 125, "\(finished)")
        #expect(finished.errorBytes.dropLast().allSatisfy { (0x20...0x7E).contains($0) }, "\(finished)")
    }

    @Test("The variables that kubelet injects for Services called waitfor change nothing")
    func kubelet() throws {
        var environment = Program.minimalEnvironment
        for service in ["WAITFOR", "WAITFOR_GATE", "WAITFOR_CHECK", "WAITFOR_AGENT", "WAITFOR_CONFIG"] {
            let tcp = "tcp://10.96.3.7:8642"
            for (name, value) in [
                ("SERVICE_HOST", "10.96.3.7"), ("SERVICE_PORT", "8642"), ("SERVICE_PORT_HTTP", "8642"),
                ("PORT", tcp),
                ("PORT_8642_TCP", tcp), ("PORT_8642_TCP_PROTO", "tcp"), ("PORT_8642_TCP_PORT", "8642"),
                ("PORT_8642_TCP_ADDR", "10.96.3.7"),
            ] {
                environment["\(service)_\(name)"] = value
            }
        }
        let gate = try ReadyGate()
        let gated = try Program.run(
            Program.waitfor, [gate.target, "--", "/bin/echo", "ran"], environment: environment)
        #expect(gated.output == "ran\n" && gated.exitCode == 0, "\(gated)")
        let plain = try gate.run(["/bin/true"])
        #expect(lines(gated.errors).first == lines(plain.errors).first)
        let checked = try Program.run(Program.waitfor, ["check", gate.target], environment: environment)
        #expect(checked.exitCode == 0 && checked.errors.isEmpty, "\(checked)")
    }

    @Test("Any other WAITFOR_ variable is ignored, and so is a variable of another verb")
    func otherVariables() throws {
        let environment = Program.minimalEnvironment.merging([
            "WAITFOR_TIMEOUT": "x", "WAITFOR_GATE": "x", "WAITFOR_GATE_NONSENSE": "x",
            "WAITFOR_AGENT_TIMEOUT": "x",
            "WAITFOR_CHECK_TIMEOUT": "x", "WAITFOR_GATE_HELP": "1", "WAITFOR_GATE_VERSION": "1",
            "WAITFOR_GATE_OUTPUT": "x", "waitfor_gate_timeout": "x",
        ]) { $1 }
        let gate = try ReadyGate()
        let finished = try Program.run(
            Program.waitfor, [gate.target, "--", "/bin/echo", "ran"], environment: environment)
        #expect(finished.output == "ran\n" && finished.exitCode == 0, "\(finished)")
    }
}
