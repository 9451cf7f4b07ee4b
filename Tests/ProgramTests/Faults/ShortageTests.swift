import Glibc
import TestSupport
import Testing

/// What this machine has run out of is said as that, is tried again, and ends no gate.
@Suite(.serialized)
struct ShortageTests {
    /// Checks targets with so few descriptors, and returns what is said of each.
    private func checks(_ targets: [String], descriptors: Int) throws -> [[String: String]] {
        let words = targets.joined(separator: " ")
        let finished = try Program.run(
            "/bin/sh",
            [
                "-c",
                "ulimit -n \(descriptors); exec \(Program.waitfor) check -t 700ms --output json \(words)",
            ],
            within: 5)
        return FlatJSON(finished.output).objects.filter { $0["kind"] != nil }
    }

    @Test("without descriptors a target is not ready for want of resources, and never for another reason")
    func descriptors() throws {
        let silent = try LoopbackServer { $0.holdSilently(within: 5) }
        defer { silent.stop() }
        let closed = try FreePort.make()
        let targets = [
            "redis=redis://127.0.0.1:\(closed)", "tcp=tcp://localhost:\(closed)",
            "db=postgres://127.0.0.1:\(closed)",
            "web=http://127.0.0.1:\(closed)", "run=exec:true", "silent=redis://127.0.0.1:\(silent.port)",
        ]
        var shortages = 0
        for limit in 4...12 {
            for target in try checks(targets, descriptors: limit) {
                let (name, reason) = (target["name"] ?? "", target["reason"] ?? "ready")
                if reason == "config" {
                    shortages += 1
                    #expect(
                        target["message"]?.hasPrefix("out of resources: no descriptors left") == true,
                        "\(target)")
                    #expect(target["permanent"] == "false", "\(target)")
                } else {
                    let expected = name == "run" ? "ready" : name == "silent" ? "timeout" : "refused"
                    #expect(reason == expected, "\(limit): \(target)")
                }
            }
        }
        #expect(shortages >= 6)
    }

    @Test("a file of a password that cannot be opened for want of descriptors is no mistake in the settings")
    func secretFiles() throws {
        let directory = try TemporaryDirectory()
        let secret = try directory.write("secret", "Authorization: x\n", mode: 0o600)
        let passFile = try directory.write("pgpass", "*:*:*:*:x\n", mode: 0o600)
        for target in [
            "x=redis://127.0.0.1:1 --set x.password_file=\(secret)",
            "x=http://127.0.0.1:1 --set x.header_file=\(secret)",
            "x=postgres://u@127.0.0.1:1/?passfile=\(passFile)",
        ] {
            // Enough before the loop has its own, and none after.
            let check = try #require(try checks([target], descriptors: 4).first)
            #expect(check["message"]?.hasPrefix("out of resources: no descriptors left") == true, "\(check)")
            #expect(check["permanent"] == "false", "\(check)")
        }
    }

    @Test(
        "a command that cannot be started for want of processes, or that is being written, may be there later"
    )
    func processes() throws {
        let directory = try TemporaryDirectory()
        let program = directory.file("program")
        try writeFile(program, Array("#!/bin/true\n".utf8), mode: 0o755)
        let writer = open(program, O_WRONLY)
        defer { close(writer) }
        let busy = try #require(try checks(["x=exec:'[\"\(program)\"]'"], descriptors: 20).first)
        #expect(busy["reason"] == "config" && busy["permanent"] == "false", "\(busy)")
        #expect(busy["message"] == "the command is being written", "\(busy)")
        // Limits of processes do not bind root.
        let crowd = try Program.run(
            "/usr/bin/setpriv",
            [
                "--reuid=54321", "--regid=54321", "--clear-groups", "/usr/bin/prlimit", "--nproc=1",
                Program.waitfor, "check", "--output", "json", "x=exec:true",
            ], within: 5)
        let denied = try #require(FlatJSON(crowd.output).objects.first { $0["name"] != nil }, "\(crowd)")
        #expect(denied["message"]?.hasPrefix("out of resources: no processes left") == true, "\(crowd)")
        #expect(denied["permanent"] == "false", "\(crowd)")
    }

    @Test("a resolver without descriptors says so; with them it says what the name server said")
    func resolver() throws {
        let namespace = try Namespace()
        try namespace.run {
            let names = try DNSServer { _ in .nxdomain }
            defer { names.stop() }
            for limit in 4...10 {
                let target = try #require(try checks(["name=dns:db.test"], descriptors: limit).first)
                let isShort = target["message"]?.hasPrefix("out of resources: no descriptors left") == true
                #expect(
                    isShort || target["reason"] == "dns" && target["message"] == "no such host", "\(target)")
                #expect(limit > 4 || isShort, "\(target)")
                #expect(limit < 10 || !isShort, "\(target)")
            }
        }
    }

    @Test("--fail-fast does not end a gate for want of descriptors")
    func failFast() throws {
        let gate = try Program.run(
            "/bin/sh", ["-c", "ulimit -n 5; exec \(Program.waitfor) -t 700ms --fail-fast run=exec:true"],
            within: 5)
        #expect(gate.exitCode == 124, "\(gate)")
        #expect(gate.errors.contains("out of resources: no descriptors left"), "\(gate)")
    }

    @Test("without a local port it is no network's fault; an address without a way to it is")
    func ports() throws {
        let namespace = try Namespace()
        try namespace.run {
            try setKernel("ipv6/conf/all/disable_ipv6", "1")
            try setKernel("ipv4/ip_local_port_range", "40000 40003")
            let server = try LoopbackServer(port: 5000) { $0.holdSilently(within: 20) }
            defer { server.stop() }
            // Odd and even ones come from different halves of the range.
            let connections = try (0..<4).map { _ in try IdleConnections(1, port: 5000) }
            for kind in ["tcp", "redis", "postgres", "http"] {
                let check = try PeerCheck("\(kind)://127.0.0.1:5000")
                check.expect("config")
                #expect(check.message.hasPrefix("out of resources: no local port left"), "\(check.finished)")
                #expect(FlatJSON(check.finished.output)["permanent"] == "false", "\(check.finished)")
                try PeerCheck("\(kind)://[::1]:5000").expect("unreachable")
            }
            withExtendedLifetime(connections) {}
        }
    }

    // MARK: Watches

    /// The program, started in a way that makes every `epoll_ctl` of it fail.
    private func unwatched(_ arguments: [String]) throws -> RunningProgram {
        // The tracer is nobody's parent, so that signals and status are the program's own.
        let strace = [
            "-D", "-f", "-o", "/dev/null", "-e", "trace=epoll_ctl", "-e", "inject=epoll_ctl:error=ENOSPC",
        ]
        return try Program(
            "/usr/bin/strace", strace + [Program.waitfor] + arguments,
            environment: Program.leakUncheckedEnvironment
        ).start()
    }

    @Test("what the kernel will not watch fails its attempt, says why, and spins nobody")
    func watches() throws {
        let silent = try LoopbackServer { $0.holdSilently(within: 10) }
        defer { silent.stop() }
        for target in [
            "redis://127.0.0.1:\(silent.port)", "postgres://127.0.0.1:\(silent.port)",
            "http://127.0.0.1:\(silent.port)", "https://127.0.0.1:\(silent.port)", "dns:name.test",
            "tcp://localhost:\(silent.port)",
        ] {
            let check = try unwatched(
                ["check", "-t", "1s", "--set", "peer.insecure=true", "peer=\(target)"].filter {
                    target.hasPrefix("https") || ($0 != "--set" && $0 != "peer.insecure=true")
                })
            let finished = try check.finish(within: 10)
            // A connection on loopback may be made before anyone waits for it.
            guard target.hasPrefix("tcp") == false || finished.exitCode == 1 else { continue }
            #expect(finished.output.contains("out of resources: no watches left"), "\(target): \(finished)")
        }
        let gate = try unwatched(["-v", "-t", "1s", "peer=redis://127.0.0.1:\(silent.port)"])
        let finished = try gate.finish(within: 10)
        #expect(finished.exitCode == 124 && finished.elapsed < 3, "\(finished)")
        // As often as anything that is not ready, and no more.
        #expect((2...40).contains(finished.errors.count(of: "no watches left")), "\(finished)")
    }

    @Test("a gate whose descriptors are not watched still hears SIGTERM")
    func signals() throws {
        let silent = try LoopbackServer { $0.holdSilently(within: 10) }
        defer { silent.stop() }
        let gate = try unwatched(["-t", "0", "peer=redis://127.0.0.1:\(silent.port)"])
        #expect(
            gate.waitUntil(within: 5) { $0.standardError.contains("no watches left") },
            "\(gate.standardError)")
        gate.send(15)
        let finished = try gate.finish(within: 5)
        #expect(finished.exitCode == 143, "\(finished)")
    }
}
