import TestSupport
import Testing

/// The units of Configs/podman, under Podman and systemd, on a machine that is a container.
struct PodmanTests {
    @Test(
        "the unit is started when the startup check has succeeded, and a Redis that hangs is killed and comes back"
    )
    func quadlet() throws {
        let machine = try PodmanMachine("podman")
        try machine.load([Docker.variable("REDIS_IMAGE"), Docker.waitfor])
        try machine.install(
            "cache.container", ["docker.io/library/redis:7.4.5-alpine": Docker.variable("REDIS_IMAGE")])

        // A server that is there late, because started is not ready; and nobody here waits half a minute for a verdict.
        let server = "sh -c \"sleep 4; exec redis-server --protected-mode no\""
        try machine.write(
            "/etc/containers/systemd/cache.container.d/test.conf",
            "[Container]\nExec=\(server)\nHealthInterval=2s\n")
        try machine.ask("systemctl", "daemon-reload")
        let asked = Monotonic.seconds()
        let start = try machine.run("systemctl", "start", "cache", within: 120)
        #expect(start.exitCode == 0, "\(machine.journal)")
        #expect(Monotonic.seconds() - asked >= 4, "it was started before its Redis was")
        #expect(try machine.health() == "healthy", "\(machine.journal)")
        let log = try machine.ask(
            "podman", "inspect", "-f", "{{range .State.Health.Log}}{{.Output}}{{end}}", "cache")
        #expect(log.contains("PONG"), "\(log)")

        let process = { try machine.ask("systemctl", "show", "-p", "MainPID", "--value", "cache") }
        let first = try process()
        try machine.ask("podman", "kill", "--signal", "STOP", "cache")
        let isBack = try eventually(within: 120, every: 0.5) {
            try process() != first && machine.health() == "healthy"
        }
        #expect(isBack, "\(machine.journal)")
    }

    @Test("`podman run --health-cmd` reports what waitfor says, in an image that has no waitfor")
    func healthCommand() throws {
        let machine = try PodmanMachine("podman-run")
        try machine.load([Docker.variable("REDIS_IMAGE"), Docker.waitfor])
        let block = Document("docs/recipes.md").blocks("console").first {
            $0.lines.first?.hasPrefix("$ podman run") == true
        }
        let command = try String(#require(block).text.dropFirst(2))
            .replacing(
                "docker.io/library/redis:7.4.5-alpine", with: "localhost/\(Docker.variable("REDIS_IMAGE"))")
        try machine.ask("sh", "-c", command)
        let healthy = try eventually(within: 30, every: 0.5) { try machine.health() == "healthy" }
        #expect(healthy, "\(machine.journal)")
        try machine.ask("podman", "kill", "--signal", "STOP", "cache")
        let unhealthy = try eventually(within: 60, every: 0.5) { try machine.health() == "unhealthy" }
        #expect(unhealthy, "\(machine.journal)")
    }
}

/// systemd and Podman in a container that may do what a machine may.
private final class PodmanMachine {
    private let container: Container

    init(_ word: String) throws {
        container = try Container(
            word, Docker.variable("E2E_PODMAN"),
            ["--privileged", "--cgroupns", "private", "--tmpfs", "/run", "--tmpfs", "/tmp"])
        let isUp = try eventually(within: 60, every: 0.3) {
            try run("systemctl", "is-system-running").trimmedOutput == "running"
        }
        guard isUp else {
            let units = try run("systemctl", "--failed", "--no-pager")
            throw EngineFailure("the machine does not come up: \(container.said) \(units)")
        }
    }

    func run(_ words: String..., within seconds: Double = 60) throws -> Finished {
        try Docker.run(["exec", container.name] + words, within: seconds)
    }

    @discardableResult
    func ask(_ words: String..., within seconds: Double = 60) throws -> String {
        try Docker.ask(["exec", container.name] + words, within: seconds)
    }

    /// Gives images of the engine to Podman.
    func load(_ images: [String]) throws {
        let pipe = Program(
            "sh",
            [
                "-c", "\"$0\" save \"$2\" \"$3\" | \"$0\" exec -i \"$1\" podman load -q", Docker.client,
                container.name,
            ] + images,
            environment: Docker.environment)
        let finished = try pipe.run(within: 120)
        guard finished.exitCode == 0 else { throw EngineFailure("podman load: \(finished)") }
    }

    /// Puts a unit of Configs/podman where Quadlet looks, with images that are there in place of others.
    func install(_ unit: String, _ images: [String: String]) throws {
        var text = readText("\(Docker.project)/Configs/podman/\(unit)")
        for (image, substitute) in images {
            guard text.contains(image) else { throw EngineFailure("\(unit) does not name \(image)") }
            text = text.replacing(image, with: "localhost/\(substitute)")
        }
        try write("/etc/containers/systemd/\(unit)", text)
    }

    /// Writes a file of the machine.
    func write(_ path: String, _ text: String) throws {
        let finished = try Docker.run(
            ["exec", "-i", container.name, "sh", "-c", "mkdir -p \"${1%/*}\" && cat >\"$1\"", "sh", path],
            input: .bytes(Array(text.utf8)))
        guard finished.exitCode == 0 else { throw EngineFailure("\(path): \(finished)") }
    }

    /// What Podman says of the container called `cache`.
    func health() throws -> String {
        try run("podman", "inspect", "-f", "{{.State.Health.Status}}", "cache").trimmedOutput
    }

    /// What systemd knows, for a person.
    var journal: String { (try? run("journalctl", "--no-pager", "-n", "60"))?.output ?? "" }
}
