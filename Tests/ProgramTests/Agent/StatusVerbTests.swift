import Glibc
import TestSupport
import Testing

/// `waitfor status`: what a running agent knows, for people.
struct StatusVerbTests {
    /// An agent with a target that is ready and one that refuses.
    private func agent() throws -> AgentUnderTest {
        let agent = try AgentUnderTest(
            """
            defaults: {interval: 200ms, timeout: 1s, retries: 1, start_period: 0s}
            targets: {down: {tcp: "127.0.0.1:1"}, fine: {dns: localhost}}

            """)
        try agent.expect("down", "unhealthy", reason: "refused", isReady: false, within: 10)
        try agent.expect("fine", "healthy", reason: nil, isReady: false, within: 10)
        return agent
    }

    private func status(_ arguments: String..., environment: [String: String] = [:]) throws -> Finished {
        try Program.run(
            Program.waitfor, ["status"] + arguments,
            environment: Program.minimalEnvironment.merging(environment) { $1 })
    }

    @Test("one shot: a table in 80 columns without a colour, 1 while something is not ready, 0 when all is")
    func once() throws {
        let agent = try agent()
        let table = try status("127.0.0.1:\(agent.port)", environment: ["TERM": "xterm"])
        #expect(table.exitCode == 1 && table.errors.isEmpty, "\(table)")
        let lines = lines(table.output)
        #expect(lines[0] == "NOT READY: 1 unhealthy, 1 healthy" && lines.count == 4, "\(table)")
        #expect(
            lines[2].hasPrefix("unhealthy  down  ") && lines[3].hasPrefix("healthy    fine  "), "\(table)")
        #expect(lines[2].contains("refused: connection refused"), "\(table)")
        #expect(lines.allSatisfy { $0.utf8.count <= 82 } && !table.output.contains("\u{1B}"), "\(table)")
        let named = try status(environment: ["WAITFOR_AGENT_LISTEN": "127.0.0.1:\(agent.port)"])
        #expect(named.exitCode == 1 && named.output.hasPrefix("NOT READY"), "\(named)")
        #expect(try status("-c", agent.path).output.hasPrefix("NOT READY"))
        try agent.rewrite("targets: {fine: {dns: localhost}}\n")
        agent.program.send(SIGHUP)
        try agent.expect("fine", "healthy", reason: nil, isReady: true, within: 10)
        let ready = try status("http://127.0.0.1:\(agent.port)/")
        #expect(ready.exitCode == 0 && ready.output.hasPrefix("ready: 1 healthy\n"), "\(ready)")
    }

    @Test("--output json is the agent's report; an agent that is not there is said on standard error, and 1")
    func json() throws {
        let agent = try agent()
        let report = try status("127.0.0.1:\(agent.port)", "--output", "json")
        #expect(report.exitCode == 1 && report.output.count(of: "\n") == 1, "\(report)")
        #expect(report.output.hasPrefix("{\"version\":1,\"ready\":false,\"targets\":[{\"name\":\"down\","))
        _ = try agent.stop()
        let gone = try status("127.0.0.1:\(agent.port)", "--output", "json")
        #expect(gone.exitCode == 1 && gone.output.isEmpty, "\(gone)")
        #expect(gone.errors.hasPrefix("waitfor: no answer from the agent: refused: "), "\(gone)")
        let other = try LoopbackServer { connection in
            _ = connection.read()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        defer { other.stop() }
        let foreign = try status("127.0.0.1:\(other.port)")
        #expect(foreign.exitCode == 1 && foreign.errors.contains("no report: is it an agent?"), "\(foreign)")
        for mistake in [["a:1", "b:2"], ["https://a:1"], ["--fail-fast"]] {
            let finished = try Program.run(Program.waitfor, ["status"] + mistake)
            #expect(finished.exitCode == 125 && finished.errors.count(of: "\n") == 1, "\(finished)")
        }
    }

    @Test("on a terminal it is coloured, unless NO_COLOR says no, and as wide as the window")
    func terminal() throws {
        let agent = try agent()
        for (variables, isColoured) in [
            ("TERM=xterm", true), ("TERM=xterm NO_COLOR=1", false), ("TERM=xterm NO_COLOR=", true),
            ("TERM=dumb", false), ("", false),
        ] {
            let terminal = try Terminal()
            terminal.resize(rows: 24, columns: 40)
            let shell = try terminal.start(
                "\(variables) \(Program.waitfor) status 127.0.0.1:\(agent.port); echo \"ended $?\"")
            #expect(eventually(within: 15) { terminal.text.contains("ended 1") }, "\(terminal.text)")
            #expect(terminal.text.contains("\u{1B}[31munhealthy\u{1B}[0m") == isColoured, "\(variables)")
            #expect(terminal.text.contains("\u{1B}") == isColoured, "\(variables)")
            let screen = ScreenText(terminal.text, columns: 40)
            #expect(screen.wraps == 0 && screen.lines[2].contains("…"), "\(screen.lines)")
            _ = try shell.finish(within: 10)
        }
    }

    @Test("--watch shows changes in their place, says when the agent is gone, and ends in order")
    func watching() throws {
        let agent = try agent()
        let terminal = try Terminal()
        terminal.resize(rows: 24, columns: 80)
        let shell = try terminal.start(
            "trap : INT; TERM=xterm \(Program.waitfor) status --watch 127.0.0.1:\(agent.port); echo \"ended $?\""
        )
        func expect(_ what: String, _ condition: ([String]) -> Bool) {
            var lines: [String] = []
            let came = eventually(within: 20, every: 0.05) {
                let screen = ScreenText(terminal.text, columns: 80)
                lines = screen.lines
                return screen.wraps == 0 && condition(lines)
            }
            #expect(came, "no \(what): \(lines)")
        }
        expect("table") { $0[0].hasPrefix("NOT READY: 1 unhealthy, 1 healthy") && $0.count == 5 }
        try agent.rewrite("targets: {fine: {dns: localhost}}\n")
        agent.program.send(SIGHUP)
        expect("change") { $0[0] == "ready: 1 healthy" && $0.count == 4 }
        _ = try agent.stop()
        expect("silence") {
            $0[0].hasPrefix("NO ANSWER for ") && $0.dropFirst().first?.hasPrefix("what it said ") == true
                && $0.contains("ready: 1 healthy")
        }
        terminal.type("\u{3}")
        // Below the table, at the beginning of a line.
        expect("end") { $0.contains("ended 1") || $0.contains("^Cended 1") }
        _ = try shell.finish(within: 10)
    }

    @Test(
        "--watch without a terminal goes on with tables or lines of JSON, and SIGTERM ends it with what was shown"
    )
    func piped() throws {
        let agent = try agent()
        for (options, sign) in [([String](), "NOT READY"), (["--output", "json"], "\"ready\":false")] {
            let watch = try Program(
                Program.waitfor, ["status", "--watch", "127.0.0.1:\(agent.port)"] + options
            ).start()
            #expect(watch.waitUntil(within: 15) { $0.standardOutput.count(of: sign) == 2 })
            watch.send(SIGTERM)
            let finished = try watch.finish(within: 5)
            #expect(finished.exitCode == 1 && !finished.output.contains("\u{1B}"), "\(finished)")
        }
    }

    @Test("--watch ends also on a terminal that takes nothing")
    func stalled() throws {
        let agent = try agent()
        let terminal = try Terminal()
        terminal.resize(rows: 24, columns: 80)
        let watch = try Program(
            Program.waitfor, ["status", "--watch", "127.0.0.1:\(agent.port)"],
            environment: Program.minimalEnvironment.merging(["TERM": "xterm"]) { $1 }
        ).start(output: terminal.descriptor)
        #expect(eventually(within: 15) { terminal.text.contains("unhealthy") })
        terminal.stop()
        _ = eventually(within: 3) { false }
        watch.send(SIGTERM)
        #expect(try watch.finish(within: 5).exitCode == 1)
    }
}
