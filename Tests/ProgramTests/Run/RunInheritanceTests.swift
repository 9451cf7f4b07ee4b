import Glibc
import TestSupport
import Testing

/// What the command of `waitfor run` begins with: what waitfor itself was started with, and nothing of waitfor's.
struct RunInheritanceTests {
    @Test("stdin is the command's, byte for byte")
    func standardInput() throws {
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let command = try CommandUnderTest(["/bin/cat"]) { $0.standardInput = .bytes(bytes) }
        let finished = try command.running.finish(within: 20)
        #expect(finished.exitCode == 0 && finished.outputBytes == bytes)
    }

    @Test("no descriptor of waitfor's is open in the command, and one that it was given is")
    func descriptors() throws {
        // The last one is the folder that `ls` reads.
        let own = try CommandUnderTest.run(["/bin/ls", "/proc/self/fd"])
        #expect(lines(own.output) == ["0", "1", "2", "3"], "\(own)")
        let words = try CommandUnderTest.program(["/bin/ls", "/proc/self/fd"])
        let arguments = words.arguments.map { "'\(String(decoding: $0, as: UTF8.self))'" }
        let given = try Program.run(
            "/bin/sh", ["-c", "exec \(words.path) \(arguments.joined(separator: " ")) 7</dev/null"])
        #expect(lines(given.output) == ["0", "1", "2", "3", "7"], "\(given)")
    }

    @Test(
        "mask, dispositions and limits are those that waitfor was started with: the default ones, in a container"
    )
    func maskAndDispositions() throws {
        let states: [(ignored: Set<Int32>, blocked: Set<Int32>)] = [
            ([], []), ([SIGPIPE], []), ([], [SIGTERM]), ([SIGHUP], []), ([SIGTTIN, SIGTTOU], [SIGTSTP]),
            ([], [SIGPIPE, SIGUSR1, SIGCHLD]), ([SIGCHLD], [SIGHUP, SIGINT]), ([34, 40], [34, 35, 63]),
        ]
        func signals(_ text: String) -> [String] {
            lines(text).filter { $0.hasPrefix("SigBlk") || $0.hasPrefix("SigIgn") || $0.hasPrefix("SigCgt") }
        }
        for state in states {
            var direct = Program("/bin/cat", ["/proc/self/status", "/proc/self/limits"])
            direct.ignoredSignals = state.ignored
            direct.blockedSignals = state.blocked
            let wanted = try direct.run()
            let command = try CommandUnderTest(["/bin/cat", "/proc/self/status", "/proc/self/limits"]) {
                ($0.ignoredSignals, $0.blockedSignals) = state
            }
            let got = try command.running.finish(within: 10)
            #expect(signals(got.output) == signals(wanted.output), "\(state): \(got)")
            let limits = { (text: String) in lines(text).filter { $0.hasPrefix("Max open files") } }
            #expect(limits(got.output) == limits(wanted.output) && limits(got.output).count == 1)
        }
        let plain = try CommandUnderTest.run(["/bin/cat", "/proc/self/status"])
        for name in ["SigBlk", "SigIgn"] { #expect(plain.output.contains("\(name):\t0000000000000000")) }
    }

    @Test("the command leads a process group of its own, has its arguments byte for byte and the environment")
    func groupAndWords() throws {
        let script = "read -r pid name state parent group rest </proc/self/stat; echo $((pid == group))"
        #expect(try CommandUnderTest.run(["/bin/sh", "-c", script]).output == "1\n")
        var program = try CommandUnderTest.program(["/usr/bin/printf", "%s|"])
        program.arguments += [[0xFF, 0x20, 0x0A], []]
        #expect(try program.run().outputBytes == [0xFF, 0x20, 0x0A, 0x7C, 0x7C])
        var environment = try CommandUnderTest.program(["/usr/bin/env"])
        environment.environment = ["PATH=/usr/bin", "PGPASSWORD=x", "WAITFOR_RUN_QUIET=true"].map {
            Array($0.utf8)
        }
        #expect(try environment.run().output == "PATH=/usr/bin\nPGPASSWORD=x\nWAITFOR_RUN_QUIET=true\n")
    }
}
