import Glibc
import TestSupport
import Testing

/// The gate as the first process of a container.
struct GateTests {
    @Test("docker stop ends a gate that waits within 300 ms")
    func stop() throws {
        // The quickest of three: the rest of the machine is busy with other containers.
        let times = try (1...3).map { round in
            let gate = try Container(
                "stop-\(round)", Docker.waitfor,
                command: ["-t", "0", "tcp://127.0.0.1:1", "--", "/waitfor", "version"])
            try gate.expectToSay("refused", within: 10)
            var asked = timespec()
            clock_gettime(CLOCK_REALTIME, &asked)
            try Docker.ask("stop", gate.name)
            #expect(try gate.exitCode == 128 + Int(SIGTERM))
            // Not when the command came back: an engine takes its time to put a container's network away.
            let ended = try secondOfDay(gate.inspect("{{.State.FinishedAt}}"))
            let elapsed = ended - Double(asked.tv_sec % 86400) - Double(asked.tv_nsec) / 1e9
            return elapsed < 0 ? elapsed + 86400 : elapsed
        }
        #expect(try #require(times.min()) < 0.3, "\(times)")
    }

    /// The time of a day in UTC, as engines write it: `2026-11-26T17:38:08.609595675Z`.
    private func secondOfDay(_ text: String) throws -> Double {
        let parts =
            text.dropLast().split(separator: "T").last?.split(separator: ":").compactMap { Double($0) } ?? []
        try #require(parts.count == 3 && text.hasSuffix("Z"), "\(text) is no time in UTC")
        return parts[0] * 3600 + parts[1] * 60 + parts[2]
    }

    @Test(
        "the exit code of a gate, and of the command that it becomes, reaches docker inspect",
        arguments: [
            (["tcp://127.0.0.1:1", "-t", "1s"], 124),
            (["nonsense"], 125),
            (["tcp://127.0.0.1:1", "--", "/nowhere"], 127),
            (["tcp://127.0.0.1:1", "--", "/etc/ssl/certs/ca-certificates.crt"], 126),
            (["check", "tcp://127.0.0.1:1"], 1),
        ])
    func exitCode(arguments: [String], code: Int) throws {
        let word = "code-\(code)"
        let gate = try Container(word, Docker.waitfor, command: arguments)
        #expect(try gate.expectEnd(within: 20) == code, "\(gate.said)")
    }

    @Test("the exit code of the command reaches docker inspect")
    func commandExitCode() throws {
        let server = try Container("code-server", Docker.redis)
        let gate = try Container(
            "code-42", Docker.redis, ["--network", "container:\(server.name)", "--entrypoint", "waitfor"],
            command: ["127.0.0.1:6379", "--", "sh", "-c", "exit 42"])
        #expect(try gate.expectEnd(within: 30) == 42, "\(gate.said)")
    }

    @Test("docker run -i pipes what it reads through the gate to the command")
    func standardInput() throws {
        let server = try Container("stdin-server", Docker.redis)
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let finished = try Docker.run(
            [
                "run", "-i", "--rm", "--network", "container:\(server.name)", "--entrypoint", "waitfor",
                Docker.redis,
                "127.0.0.1:6379", "--", "cat",
            ], input: .bytes(bytes))
        #expect(finished.exitCode == 0)
        #expect(finished.outputBytes == bytes)
    }

    @Test("a name that does not resolve yet is waited for, until its container comes")
    func lateName() throws {
        let network = try Network("late")
        let gate = try Container(
            "late-gate", Docker.waitfor, ["--network", network.name],
            command: ["late:6379", "-t", "60s"])
        try gate.expectToSay("not ready: dns", within: 20)
        let server = try Container(
            "late-server", Docker.redis, ["--network", network.name, "--network-alias", "late"])
        #expect(try gate.expectEnd(within: 40) == 0, "\(gate.said)")
        #expect(gate.said.contains("late: ready: \(try server.address):6379 PONG"))
    }

    @Test("the command is the first process of the container, and gets its signals")
    func firstProcess() throws {
        let server = try Container("first-server", Docker.redis)
        let gate = try Container(
            "first", Docker.redis, ["--network", "container:\(server.name)", "--entrypoint", "waitfor"],
            command: [
                "127.0.0.1:6379", "--", "sh", "-c",
                "trap 'echo stopped as $$; exit 7' TERM; echo up; while :; do sleep 0.1; done",
            ])
        try gate.expectToSay("up", within: 20)
        try Docker.ask("stop", gate.name)
        #expect(try gate.exitCode == 7)
        #expect(gate.said.contains("stopped as 1"))
    }
}
