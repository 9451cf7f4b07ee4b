import Glibc
import Synchronization
import TestSupport
import Testing

/// `waitfor … -- cmd` becomes `cmd`: what the command gets, byte for byte.
struct CommandContractTests {
    private static let oddWords: [[UInt8]] = [
        [], Array("--".utf8), Array("-t".utf8), Array("two words".utf8), Array("a\nb\n".utf8),
        [0xFF, 0xFE, 0x80],
        Array("ünïcödé".utf8), Array("$HOME `id` \\ ' \" *".utf8), [0x01, 0x7F, 0x1B], [],
        [UInt8](repeating: UInt8(ascii: "x"), count: 100_000), [0xC3],
    ]

    @Test("The command sees its arguments byte for byte")
    func arguments() throws {
        let command = [Array("/bin/cat".utf8), Array("/proc/self/cmdline".utf8), Array("--".utf8)]
        // `cat` prints its own command line, and then complains about the rest.
        let words = command + Self.oddWords
        let finished = try ReadyGate().program(command: words).run()
        // Only the verdict: a difference of so many bytes would take minutes to print.
        let isSame = finished.outputBytes == Array(words.joined(separator: [0])) + [0]
        #expect(isSame)
    }

    @Test("The command sees the environment byte for byte, with duplicates, oddities and PG variables")
    func environment() throws {
        let texts = [
            "PATH=/usr/bin:/bin", "PGHOST=one", "PGHOST=two", "PGPASSWORD=secret", "PGUSER=me", "PGPORT=1",
            "PGDATABASE=d", "PGPASSFILE=/nowhere", "PGSERVICE=s", "PGSERVICEFILE=/f", "PGHOSTADDR=127.0.0.9",
            "PGCONNECT_TIMEOUT=3", "REDISCLI_AUTH=secret", "A=1", "A=2", "noequals", "", "=odd", "=", "E=",
            "NEWLINE=a\nb", "WAITFOR_GATE_TIMEOUT=20", "WAITFOR_OTHER=x", "HOME=/nowhere", "LANG=de_DE.UTF-8",
            "OPENSSL_CONF=/nowhere", "BIG=" + String(repeating: "y", count: 100_000),
        ]
        let entries = texts.map { Array($0.utf8) } + [[0x42, 0x3D, 0xFF, 0xFE], [0xFF, 0x3D, 0x31]]
        let words = ["/bin/cat", "/proc/self/environ"].map { Array($0.utf8) }
        let finished = try ReadyGate().program(command: words, environment: entries).run()
        let isSame = finished.outputBytes == entries.flatMap { $0 + [0] }
        #expect(isSame)
        #expect(finished.exitCode == 0, "\(finished)")
    }

    @Test("A PostgreSQL target changes the command's environment no more than others do")
    func environmentBesidePostgres() throws {
        let server = try LoopbackServer { connection in
            _ = connection.read()
            // The server asks for a password in clear text, which is ready for a ping.
            connection.write([0x52, 0, 0, 0, 8, 0, 0, 0, 3])
            connection.holdSilently()
        }
        let entries = ["PGUSER=me", "PGPASSWORD=x", "PGHOST=elsewhere", "PGPORT=1", "PGSSLMODE=disable"]
        var program = Program(
            Program.waitfor, ["--set", "db.level=ping", "db=postgres://127.0.0.1:\(server.port)/d", "--"])
        program.arguments += ["/bin/cat", "/proc/self/environ"].map { Array($0.utf8) }
        program.environment = entries.map { Array($0.utf8) }
        let finished = try program.run()
        #expect(finished.output == entries.map { "\($0)\0" }.joined(), "\(finished)")
    }

