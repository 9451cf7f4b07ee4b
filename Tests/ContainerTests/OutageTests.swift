import Glibc
import TestSupport
import Testing

/// What acts on the health of a database, in containers, while the engine kills the database and starts it again.
struct OutageTests {
    /// Ten failures in a row are an outage: at least ten seconds.
    private static let patient = [
        "-i", "1s", "--attempt-timeout", "1s", "--retries", "10", "--start-period", "0s",
    ]

    /// How long the long outage takes; and whether there are ten minutes of churn: both by hand, or at night.
    private static let longest = Double(getenv("WAITFOR_OUTAGES").map { String(cString: $0) } ?? "") ?? 30
    private static var hasChurn: Bool { longest > 30 }

    /// Containers that watch one Redis. A network can be removed once its containers are.
    private final class Scene {
        let network: Network
        let database: Container

        init(_ word: String, on network: Network) throws {
            self.network = network
            database = try Container(
                "outage-\(word)-db", Docker.redis, ["--network", network.name, "--network-alias", "db"])
        }

        /// A container whose command is restarted, or that ends, by these options.
        func watcher(_ word: String, _ options: [String], docker: [String] = []) throws -> Watcher {
            try Watcher(
                Container(
                    "outage-\(word)", Docker.redis,
                    ["--network", network.name, "--entrypoint", "waitfor"] + docker,
                    command: ["run", "-t", "0"] + options
                        + ["redis://db:6379", "--", "sh", "-c", "echo up; exec sleep 3600"]))
        }

        /// The database is away for so long.
        func outage(_ seconds: Double) throws {
            try Docker.ask("kill", database.name)
            Monotonic.sleep(seconds)
            try Docker.ask("start", database.name)
        }
    }

    private struct Watcher {
        let container: Container

        init(_ container: Container) { self.container = container }

        /// How often its command was started, what was done for it, and how often the database was unhealthy.
        var starts: Int { container.said.count(of: "sh: started, process") }
        var actions: Int {
            container.said.count(of: "healthy: restart") + container.said.count(of: "unhealthy: exit")
        }
        var falls: Int { container.said.count(of: "db: unhealthy after") }
        var engineRestarts: Int { get throws { Int(try container.inspect("{{.RestartCount}}")) ?? -1 } }

        func expectReady(within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation) throws {
            let came = try eventually(within: seconds, every: 0.3) {
                try container.exec("waitfor", "check", "--agent").exitCode == 0
            }
            #expect(came, "\(container.said)", sourceLocation: sourceLocation)
        }

        func expectNoZombies(sourceLocation: SourceLocation = #_sourceLocation) throws {
            let isClean = try eventually(within: 10, every: 0.3) {
                try !container.exec("sh", "-c", "cat /proc/[0-9]*/stat").output.contains(") Z ")
            }
            #expect(isClean, "\(container.name) has zombies", sourceLocation: sourceLocation)
        }
    }

    @Test(
        "outages below retries restart nothing, and a long one once, as configured; five replicas end once each"
    )
    func outages() throws {
        let network = try Network("outage")
        try withExtendedLifetime(network) { try outages(on: network) }
    }

    private func outages(on network: Network) throws {
        let scene = try Scene("all", on: network)
        let onHealthy = try scene.watcher("back", Self.patient + ["--on-healthy", "db=restart"])
        let onUnhealthy = try scene.watcher("gone", Self.patient + ["--on-unhealthy", "db=restart"])
        // It takes two failures for an outage.
        let hasty = try scene.watcher(
            "hasty",
            ["-i", "200ms", "--attempt-timeout", "500ms", "--retries", "2", "--on-healthy", "db=restart"])
        let replicas = try (1...5).map {
            try scene.watcher(
                "replica\($0)", Self.patient + ["--on-unhealthy", "db=exit:88"],
                docker: ["--restart", "always"])
        }
        let restarting = [onHealthy, onUnhealthy, hasty]
        for watcher in restarting + replicas { try watcher.expectReady(within: 60) }

        // It flaps.
        for count in 1...2 {
            try scene.outage(3)
            #expect(
                eventually(within: 30, every: 0.3) { hasty.starts == count + 1 }, "\(hasty.container.said)")
            for watcher in restarting + replicas { try watcher.expectReady(within: 30) }
        }
        for watcher in [onHealthy, onUnhealthy] + replicas {
            #expect(watcher.starts == 1 && watcher.falls == 0, "\(watcher.container.said)")
        }

        let began = Monotonic.seconds()
        try Docker.ask("kill", scene.database.name)
        let areGone = try eventually(within: 28, every: 0.5) {
            try ([onUnhealthy] + replicas).allSatisfy { $0.actions == 1 }
                && replicas.allSatisfy { try $0.engineRestarts == 1 }
        }
        #expect(areGone, "\(([onUnhealthy] + replicas).map(\.container.said))")
        Monotonic.sleep(max(0, Self.longest - (Monotonic.seconds() - began)))
        // Its command is away with the database; the other one goes on.
        #expect(onUnhealthy.container.said.contains("ended by SIGTERM"), "\(onUnhealthy.container.said)")
        #expect(onUnhealthy.starts == 1 && onHealthy.starts == 1 && onHealthy.actions == 0)
        try Docker.ask("start", scene.database.name)
        for watcher in restarting + replicas { try watcher.expectReady(within: 60) }
        // The longest back-off of one more is over.
        Monotonic.sleep(3)
        #expect(onHealthy.starts == 2 && onHealthy.actions == 1, "\(onHealthy.container.said)")
        #expect(onUnhealthy.starts == 2 && onUnhealthy.actions == 1, "\(onUnhealthy.container.said)")
        // Its third back-off is 6 s at most.
        #expect(eventually(within: 20, every: 0.3) { hasty.starts == 4 }, "\(hasty.container.said)")
        #expect(hasty.actions == 3, "\(hasty.container.said)")
        for replica in replicas {
            #expect(replica.starts == 2 && replica.actions == 1, "\(replica.container.said)")
            #expect(try replica.engineRestarts == 1)
        }
        for watcher in restarting {
            #expect(try watcher.engineRestarts == 0)
            try watcher.expectNoZombies()
        }
        for replica in replicas { try replica.expectNoZombies() }
        if Self.hasChurn { try churn(scene, restarting, replicas) }
    }

    /// Ten minutes in which the database is away and there for as long as chance has it.
    private func churn(_ scene: Scene, _ restarting: [Watcher], _ replicas: [Watcher]) throws {
        let end = Monotonic.seconds() + 600
        var outages = 0
        while Monotonic.seconds() < end {
            try scene.outage(.random(in: 0.5...20))
            outages += 1
            Monotonic.sleep(.random(in: 0.5...20))
        }
        for watcher in restarting + replicas { try watcher.expectReady(within: 90) }
        // The longest back-off of all, and what it begins.
        Monotonic.sleep(100)
        for watcher in restarting + replicas {
            try watcher.expectReady(within: 90)
            try watcher.expectNoZombies()
            #expect(watcher.starts == watcher.actions + 1, "\(watcher.container.said)")
            #expect(
                watcher.actions <= watcher.falls && watcher.falls <= outages + 3, "\(watcher.container.said)")
            try Docker.note(
                "\(watcher.container.name), after \(outages) more outages: \(watcher.falls) falls, \(watcher.actions) actions"
            )
        }
    }
}
