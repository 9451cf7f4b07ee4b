import Glibc
import TestSupport
import Testing

/// `dns:` and `file://`, once and until they come.
struct NameAndFileTests {
    @Test("a name is ready when it resolves, with the addresses that it has; otherwise the reason is dns")
    func names() throws {
        let namespace = try Namespace(resolvConf: "nameserver 127.0.0.1\n", hosts: "10.1.2.3 known\n")
        try namespace.run {
            let server = try DNSServer { query in
                switch query.name {
                case "db.test": .addresses(["127.0.0.7"])
                case "slow.test": .silence
                default: .nxdomain
                }
            }
            defer { server.stop() }
            for (name, options, verdict, words) in [
                ("db.test", [], "ready", "127.0.0.7"), ("known", [], "ready", "10.1.2.3"),
                ("localhost", ["-4"], "ready", "127.0.0.1"), ("gone.test", [], "dns", "no such host"),
                ("slow.test", ["-t", "300ms"], "dns", "no answer"),
                ("127.0.0.1", ["-6"], "config", "exclude"),
            ] as [(String, [String], String, String)] {
                let asked = try Asked("name=dns:\(name)", options: options)
                #expect(asked.verdict == verdict && asked.message.contains(words), "\(asked)")
            }
        }
    }

    @Test("a name with thousands of addresses is a line of a few, wherever it is told")
    func manyAddresses() throws {
        let hosts = (0..<4000).map { "127.1.\($0 / 250).\($0 % 250 + 1) many\n" }.joined()
        let namespace = try Namespace(resolvConf: "nameserver 127.0.0.1\n", hosts: hosts)
        try namespace.run {
            let asked = try Asked("name=dns:many")
            #expect(asked.verdict == "ready" && asked.message.contains("127.1."), "\(asked)")
            #expect(asked.message.utf8.count <= 200, "\(asked)")
            for options in [[], ["--log", "json"]] {
                let gate = try Program.run(Program.waitfor, ["-v", "dns:many"] + options)
                #expect(gate.exitCode == 0 && gate.errors.contains("127.1."), "\(gate)")
                #expect(gate.errors.split(separator: "\n").allSatisfy { $0.utf8.count < 900 }, "\(gate)")
            }
        }
    }

    @Test("a file is ready when it is there, of whatever type, and a gate waits for it")
    func files() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("ready")
        #expect(try Asked("x=file://\(path)").verdict == "missing")
        #expect(try Asked("x=file://\(directory.path)").verdict == "ready")
        let gate = try Program(Program.waitfor, ["-t", "20", "file://\(path)", "--", "echo", "started"])
            .start()
        #expect(
            gate.waitUntil(within: 5) { $0.standardError.contains("ready: not ready: missing: no such file") }
        )
        try directory.write("ready", "")
        let finished = try gate.finish()
        #expect(finished.output == "started\n", "\(finished)")
        #expect(try Asked("x=file://\(path)/below").verdict == "missing")
        try directory.write("with space", "")
        #expect(try Asked("x=file://\(directory.path)/with%20space").verdict == "ready")
    }

    @Test("a folder that may not be looked into is denied")
    func denied() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.file("closed")
        mkdir(folder, 0o700)
        let run = try Program.run(
            "/usr/bin/setpriv",
            [
                "--reuid", "12345", "--regid", "12345", "--clear-groups", Program.waitfor, "check",
                "x=file://\(folder)/y",
            ])
        #expect(run.exitCode == 1 && run.output.contains("x: not ready: denied: Permission denied"), "\(run)")
    }
}