    @Test("Standard input reaches the command untouched")
    func standardInput() throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        var program = try ReadyGate().program(["/bin/cat"])
        program.standardInput = .bytes(bytes)
        let finished = try program.run()
        let isSame = finished.outputBytes == bytes
        #expect(isSame)
    }

    @Test("Every exit code of the command comes back")
    func exitCodes() throws {
        let gate = try ReadyGate()
        for code in Int32(0)...255 {
            let finished = try gate.run(["/bin/sh", "-c", "exit \(code)"], options: ["-q"])
            #expect(finished.status == .exited(code), "\(finished)")
        }
    }

    @Test("A command that dies of a signal is seen to do so")
    func deathBySignal() throws {
        let finished = try ReadyGate().run(["/bin/sh", "-c", "kill -KILL $$"])
        #expect(finished.status == .signalled(SIGKILL))
    }

    @Test("The command has the PID of the gate, and nothing stays behind as its parent or child")
    func samePID() throws {
        let running = try ReadyGate().program(["/bin/sh", "-c", "echo $$ $PPID"]).start()
        let finished = try running.finish()
        #expect(finished.trimmedOutput == "\(running.pid) \(getpid())")
    }

    @Test("argv[0] is the word that was typed", arguments: ["cat", "/bin/cat", "/usr/bin/../bin/cat"])
    func nameAsTyped(word: String) throws {
        let finished = try ReadyGate().run([word, "/proc/self/cmdline"])
        #expect(finished.output == "\(word)\0/proc/self/cmdline\0", "\(finished)")
    }

    @Test("The gate writes nothing to standard output, in any mode")
    func silentOutput() throws {
        for options in [[], ["-v"], ["--log", "json"], ["-q"]] {
            let finished = try ReadyGate().run(["/bin/echo", "mine"], options: options)
            #expect(finished.output == "mine\n", "\(options): \(finished)")
            #expect(finished.errors.isEmpty == (options == ["-q"]), "\(options): \(finished)")
        }
    }

    @Test("A closed pipe at standard error does not keep the command from running")
    func brokenPipe() throws {
        try withTemporaryDirectory { directory in
            // The reader is gone before the gate, which talks much, says its first word.
            let script = #"{ sleep 0.2; "$0" "$@"; echo "code $?" >"$RESULT"; } 2>&1 | true"#
            for options in [["-v"], ["--log", "json"]] {
                let result = directory.file("result")
                let gate = try ReadyGate()
                let words = [Program.waitfor] + options + [gate.target, "--", "/bin/sh", "-c", "exit 7"]
                let finished = try Program.run(
                    "/bin/sh", ["-c", script] + words,
                    environment: Program.minimalEnvironment.merging(["RESULT": result]) { $1 })
                #expect(readText(result) == "code 7\n", "\(finished)")
            }
        }
    }

    // MARK: Descriptors

    @Test(
        "The command has the standard descriptors and none of ours",
        arguments: ["", "0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
    func descriptorsOfCommand(closing: String) throws {
        let gate = try ReadyGate()
        let words = [Program.waitfor, gate.target, "--", "/bin/sleep", "30"]
        let running = try Program("/bin/sh", ["-c", #"exec "$0" "$@" "# + closing] + words).start()
        let expected = Set([0, 1, 2]).subtracting(closing.compactMap(\.wholeNumberValue))
        // Until `sleep` sleeps, its loader has libraries open.
        let isClean = eventually(within: 5) {
            readText("/proc/\(running.pid)/comm") == "sleep\n" && descriptors(of: running.pid) == expected
        }
        #expect(isClean, "\(descriptors(of: running.pid).sorted()) instead of \(expected.sorted())")
    }

    @Test(
        "With a standard descriptor closed, no peer receives the log",
        arguments: ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"])
    func logIntoSocket(closing: String) throws {
        let received = Mutex<[UInt8]>([])
        let release = Mutex(false)
        let slow = try LoopbackServer { connection in
            received.withLock { $0 += connection.read() }
            _ = eventually(within: 10) { release.withLock { $0 } }
            connection.write("+PONG\r\n")
            let rest = connection.read(within: 5)
            received.withLock { $0 += rest }
        }
        // While the slow one is asked, the other becomes ready and the log says so.
        let quick = try LoopbackServer { $0.holdSilently() }
        let targets = ["redis://127.0.0.1:\(slow.port)", "other=tcp://127.0.0.1:\(quick.port)"]
        let words = ["-v"] + targets + ["--", "/bin/true"]
        let running = try Program(
            "/bin/sh", ["-c", #"exec "$0" "$@" "# + closing, Program.waitfor] + words
        ).start()
        #expect(eventually(within: 10) { quick.accepted == 1 && slow.accepted == 1 })
        Monotonic.sleep(0.1)
        release.withLock { $0 = true }
        #expect(try running.finish().exitCode == 0)
        #expect(received.withLock { String(decoding: $0, as: UTF8.self) } == FakeRedis.question)
    }

    @Test(
        "A check with its output closed gives its verdict all the same",
        arguments: ["1>&-", "2>&-", ">&- 2>&-"])
    func checkWithoutOutput(closing: String) throws {
        let gate = try ReadyGate()
        let finished = try Program.run(
            "/bin/sh", ["-c", #"exec "$0" "$@" "# + closing, Program.waitfor, "check", "-v", gate.target])
        #expect(finished.exitCode == 0, "\(finished)")
    }
}
