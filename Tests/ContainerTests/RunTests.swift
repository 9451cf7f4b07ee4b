import Glibc
import TestSupport
import Testing

/// `waitfor run` as the first process of a container, stopped and killed by the engine.
struct RunTests {
    /// A container of an image with a shell in which waitfor runs a script, behind a target that is there.
    private func container(
        _ word: String, _ script: String, _ options: [String] = [], docker: [String] = []
    ) throws -> Container {
        let container = try Container(
            "run-\(word)", Docker.redis, docker + ["--entrypoint", "waitfor"],
            command: ["run", "file:///etc/passwd"] + options + ["--", "sh", "-c", script])
        try container.expectToSay("up", within: 20)
        return container
    }

    @Test(
        "docker stop reaches the command, and its exit code docker inspect; nobody waits for the ten seconds")
    func stop() throws {
        let container = try container(
            "stop", "trap 'echo got; exit 7' TERM; echo up; while :; do sleep 0.1; done")
        let began = Monotonic.seconds()
        try Docker.ask("stop", container.name)
        #expect(Monotonic.seconds() - began < 8)
        #expect(try container.exitCode == 7)
        #expect(container.said.contains("got") && container.said.contains("stopping on SIGTERM, at most 8s"))
    }

    @Test("docker stop of a command that ignores SIGTERM ends by waitfor's own timeout, which it says")
    func stopTimeout() throws {
        let container = try container(
            "ignores", "trap '' TERM; echo up; while :; do sleep 1; done", ["--stop-timeout", "1s"])
        try Docker.ask("stop", container.name)
        #expect(try container.exitCode == 137)
        #expect(container.said.contains("did not end within 1s: killed"), "\(container.said)")
    }

    @Test("docker kill with a signal reaches the command, and docker kill ends everything")
    func kill() throws {
        let script =
            "trap 'echo hup' HUP; trap 'echo usr1; exit 9' USR1; echo up; while :; do sleep 0.1; done"
        let container = try container("kill", script)
        try Docker.ask("kill", "--signal", "HUP", container.name)
        try container.expectToSay("hup", within: 10)
        try Docker.ask("kill", "--signal", "USR1", container.name)
        #expect(try container.expectEnd(within: 10) == 9, "\(container.said)")
        let killed = try self.container("killed", script)
        try Docker.ask("kill", killed.name)
        #expect(try killed.expectEnd(within: 10) == 137)
    }

    @Test("on the terminal of docker run -t the command is in the foreground, and orphans are reaped")
    func terminalAndOrphans() throws {
        let script = """
            read -r pid name state parent group session tty front rest </proc/self/stat; echo "$group is $front."
            i=0; while [ $i -lt 50 ]; do (true &); i=$((i + 1)); done; echo up; sleep 60
            """
        let container = try container("terminal", script, docker: ["-t"])
        let line = container.said.split { "\r\n".contains($0) }.first { $0.hasSuffix(".") }
        let groups = try #require(line).split { " .".contains($0) }
        #expect(groups.count == 3 && groups.first == groups.last, "\(container.said)")
        let isReaped = try eventually(within: 10) {
            try !container.exec("sh", "-c", "cat /proc/[0-9]*/stat").output.contains(") Z ")
        }
        #expect(isReaped)
        // Its first process and the command, but not the group of the first one.
        #expect(groups.first != "1")
    }
}
