import Glibc
import TestSupport
import Testing

/// What a gate shows on a terminal while it waits.
struct GateScreenTests {
    private func environment(_ variables: [String: String]) -> [String: String] {
        Program.minimalEnvironment.merging(variables) { $1 }
    }

    @Test(
        "a line for each target stands below the log, with the time spent, within the window, and is gone in the end",
        arguments: [80, 40])
    func live(columns: Int) throws {
        let (terminal, port) = (try Terminal(), try FreePort.make())
        terminal.resize(rows: 24, columns: UInt16(columns))
        let shell = try terminal.start(
            "TERM=xterm \(Program.waitfor) -t 30s late=tcp://127.0.0.1:\(port) fine=dns:localhost"
                + " -- /bin/echo started")
        var lines: [String] = []
        let isShown = eventually(within: 20, every: 0.05) {
            lines = ScreenText(terminal.text, columns: columns).lines
            return lines.suffix(3).first?.hasPrefix("  late  2s       refused: con") == true
        }
        #expect(isShown, "\(lines)")
        #expect(lines.suffix(2) == ["  fine  0s       ready", ""], "\(lines)")
        // The log's lines may be longer than the window, these not.
        #expect(lines.suffix(3).allSatisfy { $0.count < columns })
        if columns == 40 { #expect(lines.suffix(3).first?.hasSuffix("…") == true, "\(lines)") }
        let server = try LoopbackServer(port: port) { _ in }
        defer { server.stop() }
        #expect(try shell.finish(within: 20).exitCode == 0)
        #expect(eventually(within: 5) { terminal.text.contains("started") })
        let left = ScreenText(terminal.text, columns: columns).lines
        #expect(!left.contains { $0.hasPrefix("  late") || $0.hasPrefix("  fine") }, "\(left)")
        let last = left.filter { !$0.isEmpty }.suffix(2)
        #expect(last.last == "started", "\(left)")
        #expect(left.joined().contains("late: ready: ") && !left.dropLast().contains(""), "\(left)")
    }

    @Test(
        "a gate that gives up on a terminal leaves its log and nothing else there, and so does one that is ended"
    )
    func givesUp() throws {
        let target = "late=tcp://127.0.0.1:1"
        for (options, signal) in [("-t 2s", nil), ("-t 30s", SIGTERM)] as [(String, Int32?)] {
            let terminal = try Terminal()
            terminal.resize(rows: 24, columns: 80)
            let gate = try Program(
                Program.waitfor, options.split(separator: " ").map(String.init) + [target],
                environment: environment(["TERM": "xterm"])
            ).start(errors: terminal.descriptor)
            #expect(eventually(within: 15) { terminal.text.contains("  late  1s") }, "\(terminal.text)")
            if let signal { gate.send(signal) }
            #expect(try gate.finish(within: 10).exitCode == (signal == nil ? 124 : 143))
            let left = ScreenText(terminal.text, columns: 80).lines
            let isOurs = left.allSatisfy { !$0.hasPrefix("  late") }
            #expect(
                isOurs && left.joined().contains(signal == nil ? "timed out" : "ended by SIGTERM"), "\(left)")
        }
    }

    @Test("where nobody looks, or not at a window, not a byte is other than in a pipe")
    func plain() throws {
        let arguments = ["-t", "1500ms", "late=tcp://127.0.0.1:1"]
        let piped = try Program.run(
            Program.waitfor, arguments, environment: environment(["TERM": "xterm"]))
        #expect(!piped.errors.contains("\u{1B}") && piped.errors.hasPrefix("waitfor: waiting"), "\(piped)")
        for (variables, options, columns) in [
            (["TERM": "dumb"], [], 80), ([:], [], 80), (["TERM": "xterm"], ["-q"], 80),
            (["TERM": "xterm"], ["--log", "json"], 80), (["TERM": "xterm"], [], 0),
        ] as [([String: String], [String], UInt16)] {
            let terminal = try Terminal()
            terminal.resize(rows: columns == 0 ? 0 : 24, columns: columns)
            let gate = try Program(
                Program.waitfor, options + arguments, environment: environment(variables)
            ).start(errors: terminal.descriptor)
            #expect(try gate.finish(within: 10).exitCode == 124)
            #expect(!terminal.text.contains("\u{1B}"), "\(variables) \(options): \(terminal.text)")
        }
    }

    @Test("a terminal that takes nothing delays neither the gate nor its command")
    func stalled() throws {
        let terminal = try Terminal()
        terminal.resize(rows: 24, columns: 80)
        let gate = try Program(
            Program.waitfor, ["-t", "4s", "late=tcp://127.0.0.1:1"],
            environment: environment(["TERM": "xterm"])
        ).start(errors: terminal.descriptor)
        #expect(eventually(within: 15) { terminal.text.contains("  late") })
        terminal.stop()
        let finished = try gate.finish(within: 10)
        #expect(finished.exitCode == 124 && finished.elapsed < 4.5, "\(finished)")
    }
}
