import Glibc
import TestSupport
import Testing

/// `pg_isready` and the program under that name, side by side: the same output and the same exit codes.
struct PgIsReadyTests {
    private static let original = PostgresServer.pgIsReady

    /// One call of both.
    private struct Row {
        var arguments: [String]
        var environment: [String: String] = [:]

        init(_ arguments: String..., environment: [String: String] = [:]) {
            self.arguments = arguments
            self.environment = environment
        }
    }

    private let directory: TemporaryDirectory
    private let ours: String

    init() throws {
        directory = try TemporaryDirectory()
        ours = directory.file("pg_isready")
        _ = try Program.run("/bin/ln", ["-s", Program.waitfor, ours])
    }

    /// Runs both for every row, and returns the exit codes that were seen.
    private func compare(
        _ rows: [Row], comparesErrors: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Int32] {
        var codes: [Int32] = []
        for row in rows {
            let environment = Program.minimalEnvironment.merging(row.environment) { $1 }
            func run(_ path: String) throws -> Finished {
                var program = Program(path, row.arguments, environment: environment)
                program.name = Array("pg_isready".utf8)
                return try program.run(within: 20)
            }
            let (theirs, own) = (try run(Self.original), try run(ours))
            #expect(theirs.output == own.output, "\(row): \(theirs) \(own)", sourceLocation: sourceLocation)
            #expect(
                theirs.exitCode == own.exitCode, "\(row): \(theirs) \(own)", sourceLocation: sourceLocation)
            if comparesErrors {
                #expect(theirs.errors == own.errors, "\(row)", sourceLocation: sourceLocation)
            }
            if let code = own.exitCode, theirs.exitCode == code { codes.append(code) }
        }
        return codes
    }

    private func forms(_ port: UInt16, _ more: [String] = []) -> [Row] {
        let port = "\(port)"
        return [
            Row("-h", "127.0.0.1", "-p", port), Row("-h127.0.0.1", "-p\(port)", "-U", "nobody"),
            Row("--host=localhost", "--port", port, "--dbname=gone"),
            Row("-d", "postgres://someone:wrong@127.0.0.1:\(port)/postgres"),
            Row("-d", "host=127.0.0.1 port=\(port) user=postgres"),
            Row(environment: ["PGHOST": "127.0.0.1", "PGPORT": port, "PGUSER": "postgres"]),
            Row("-q", "-h", "127.0.0.1", "-p", port),
        ]
    }

    @Test("over servers in all of their states, asked in all ways")
    func states() throws {
        let plain = try PostgresServer.started()
        let locked = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
        let closed = try PostgresServer.started(hba: ["host all all all reject"])
        let starting = try PostgresServer.holdInStartup()
        let full = try PostgresServer.started(settings: ["max_connections": "5"])
        let sessions = try full.exhaustSlots(includingReserved: true)
        let redis = try RedisServer.started()
        let dead = try FreePort.make()
        var codes: [Int32] = []
        for (port, code) in [
            (plain.port, 0), (locked.port, 0), (closed.port, 0), (starting.port, 1), (full.port, 0),
            (redis.port, 2), (dead, 2),
        ] {
            let seen = try compare(forms(port))
            #expect(seen == [Int32](repeating: Int32(code), count: 7), "\(port): \(seen)")
            codes += seen
        }
        sessions.close()
        // Sockets, and lists of hosts (L-28).
        let socket = plain.socketDirectory
        codes += try compare([
            Row("-h", socket, "-p", "\(plain.port)"), Row("-h", socket, "-p", "1"),
            Row(environment: ["PGHOST": socket, "PGPORT": "\(plain.port)"]),
            Row("-h", "127.0.0.1,127.0.0.1", "-p", "\(dead),\(plain.port)"),
            Row("-h", "127.0.0.1,127.0.0.1", "-p", "\(starting.port),\(dead)"),
            Row("-h", "127.0.0.1,127.0.0.1", "-p", "\(dead),\(starting.port)"),
            Row("-h", "127.0.0.1,127.0.0.1", "-p", "\(starting.port),\(plain.port)"),
            Row("-h", "nowhere.invalid,localhost", "-p", "\(plain.port)"),
            Row("-h", "127.1", "-p", "\(plain.port)"), Row("-h", "nowhere.invalid", "-p", "\(plain.port)"),
            Row("-d", "postgres://127.0.0.1:\(plain.port)/postgres?target_session_attrs=standby"),
            Row("-h", "nowhere.invalid", "-p", "\(plain.port)", environment: ["PGHOSTADDR": "127.0.0.1"]),
            Row("-h", "127.0.0.1", "-p", "\(dead)", "-d", "port=\(plain.port)"),
            Row("-h", "127.0.0.1", "-p", "\(plain.port)", environment: ["PGSSLMODE": "require"]),
        ])
        #expect(codes.count >= 60 && Set(codes) == [0, 1, 2], "\(codes)")
    }

    @Test("over what is no question at all: the same words, and 3")
    func mistakes() throws {
        let codes = try compare(
            [
                Row("-x"), Row("--nonsense"), Row("-d"), Row("--host"), Row("--quiet=yes"), Row("a"),
                Row("-q", "a", "b"),
                Row("-U", "x", "--", "y"), Row("--p"), Row("-h", "127.0.0.1", "-V"),
                Row("--time=1", "--", "-x"),
            ], comparesErrors: true)
        #expect(codes == [Int32](repeating: 3, count: 11), "\(codes)")
        let refused = try compare([
            Row("-d", "colour=red"), Row("-d", "postgres://[::1/"),
            Row("-h", "127.0.0.1", "-d", "sslmode=maybe"),
            Row("-h", "127.0.0.1,127.0.0.1", "-p", "1,2,3"), Row("-d", "service=nowhere"),
            Row("-h", "nowhere.invalid", environment: ["PGSSLMODE": "maybe"]),
        ])
        #expect(refused == [Int32](repeating: 3, count: 6), "\(refused)")
        let late = try compare([
            Row("-h", "127.0.0.1", "-p", "99999"), Row("-h", "127.0.0.1", "-p", "abc"),
            Row("-h", "", "-p", "1"),
            Row("-t", "soon", "-h", "127.0.0.1", "-p", "1"), Row("-t", "-1", "-h", "127.0.0.1", "-p", "1"),
            Row("-t", "0", "-h", "127.0.0.1", "-p", "1"),
        ])
        #expect(late == [Int32](repeating: 2, count: 6), "\(late)")
    }

    @Test("a server that never answers is given up on after as long")
    func silence() throws {
        let server = try PostgresServer.started()
        server.pause()
        defer { server.resume() }
        let row = Row("-h", "127.0.0.1", "-p", "\(server.port)", "-t", "2")
        #expect(try compare([row]) == [2])
        let own = try Program(ours, row.arguments).run(within: 20)
        #expect((1.0...3.2).contains(own.elapsed), "\(own)")
    }

    @Test(
        "an account is its own user; a number without an account is no attempt, unless it names a user (L-8)")
    func accounts() throws {
        let server = try PostgresServer.started()
        for (user, code) in [("postgres", 0), ("12345", 3)] as [(String, Int32)] {
            for (more, expected) in [([], code), (["-U", "app"], 0)] as [([String], Int32)] {
                let runs = try [Self.original, ours].map { path in
                    try Program.run(
                        "/usr/bin/setpriv",
                        [
                            "--reuid", user, "--regid", "12345", "--clear-groups", path, "-h", "127.0.0.1",
                            "-p", "\(server.port)",
                        ]
                            + more)
                }
                #expect(runs.map(\.exitCode) == [expected, expected], "\(runs)")
                #expect(runs[0].output == runs[1].output, "\(runs)")
            }
        }
    }

    @Test("it tells its version and its options, and no password of a string that is malformed")
    func others() throws {
        for option in ["-V", "--version"] {
            #expect(try Program.run(ours, [option]).output.hasPrefix("pg_isready (waitfor "))
        }
        for option in ["-?", "--help"] {
            #expect(try Program.run(ours, [option]).output.contains("--timeout=SECS"))
        }
        let run = try Program.run(ours, ["-d", "postgres://u:S3cr%zzet@h/db"])
        #expect(
            run.exitCode == 3 && !run.errors.contains("S3cr") && run.errors.contains("malformed"), "\(run)")
        let bare = try Program.run(ours, ["postgres://u:S3cret@h/db"])
        #expect(
            bare.exitCode == 3 && !bare.errors.contains("S3cr") && bare.errors.contains("too many"), "\(bare)"
        )
    }
}
