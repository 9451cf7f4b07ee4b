import Glibc
import TestSupport
import Testing

/// Whose password it is, on a real server that asks for one.
struct PostgresLoginTests {
    /// A server that asks `app` for the password "secret" over TCP.
    private static func server() throws -> PostgresServer {
        let server = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
        try server.createRole("app", password: "secret")
        return server
    }

    @Test("Right, wrong and no password: ready, auth, auth at query, and all the same at ping (L-3)")
    func levels() throws {
        let server = try Self.server()
        try ServerState(name: "postgres: right password", target: server.target("app:secret", "/postgres"))
            .expect(["ping": "ready", "query": "ready", "writable": "ready"])
        try ServerState(name: "postgres: wrong password", target: server.target("app:wrong", "/postgres"))
            .expect(["ping": "ready", "query": "auth", "writable": "auth"])
        try ServerState(name: "postgres: no password", target: server.target("app", "/postgres"))
            .expect(["ping": "ready", "query": "auth"])
        // A ping stops at the question for the password and learns nothing about the database.
        try ServerState(
            name: "postgres: right password, database missing", target: server.target("app:secret", "/gone")
        ).expect(["ping": "ready", "query": "no_database"])
        #expect(try Asked(server.target("app:wrong", "/postgres"), ["level=query"]).isPermanent)
        // A password raises the default from ping to query; without one it stays ping.
        #expect(try Asked(server.target("app:wrong", "/postgres")).verdict == "auth")
        #expect(try Asked(server.target("app", "/postgres")).verdict == "ready")
    }

    /// One way of giving a password.
    private struct Source {
        let name: String
        var target: String
        var settings: [String] = []
        var options: [String] = []
        var environment: [String: String] = [:]
        /// Whether `ps` shows the password.
        var isArgument = false
    }

    private static func sources(
        _ password: String, _ server: PostgresServer, _ directory: TemporaryDirectory
    ) throws -> [Source] {
        let app = server.target("app", "/postgres")
        let plain = try directory.write("\(password).txt", "\(password)\n")
        let place = "127.0.0.1:\(server.port)"
        let passFile = try directory.write(
            "\(password).pgpass", "# comment\nelsewhere:*:*:*:nothing\n\(place):postgres:app:\(password)\n",
            mode: 0o600)
        let home = directory.file("home-\(password)")
        mkdir(home, 0o755)
        try writeFile("\(home)/.pgpass", Array("*:*:*:app:\(password)\n".utf8), mode: 0o600)
        let conninfo = "db=pg:host=127.0.0.1 port=\(server.port) user=app dbname=postgres"
        return [
            Source(name: "the URI", target: server.target("app:\(password)", "/postgres"), isArgument: true),
            Source(name: "the URI's query", target: "\(app)?password=\(password)", isArgument: true),
            Source(name: "conninfo", target: "\(conninfo) password=\(password)", isArgument: true),
            Source(name: "conninfo's passfile", target: "\(conninfo) passfile=\(passFile)"),
            Source(name: "--set password", target: app, settings: ["password=\(password)"], isArgument: true),
            Source(name: "--set password_file", target: app, settings: ["password_file=\(plain)"]),
            Source(name: "--password-file", target: app, options: ["--password-file", plain]),
            Source(name: "PGPASSFILE", target: app, environment: ["PGPASSFILE": passFile]),
            Source(name: "HOME/.pgpass", target: app, environment: ["HOME": home]),
            Source(name: "PGPASSWORD, target's user", target: app, environment: ["PGPASSWORD": password]),
            Source(
                name: "PGPASSWORD, user of PGUSER", target: server.target(),
                environment: ["PGPASSWORD": password, "PGUSER": "app"]),
            Source(
                name: "env:", target: "db=env:DATABASE_URL",
                environment: [
                    "DATABASE_URL": "postgresql+asyncpg://app:\(password)@\(place)/postgres?pool_size=5"
                ]),
        ]
    }

    @Test("Every source of a password counts: right is ready, wrong is auth, an argument earns a warning")
    func everySource() throws {
        let server = try Self.server()
        let directory = try TemporaryDirectory()
        for (password, verdict) in [("secret", "ready"), ("wrong", "auth")] {
            // Without a level: that there is a password must have raised it to query.
            for source in try Self.sources(password, server, directory) {
                let asked = try Asked(
                    source.target, source.settings, options: source.options,
                    environment: source.environment)
                #expect(asked.verdict == verdict, "\(password) from \(source.name): \(asked)")
                let warned = asked.finished.errors.count(of: "warning: the password of db is an argument")
                #expect(warned == (source.isArgument ? 1 : 0), "\(source.name): \(asked)")
            }
        }
    }

    @Test("A password file of libpq's that others may read is ignored, as libpq ignores it")
    func readablePassFile() throws {
        let server = try Self.server()
        let directory = try TemporaryDirectory()
        let path = try directory.write("pgpass", "*:*:*:app:secret\n", mode: 0o644)
        let state = ServerState(
            name: "postgres: no password", target: server.target("app", "/postgres"),
            environment: ["PGPASSFILE": path])
        try state.expect(["ping": "ready", "query": "auth"])
        // And it does not raise the level.
        #expect(try Asked(state.target, environment: state.environment).verdict == "ready")
        chmod(path, 0o600)
        #expect(try Asked(state.target, ["level=query"], environment: state.environment).verdict == "ready")
    }

