import TestSupport
import Testing

/// The static program in a root directory that holds nothing else, as it is in `FROM scratch`.
@Suite(.serialized, .needsThePlainProgram)
struct EmptyRootTests {
    /// The files of a root, besides the program itself.
    private static let files = [
        "etc/hosts": "127.0.0.1 db\n",
        "etc/resolv.conf": "nameserver 127.0.0.1\n",
    ]

    /// No such user: whoever asks the password database for it gets no answer.
    private static let user = "12345:12345"

    @Test("the gate works by host name in an empty root, as a user without a name")
    func gatesInAnEmptyRoot() throws {
        try inNamespace { root in
            let postgres = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
            let redis = try RedisServer.started()
            try postgres.createRole("app", password: "let me in")
            let names = try DNSServer { $0.name == "cache.test" ? .addresses(["127.0.0.1"]) : .nxdomain }
            defer { names.stop() }
            let run = try Self.run(
                in: root,
                [
                    "-t", "10", "db=postgres://app:let%20me%20in@db:\(postgres.port)/postgres",
                    "pinged=pg:host=db port=\(postgres.port)", "redis://cache.test:\(redis.port)/1", "--",
                    "/waitfor", "version",
                ])
            #expect(run.exitCode == 0, "\(run)")
            #expect(run.output.hasPrefix("waitfor "), "\(run)")
            #expect(names.queries.contains { $0.name == "cache.test" })
        }
    }

