import TestSupport
import Testing

/// Files that somebody names and that are none: nobody waits for them, and nobody is asked for anything.
struct SmallFilesTests {
    /// A folder with a FIFO, and a pair of certificate and key.
    private func inFolder(_ body: (TemporaryDirectory, Certificates.Pair) throws -> Void) throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let made = try Program.run("/usr/bin/mkfifo", ["-m", "777", authority.directory.file("fifo")])
        try #require(made.exitCode == 0, "\(made)")
        try body(authority.directory, pair)
    }

    @Test("a FIFO in the place of a file is a mistake at the start, and is not waited for")
    func fifoAtTheStart() throws {
        try inFolder { folder, pair in
            let fifo = folder.file("fifo")
            let web = "web=https://127.0.0.1:1/"
            let cases: [[String]] = [
                ["--set", "web.ca_file=\(fifo)", web],
                ["--set", "web.cert_file=\(fifo)", "--set", "web.key_file=\(pair.key)", web],
                ["--set", "web.cert_file=\(pair.certificate)", "--set", "web.key_file=\(fifo)", web],
                ["--set", "web.header_file=\(fifo)", web],
                ["--password-file", fifo, "redis://127.0.0.1:1"],
                ["-c", fifo],
            ]
            for options in cases {
                let check = try Program.run(Program.waitfor, ["check"] + options, within: 5)
                #expect(check.exitCode == 125 && check.errors.contains("fifo"), "\(options): \(check)")
            }
            for command in [fifo, "./fifo"] {
                let gate = try Program.run(
                    "/bin/sh",
                    ["-c", "cd \(folder.path); exec \(Program.waitfor) tcp://127.0.0.1:1 -- \(command)"],
                    within: 5)
                #expect(gate.exitCode == 126 && gate.errors.contains("not a regular file"), "\(gate)")
            }
        }
    }

    @Test(
        "a FIFO among libpq's own files is the reason config",
        arguments: ["sslcert", "sslkey", "sslrootcert", "sslcrl"])
    func fifoOfLibPQ(key: String) throws {
        try inFolder { folder, pair in
            // It says yes to TLS, and libpq would open its files then.
            try withLoopbackServer { connection in
                _ = connection.read()
                connection.write("S")
                connection.holdSilently(within: 3)
            } _: { server in
                var files = [
                    "sslcert": pair.certificate, "sslkey": pair.key, "sslrootcert": pair.certificate,
                ]
                files[key] = folder.file("fifo")
                let query = files.sorted { $0.key < $1.key }.map { "&\($0)=\($1)" }.joined()
                let target =
                    "db=postgres://someone:let-me-in@127.0.0.1:\(server.port)/d?sslmode=verify-ca\(query)"
                let check = try PeerCheck(target, within: 1000)
                check.expect("config")
                #expect(check.message.hasPrefix("\(key): cannot read"), "\(check.finished)")
                // The same by the variables that libpq reads.
                let variable = "PG\(key.uppercased())"
                let ambient = try PeerCheck(
                    "db=postgres://someone:let-me-in@127.0.0.1:\(server.port)/d?sslmode=require",
                    within: 1000,
                    environment: Program.minimalEnvironment.merging([variable: folder.file("fifo")]) { $1 })
                ambient.expect("config")
            }
        }
    }

    @Test("other FIFOs of libpq's and of the resolver are as if they were not there")
    func ambientFIFOs() throws {
        try inFolder { folder, _ in
            let server = try LoopbackServer { connection in
                _ = connection.read()
                connection.write("+PONG\r\n")
            }
            defer { server.stop() }
            let fifo = folder.file("fifo")
            let environment = Program.minimalEnvironment.merging([
                "HOSTALIASES": fifo, "PGPASSFILE": fifo, "PGSERVICEFILE": fifo, "SSL_CERT_FILE": fifo,
            ]) { $1 }
            try PeerCheck("redis://127.0.0.1:\(server.port)", environment: environment).expectReady()
            try PeerCheck("dns:name-without-dots.invalid", within: 800, environment: environment).expect(
                "dns")
            try PeerCheck("postgres://127.0.0.1:\(server.port)", environment: environment).expect("protocol")
            let web = try PeerCheck("https://127.0.0.1:\(server.port)", environment: environment)
            web.expect("config")
        }
    }

    @Test("a key with a pass phrase is the reason config, and costs the command no line of its stdin")
    func encryptedKey() throws {
        try inFolder { folder, pair in
            let encrypted = folder.file("encrypted.key")
            let old = folder.file("old.key")
            for (file, words) in [(encrypted, ["pkey", "-aes128"]), (old, ["ec", "-aes128"])] {
                let made = try Program.run(
                    "/usr/bin/openssl", words + ["-passout", "pass:phrase", "-in", pair.key, "-out", file])
                try #require(made.exitCode == 0, "\(made)")
            }
            for key in [encrypted, old] {
                for target in [
                    "--set web.cert_file=\(pair.certificate) --set web.key_file=\(key) --set web.insecure=true web=https://127.0.0.1:1/",
                    "'db=postgres://someone:let-me-in@127.0.0.1:1/d?sslmode=require&sslcert=\(pair.certificate)&sslkey=\(key)'",
                ] {
                    let script = "\(Program.waitfor) check -t 1s \(target); cat"
                    let run = try Program.run(
                        "/bin/sh", ["-c", script], standardInput: .bytes(Array("first\nsecond\n".utf8)),
                        within: 5)
                    #expect(
                        run.output.contains("config") && run.output.contains("the key is encrypted"), "\(run)"
                    )
                    #expect(run.output.hasSuffix("first\nsecond\n"), "\(run)")
                    #expect(!run.errors.contains("pass phrase:"), "\(run)")
                }
            }
        }
    }

    @Test("sslpassword opens the key for a real PostgreSQL; a wrong one asks nobody either")
    func sslPassword() throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let client = try authority.sign("client", names: [], common: "app")
        let key = authority.directory.file("client.enc")
        for words in [
            [
                "/usr/bin/openssl", "pkey", "-aes128", "-passout", "pass:phrase", "-in", client.key, "-out",
                key,
            ],
            ["/bin/chmod", "600", key],
        ] {
            let made = try Program.run(words[0], Array(words.dropFirst()))
            try #require(made.exitCode == 0, "\(made)")
        }
        let server = try PostgresServer(settings: ["ssl": "on"], hba: ["hostssl all all all cert"])
        try server.writeData("server.crt", readText(pair.certificate))
        try server.writeData("server.key", readText(pair.key))
        try server.writeData("root.crt", readText(authority.authority))
        try server.configure(["ssl_ca_file": "root.crt"])
        try server.start()
        try server.createRole("app", password: "unused")
        let files = "sslmode=require&sslcert=\(client.certificate)&sslkey=\(key)"
        func check(_ more: String) throws -> PeerCheck {
            try PeerCheck(
                "postgres://app:unused@127.0.0.1:\(server.port)/postgres?\(files)\(more)", within: 2000)
        }
        try check("&sslpassword=phrase").expectReady()
        try check("").expect("config")
        let wrong = try check("&sslpassword=wrong")
        #expect(wrong.finished.exitCode == 1 && wrong.duration < 1, "\(wrong.finished)")
    }
}
