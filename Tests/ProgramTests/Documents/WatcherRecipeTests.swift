import Glibc
import TestSupport
import Testing

/// The watcher for Kubernetes, as its manifest starts it: what the kubelet would see of it.
struct WatcherRecipeTests {
    private static let manifest = "Configs/kubernetes/watcher.yaml"

    /// The arguments of the watcher's container.
    private func arguments() -> [String] {
        let after = lines(Project.text(Self.manifest)).map { $0.drop { $0 == " " } }.drop { $0 != "args:" }
        return after.dropFirst().prefix { $0.hasPrefix("- ") }.map { line in
            String(line.dropFirst(2).filter { $0 != "\"" })
        }
    }

    @Test("it ends with 88 when a real database was there and is lost; started again, it waits for it")
    func exits() throws {
        // All but the rhythm, which would take a quarter of a minute.
        let words = arguments().map { $0 == "5s" ? "200ms" : $0 }
        try #require(words.first == "agent" && words.contains("200ms"), "\(words)")
        let namespace = try Namespace(hosts: "127.0.0.1 localhost database\n")
        try namespace.run {
            let mounted = try Program.run("/bin/mount", ["-t", "tmpfs", "tmpfs", "/run"])
            try #require(mounted.exitCode == 0, "\(mounted)")
            _ = try Program.run("/bin/mkdir", ["-p", "/run/secrets/waitfor"])
            try writeFile("/run/secrets/waitfor/db_password", Array("secret\n".utf8), mode: 0o600)
            let postgres = try PostgresServer(
                hba: ["host all app all scram-sha-256", "host all all all trust"], port: 5432)
            try postgres.start()
            try postgres.createRole("app", password: "secret")
            _ = try postgres.sql("CREATE DATABASE app")
            // The image's own.
            let watcher = Program(
                Program.waitfor, words,
                environment: Program.minimalEnvironment.merging(["WAITFOR_AGENT_LISTEN": ":8642"]) { $1 })
            func status(_ path: String) -> Int { (try? HTTPPlace.port(8642).get(path).status) ?? 0 }

            let first = try watcher.start()
            #expect(eventually(within: 10) { status("/startupz") == 200 && status("/readyz") == 200 })
            try postgres.stop()
            let finished = try first.finish(within: 20)
            #expect(finished.exitCode == 88, "\(finished)")

            let second = try watcher.start()
            #expect(eventually(within: 10) { status("/livez") == 200 })
            // Longer than the retries and the longest back-off before an action.
            let hasEnded = eventually(within: 2.5) { second.finished != nil }
            #expect(!hasEnded && status("/startupz") == 503, "\(second.standardError)")
            try postgres.start()
            #expect(eventually(within: 10) { status("/startupz") == 200 })
            second.stop()
        }
    }
}