    @Test("TLS, HTTP, files and commands work in an empty root with a CA file, and so does pg_isready")
    func everyKindInAnEmptyRoot() throws {
        try inNamespace { root in
            let authority = try Certificates()
            let pair = try authority.sign("server", names: ["DNS:db"])
            let web = try NginxServer("location / { return 200 \"hello\\n\"; }", certificate: pair)
            let postgres = try PostgresServer(settings: ["ssl": "on"], hba: ["hostssl all all all trust"])
            try postgres.writeData("server.crt", readText(pair.certificate))
            try postgres.writeData("server.key", readText(pair.key))
            try postgres.start()
            try Self.write(readText(authority.authority), to: "\(root.path)/etc/ca.crt")
            let place = "https://db:\(web.securePort)/"
            let run = try Self.run(
                in: root,
                [
                    "check", "web=\(place)", "--set", "web.ca_file=/etc/ca.crt", "--set",
                    "web.expect_body=hello",
                    "plain=http://db:\(web.port)/", "file:///etc/hosts", "name=dns:db",
                    "x=exec:[\"/waitfor\",\"version\"]",
                    "db=postgres://postgres@db:\(postgres.port)/postgres?sslmode=verify-full&sslrootcert=/etc/ca.crt",
                    "--set", "db.role=primary",
                ])
            #expect(run.exitCode == 0, "\(run)")
            let strange = try Self.run(in: root, ["check", "web=\(place)"])
            #expect(
                strange.exitCode == 1 && strange.output.contains("no CA certificates on this system"),
                "\(strange)")
            let made = try Program.run("/bin/ln", [root.file("waitfor"), root.file("pg_isready")])
            #expect(made.exitCode == 0, "\(made)")
            for (more, code) in [(["-U", "app"], 0), ([], 3)] as [([String], Int32)] {
                let asked = try Self.run(
                    in: root, ["-h", "db", "-p", "\(postgres.port)"] + more, as: "/pg_isready")
                #expect(asked.exitCode == code, "\(asked)")
            }
        }
    }

    @Test(
        "the program is installed into a volume by a user without a name whose root is read-only, without /proc too",
        arguments: [true, false])
    func installs(hasProcesses: Bool) throws {
        try inNamespace { root in
            let volume = root.file("volume")
            if !hasProcesses { try Self.mount("/bin/umount", [root.file("proc")]) }
            _ = try Program.run("/bin/mkdir", [volume])
            try Self.mount("/bin/mount", ["--bind", root.path, root.path])
            defer { _ = try? Program.run("/bin/umount", ["-l", root.path]) }
            try Self.mount("/bin/mount", ["-o", "remount,bind,ro", root.path])
            try Self.mount("/bin/mount", ["-t", "tmpfs", "-o", "size=64m,mode=1777", "tmpfs", volume])
            let run = try Self.run(in: root, ["install", "/volume"])
            #expect(run.exitCode == 0 && run.output == "installed /volume/waitfor\n", "\(run)")
            let again = try Self.run(in: root, ["version"], as: "/volume/waitfor")
            #expect(again.exitCode == 0 && again.output.hasPrefix("waitfor "), "\(again)")
            #expect(readFile("\(volume)/waitfor") == readFile(Program.waitfor))
            let refused = try Self.run(in: root, ["install", "/etc"])
            #expect(refused.exitCode == 125, "\(refused)")
            #expect(refused.errors == "waitfor: cannot write in /etc/: Read-only file system\n", "\(refused)")
        }
    }

    private static func mount(_ program: String, _ arguments: [String]) throws {
        let run = try Program.run(program, arguments)
        try #require(run.exitCode == 0, "\(run)")
    }

    @Test("without /dev/urandom, too, no two questions have the numbers of others")
    func numbersOfQuestions() throws {
        try inNamespace { root in
            let names = try DNSServer { _ in .nxdomain }
            defer { names.stop() }
            for _ in 0..<4 { _ = try Self.run(in: root, ["check", "dns:one.test", "dns:two.test"]) }
            let numbers = names.queries.filter { $0.name.hasSuffix(".test") }.map(\.identifier)
            // 16 questions; two of them may well be equal by chance, and many may not.
            #expect(numbers.count >= 16 && Set(numbers).count >= numbers.count - 2, "\(numbers)")
        }
    }

    @Test("who cannot even begin says so and ends with 125", .needsNoEmulator)
    func cannotBegin() throws {
        let run = try Program.run(
            "/bin/sh", ["-c", "ulimit -n 3; exec \(Program.waitfor) check tcp://127.0.0.1:1"], within: 5)
        #expect(run.exitCode == 125, "\(run)")
        #expect(run.errors == "waitfor: out of resources: no descriptors left (ulimit -n)\n", "\(run)")
        let gate = try Program.run(
            "/bin/sh", ["-c", "ulimit -n 3; exec \(Program.waitfor) tcp://127.0.0.1:1"], within: 5)
        #expect(gate.exitCode == 125, "\(gate)")
        #expect(
            gate.errors.contains("waitfor: out of resources: no descriptors left (ulimit -n)\n"), "\(gate)")
    }

    @Test("a failure in an empty root is told like anywhere else")
    func failsInAnEmptyRoot() throws {
        try inNamespace { root in
            let names = try DNSServer { _ in .nxdomain }
            defer { names.stop() }
            let port = try FreePort.make()
            let run = try Self.run(in: root, ["check", "pg:host=db port=\(port)", "nowhere.test:80"])
            #expect(run.exitCode == 1, "\(run)")
            #expect(run.output.contains("db: not ready: refused"), "\(run)")
            #expect(run.output.contains("nowhere: not ready: dns: no such host"), "\(run)")
        }
    }

    @Test(
        "no library, name service module or configuration of TLS is opened, whatever nsswitch.conf says",
        .needsNoEmulator)
    func opensNothingOfTheImage() throws {
        try inNamespace { root in
            // Newer versions of c-ares read this file; a lookup by it would not find `db`, which is in the hosts file.
            try Self.write("passwd: sss systemd\nhosts: sss dns\n", to: "\(root.path)/etc/nsswitch.conf")
            let postgres = try PostgresServer.started(hba: ["host all all all scram-sha-256"])
            let redis = try RedisServer.started()
            try postgres.createRole("app", password: "secret")
            let authority = try Certificates()
            let web = try NginxServer(
                "location / { return 200; }", certificate: try authority.sign("server", names: ["DNS:db"]))
            try Self.write(readText(authority.authority), to: "\(root.path)/etc/ca.crt")
            let trace = root.file("trace")
            let run = try Self.run(
                in: root,
                [
                    "check", "db=postgres://app:secret@db:\(postgres.port)/postgres",
                    "pinged=pg:host=db port=\(postgres.port)", "redis://localhost:\(redis.port)",
                    "web=https://db:\(web.securePort)/", "--set", "web.ca_file=/etc/ca.crt",
                ], tracedTo: trace)
            #expect(run.exitCode == 0, "\(run)")
            let opened = try Self.opened(in: trace)
            #expect(
                opened.contains { $0.contains("/etc/hosts") }, "the trace shows what is opened: \(opened)")
            for forbidden in ["libnss_", "openssl.cnf", ".so", "passwd", "services"] {
                #expect(!opened.contains { $0.contains(forbidden) }, "\(forbidden): \(opened)")
            }
        }
    }

    @Test("a check of an address opens no file, and needs no /proc", .needsNoEmulator)
    func opensNothingForAnAddress() throws {
        try inNamespace { root in
            let redis = try RedisServer.started()
            let trace = root.file("trace")
            let unmounted = try Program.run("/bin/umount", [root.file("proc")])
            try #require(unmounted.exitCode == 0, "\(unmounted)")
            let run = try Self.run(in: root, ["check", "redis://127.0.0.1:\(redis.port)"], tracedTo: trace)
            #expect(run.exitCode == 0, "\(run)")
            let opened = try Self.opened(in: trace)
            // The one that tells whether a standard descriptor is closed.
            #expect(opened.count == 1 && opened[0].contains("\"/\", O_RDONLY|O_CLOEXEC|O_PATH"), "\(opened)")
        }
    }

    /// Calls `body` with a fresh root, in namespaces in which its mounts and names are nobody else's.
    private func inNamespace(_ body: (TemporaryDirectory) throws -> Void) throws {
        let namespace = try Namespace()
        try namespace.run {
            let root = try TemporaryDirectory()
            for directory in ["etc", "proc"] { _ = try Program.run("/bin/mkdir", [root.file(directory)]) }
            for (name, text) in Self.files { try root.write(name, text) }
            let copied = try Program.run("/bin/cp", [Program.waitfor, root.file("waitfor")])
            try #require(copied.exitCode == 0, "\(copied)")
            let mounted = try Program.run("/bin/mount", ["-t", "proc", "proc", root.file("proc")])
            try #require(mounted.exitCode == 0, "\(mounted)")
            // The directory cannot be removed while something is mounted in it.
            defer { _ = try? Program.run("/bin/umount", [root.file("proc")]) }
            try body(root)
        }
    }

    /// What the program opened, by a trace. What `chroot` opens before it becomes the program is not ours.
    private static func opened(in trace: String) throws -> [String] {
        let lines = readText(trace).split(separator: "\n").map(String.init)
        let start = try #require(lines.lastIndex { $0.contains("execve(\"/waitfor\"") })
        return lines[start...].filter { $0.contains("open") }
    }

    private static func write(_ text: String, to path: String) throws {
        try writeFile(path, Array(text.utf8), mode: 0o644)
    }

    /// Runs the program inside, without HOME or any other variable.
    private static func run(
        in root: TemporaryDirectory, _ arguments: [String], as name: String = "/waitfor",
        tracedTo trace: String? = nil
    ) throws -> Finished {
        let chroot = ["/usr/sbin/chroot", "--userspec=\(user)", "--groups=", root.path, name]
        let strace = trace.map {
            ["/usr/bin/strace", "-f", "-o", $0, "-e", "trace=open,openat,openat2,execve"]
        }
        let words = (strace ?? []) + chroot + arguments
        return try Program.run(words[0], Array(words.dropFirst()), environment: [:])
    }
}