    @Test("PGPASSWORD belongs to nobody if no user was named by the target or PGUSER")
    func unownedPassword() throws {
        let server = try PostgresServer.started(superuser: "app", hba: ["host all all all scram-sha-256"])
        try server.sql("ALTER ROLE app PASSWORD 'secret'")
        for environment in [["PGPASSWORD": "secret"], ["PGPASSWORD": "secret", "POSTGRES_USER": "app"]] {
            let state = ServerState(
                name: "postgres: user missing, defaulted, scram", target: server.target(),
                environment: environment
            )
            try state.expect(["ping": "ready", "query": "auth"])
            // It does not raise the level either.
            #expect(try Asked(state.target, environment: environment).verdict == "ready")
        }
        #expect(
            try Asked(server.target(), environment: ["PGPASSWORD": "secret", "PGUSER": "app"]).verdict
                == "ready")
    }

    @Test("A password file that cannot be read, is too large, or has no one target, is an error at the start")
    func wrongFile() throws {
        let server = try PostgresServer()
        let directory = try TemporaryDirectory()
        let large = try directory.write("large", String(repeating: "x", count: 65537))
        let small = try directory.write("small", "secret")
        let cases: [(options: [String], said: String)] = [
            (["--set", "db.password_file=\(directory.file("none"))"], "db.password_file: cannot read"),
            (["--password-file", directory.file("none")], "db.password_file: cannot read"),
            (["--password-file", large], "db.password_file: cannot read"),
            (["--password-file", directory.path], "db.password_file: cannot read"),
            (
                ["--password-file", small, "postgres://u@127.0.0.1:1"],
                "--password-file needs exactly one target"
            ),
        ]
        for (options, said) in cases {
            for verb in [["check"], []] {
                let finished = try Program.run(
                    Program.waitfor, verb + ["-t", "5", server.target("app", "/postgres")] + options)
                #expect(finished.exitCode == 125 && finished.output.isEmpty, "\(options): \(finished)")
                #expect(finished.errors.count(of: "\n") == 1, "\(options): \(finished)")
                #expect(finished.errors.hasPrefix("waitfor: \(said)"), "\(options): \(finished)")
            }
        }
    }

    @Test("A password file that is removed while a gate waits is config, and its return is noticed")
    func rotation() throws {
        let server = try Self.server()
        let directory = try TemporaryDirectory()
        let path = try directory.write("password", "wrong\n")
        let gate = try Program(
            Program.waitfor,
            [
                "-t", "30", "-i", "50ms", "--set", "db.password_file=\(path)",
                server.target("app", "/postgres"), "--", "echo", "in",
            ]
        ).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: auth: 28P01 ") })
        unlink(path)
        #expect(
            gate.waitUntil(within: 10) {
                $0.standardError.contains("db: not ready: config: cannot read the password file")
            }, "\(gate.standardError)")
        try directory.write("password", "secret\n")
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "in\n", "\(finished)")
        #expect(!finished.errors.contains("secret") && !finished.errors.contains("wrong"), "\(finished)")
    }

    @Test("A line that leaves PGPASSFILE while a gate waits is config, and its return is noticed")
    func passFileRotation() throws {
        let server = try Self.server()
        let directory = try TemporaryDirectory()
        let path = try directory.write("pgpass", "*:*:*:app:wrong\n", mode: 0o600)
        let gate = try Program(
            Program.waitfor,
            ["-t", "30", "-i", "50ms", server.target("app", "/postgres"), "--", "echo", "in"],
            environment: Program.minimalEnvironment.merging(["PGPASSFILE": path]) { $1 }
        ).start()
        #expect(gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: auth: 28P01 ") })
        try directory.write("pgpass", "*:*:*:other:secret\n", mode: 0o600)
        #expect(
            gate.waitUntil(within: 10) { $0.standardError.contains("db: not ready: config: no line of") },
            "\(gate.standardError)")
        try directory.write("pgpass", "*:*:*:app:secret\n", mode: 0o600)
        let finished = try gate.finish()
        #expect(finished.exitCode == 0 && finished.output == "in\n", "\(finished)")
    }

    @Test("of several hosts each has its own line of PGPASSFILE")
    func passFileOfSeveralHosts() throws {
        let server = try Self.server()
        let nobody = try FreePort.make()
        let directory = try TemporaryDirectory()
        let path = directory.file("pgpass")
        func ask(_ lines: String) throws -> Asked {
            try directory.write("pgpass", lines, mode: 0o600)
            return try Asked(
                "db=postgres://app@127.0.0.1:\(nobody),127.0.0.1:\(server.port)/postgres",
                environment: ["PGPASSFILE": path])
        }
        let (own, another) = ("*:\(server.port):*:app:secret\n", "*:\(nobody):*:app:wrong\n")
        #expect(try ask(another + own).verdict == "ready")
        #expect(try ask(own).verdict == "ready")
        // A login is wanted, and there is nothing to log in with where somebody is.
        let refused = try ask(another)
        #expect(refused.verdict == "auth" && refused.message.contains("and there is none"), "\(refused)")
    }
}
