import Glibc
import TestSupport
import Testing

/// The lies that rules of `waitfor lint` tell of, on real servers of HTTP and in real shells.
struct LintedFormsTests {
    private static let locations = "location / { return 200 ok; } location /broken { return 500 no; }"

    @Test("curl without -f is content with a 500")
    func anyStatus() throws {
        let nginx = try NginxServer(Self.locations)
        let check = try LintedCheck(
            "http-any-status", "web:1", "curl -s http://127.0.0.1:\(nginx.port)/broken || exit 1",
            ", timeout: 5s")
        try check.expect(exit: 0)
        try check.truth("http_status")
    }

    @Test("curl and wget without a limit wait on for a silent server that waitfor has given up")
    func noLimit() throws {
        try withLoopbackServer({ $0.holdSilently() }) { server in
            for tool in ["curl -f", "wget -q -O-"] {
                let check = try LintedCheck("no-limit", "web:1", "\(tool) http://127.0.0.1:\(server.port)/")
                let running = try check.program().start()
                try check.truth("timeout")
                #expect(running.finished == nil, "\(tool)")
                if running.finished == nil { Records.reached("lint: no-limit") }
                running.stop()
            }
        }
    }

    @Test("A command whose own limit is above the check's is killed before it says why")
    func limits() throws {
        try withLoopbackServer({ $0.holdSilently() }) { server in
            let url = "http://127.0.0.1:\(server.port)/"
            let check = try LintedCheck(
                "limit-above-timeout", "web:1", "curl -sSf -m 20 \(url)", ", timeout: 1s")
            let killed = try check.expect(exit: 124, prefix: ["/usr/bin/timeout", "1"])
            #expect(killed.errors.isEmpty, "\(killed)")
            let own = try Program.run("/usr/bin/curl", ["-sSf", "-m", "1", url])
            #expect(own.exitCode == 28 && !own.errors.isEmpty, "\(own)")
        }
    }

    @Test(
        "A check that cannot fail is content with nobody there, and one that cannot pass refuses a healthy server"
    )
    func constants() throws {
        let port = try FreePort.make()
        try LintedCheck("cannot-fail", "web:1", "curl -sf -m 2 http://127.0.0.1:\(port)/ || true").expect(
            exit: 0)
        let nginx = try NginxServer(Self.locations)
        let check = "curl -sf -m 2 http://127.0.0.1:\(nginx.port)/ || echo no && exit 1"
        let run = try LintedCheck("cannot-pass", "web:1", check).expect(exit: 1)
        #expect(run.output.hasPrefix("ok"), "\(run)")
    }

    @Test("A search among the processes finds itself, and one that hangs")
    func processes() throws {
        for test in [
            "pgrep -f waitfor-no-such-program || exit 1", "ps aux | grep -q waitfor-no-such-program",
        ] {
            try LintedCheck("finds-itself", "web:1", test).expect(exit: 0)
        }
        let server = try RedisServer.started()
        server.pause()
        defer { server.resume() }
        let check = try LintedCheck(
            "process-only", "redis:7", ["pgrep", "-f", "redis-server .*:\(server.port)"])
        try check.expect(exit: 0)
        #expect(
            try Asked("db=redis://127.0.0.1:\(server.port)", options: ["-t", "300ms"]).verdict == "timeout")
    }

    @Test("The exec form has neither operators nor variables, and both are what fails at a healthy server")
    func execForm() throws {
        let nginx = try NginxServer(Self.locations)
        let url = "http://127.0.0.1:\(nginx.port)/"
        let words = try LintedCheck(
            "exec-syntax", "web:1", ["curl", "-sf", "-m", "2", url, "||", "exit", "1"])
        #expect(try words.program().run().exitCode != 0)
        Records.reached("lint: exec-syntax")
        let port = ["PORT": "\(nginx.port)"]
        let variable = try LintedCheck(
            "exec-variable", "web:1", ["curl", "-sf", "-m", "2", "http://127.0.0.1:$PORT/"])
        try variable.expect(exit: 3, port)
        let shell = Program(
            "/bin/sh", ["-c", "curl -sf http://127.0.0.1:$PORT/"],
            environment: port.merging(Program.minimalEnvironment) { $1 })
        #expect(try shell.run().exitCode == 0)
    }

    @Test("A variable that Compose replaces by its own is empty in the container")
    func composeVariable() throws {
        let server = try RedisServer.started(["requirepass": "pw"])
        let directory = try TemporaryDirectory()
        func linted(_ dollar: String) throws -> Finished {
            let test = "redis-cli -p \(server.port) -a \"\(dollar)PASSWORD\" ping | grep PONG"
            let path = try directory.write(
                "c.yaml",
                "services: {db: {image: redis, environment: {PASSWORD: pw}, healthcheck: {test: '\(test)'}}}\n"
            )
            return try Program.run(Program.waitfor, ["lint", path])
        }
        #expect(try linted("$").output.contains(": compose-variable: ") && linted("$$").exitCode == 0)
        func run(_ password: String) throws -> Int32? {
            try Program.run(
                "/bin/sh", ["-c", "redis-cli -p \(server.port) -a \"\(password)\" ping | grep PONG"]
            ).exitCode
        }
        #expect(try run("") == 1 && run("pw") == 0)
        Records.reached("lint: compose-variable")
    }

    @Test("CMD in a text is a command that there is not, and words behind CMD-SHELL's first are not run")
    func words() throws {
        let server = try RedisServer.started()
        try LintedCheck("keyword-in-text", "redis:7", "CMD redis-cli -p \(server.port) ping | grep PONG")
            .expect(exit: 1)
        let run = try Program.run("/bin/sh", ["-c", "CMD redis-cli -p \(server.port) ping"])
        #expect(run.exitCode == 127, "\(run)")
        // `echo` alone prints nothing of what stands behind it.
        let check = try LintedCheck("words-behind-script", "web:1", ["sh", "-c", "echo", "ready"])
        let said = try check.expect(exit: 0)
        #expect(said.trimmedOutput.isEmpty, "\(said)")
    }

    @Test("BusyBox takes the first address of localhost only")
    func localhost() throws {
        let namespace = try Namespace(hosts: "::1 localhost\n127.0.0.1 localhost\n")
        try namespace.run {
            let nginx = try NginxServer(Self.locations)
            let check = try LintedCheck(
                "localhost", "nginx:alpine", "wget -q -O /dev/null http://localhost:\(nginx.port)/",
                ", timeout: 5s")
            let busybox = try Program.run(
                "/bin/busybox",
                ["wget", "-q", "-O", "/dev/null", "http://localhost:\(nginx.port)/"])
            #expect(busybox.exitCode == 1, "\(busybox)")
            if busybox.exitCode == 1 { Records.reached("lint: localhost") }
            try check.truth("ready")
        }
    }

    @Test("A program that the image does not have is a check that always fails")
    func noTool() throws {
        let nginx = try NginxServer(Self.locations)
        let check = try LintedCheck(
            "no-tool", "node:22-slim", "curl -sf -m 2 http://127.0.0.1:\(nginx.port)/ || exit 1")
        // An image without it has it nowhere in PATH.
        try check.expect(exit: 1, ["PATH": "/nowhere"])
        try check.truth("ready")
    }
}
