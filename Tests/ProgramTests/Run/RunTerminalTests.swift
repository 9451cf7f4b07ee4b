import Glibc
import TestSupport
import Testing

/// `waitfor run` on a real terminal: who is in its foreground, and whom its keys reach.
struct RunTerminalTests {
    /// Says the process group of the shell that reads this, and that of the terminal's foreground.
    private static let says =
        "read -r pid name state parent group session tty front rest </proc/self/stat; echo \"$group is $front.\""

    /// The words of a shell for `waitfor run` of a script.
    private func run(_ script: String, _ options: String = "") throws -> String {
        "\(Program.waitfor) run -q \(try ReadyGate().target) --listen 127.0.0.1:\(try FreePort.make()) \(options)"
            + " -- /bin/sh -c '\(script)'"
    }

    private func expect(
        _ text: String, on terminal: Terminal, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let came = eventually(within: 15) { terminal.text.contains(text) }
        #expect(came, "no \(text) in \(terminal.text)", sourceLocation: sourceLocation)
    }

    /// The two groups of each line that `says` has written.
    private func groups(_ terminal: Terminal) -> [(own: Int32, front: Int32)] {
        terminal.text.split(separator: "\r\n").compactMap { line in
            let words = line.split { " .".contains($0) }
            guard words.count == 3, words[1] == "is", let own = Int32(words[0]), let front = Int32(words[2])
            else { return nil }
            return (own, front)
        }
    }

    @Test("the command is in the foreground, and what started waitfor is again when the command has ended")
    func handedOver() throws {
        let terminal = try Terminal()
        let shell = try terminal.start("\(try run(Self.says)); \(Self.says); read line; echo \"read $line\"")
        #expect(eventually(within: 15) { groups(terminal).count == 2 }, "\(terminal.text)")
        let seen = groups(terminal)
        #expect(seen.allSatisfy { $0.own == $0.front } && seen[0].own != seen[1].own, "\(seen)")
        terminal.type("hello\n")
        expect("read hello", on: terminal)
        _ = try shell.finish(within: 10)
    }

    @Test("the command reads what is typed, and Ctrl-C reaches it once, and not waitfor")
    func interrupt() throws {
        let terminal = try Terminal()
        let script = "trap \"echo caught\" INT; echo up; read line; echo \"read $line\"; read line; exit 7"
        let shell = try terminal.start("\(try run(script)); echo \"ended $?\"")
        expect("up", on: terminal)
        terminal.type("\u{3}")
        expect("caught", on: terminal)
        terminal.type("one\n")
        expect("read ", on: terminal)
        terminal.type("two\n")
        expect("ended 7", on: terminal)
        #expect(
            terminal.text.split(separator: "\r\n").count { $0.hasSuffix("caught") } == 1, "\(terminal.text)")
        _ = try shell.finish(within: 10)
    }

    @Test("a new size of the window reaches the command once")
    func windowSize() throws {
        let terminal = try Terminal()
        terminal.resize(rows: 24, columns: 80)
        let script = "trap \"stty size\" WINCH; echo up; while :; do sleep 0.02; done"
        let shell = try terminal.start(try run(script))
        expect("up", on: terminal)
        terminal.resize(rows: 33, columns: 101)
        expect("33 101", on: terminal)
        _ = eventually(within: 0.3) { false }
        #expect(terminal.text.split(separator: "\r\n").count { $0 == "33 101" } == 1, "\(terminal.text)")
        shell.stop()
    }

    @Test("a shell as the command has job control: Ctrl-Z stops its job, fg goes on with it, Ctrl-C ends it")
    func jobControl() throws {
        let terminal = try Terminal()
        let bash = "exec /bin/bash --norc --noprofile -i"
        let shell = try terminal.start("PS1='%'; export PS1; \(try run(bash)); echo \"ended $?\"")
        expect("%", on: terminal)
        // What is typed is echoed, and has no sum in it.
        terminal.type("sh -c 'echo job $((2 + 2)) is $$.; exec sleep 88'\n")
        expect("job 4 is ", on: terminal)
        let words = terminal.text.split { " .\r\n".contains($0) }
        let place = try #require(words.indices.first { words[$0...].starts(with: ["job", "4", "is"]) })
        let job = try #require(words.dropFirst(place + 3).first.flatMap { Int32($0) })
        func isStopped() -> Bool { readText("/proc/\(job)/stat").contains(") T ") }
        terminal.type("\u{1A}")
        expect("Stopped", on: terminal)
        #expect(eventually(within: 5) { isStopped() })
        terminal.type("fg; echo \"fg gave $?\"\n")
        // It goes on when the terminal is its own.
        #expect(eventually(within: 5) { !isStopped() })
        terminal.type("\u{3}")
        terminal.type("echo in $((6 * 7))\n")
        expect("in 42", on: terminal)
        terminal.type("exit 9\n")
        expect("ended 9", on: terminal)
        #expect(!terminal.text.contains("no job control"), "\(terminal.text)")
        _ = try shell.finish(within: 10)
    }

    @Test("a foreign group in the foreground keeps the terminal")
    func notStolen() throws {
        let terminal = try Terminal()
        let shell = try terminal.start(
            "set -m; \(try run("\(Self.says); sleep 0.2")) & wait $!; \(Self.says)")
        #expect(eventually(within: 15) { groups(terminal).count == 2 }, "\(terminal.text)")
        let seen = groups(terminal)
        #expect(seen[0].own != seen[0].front && seen[1].own == seen[1].front, "\(seen)")
        #expect(seen[0].front == seen[1].front, "\(seen)")
        _ = try shell.finish(within: 10)
    }

    @Test("Ctrl-Z stops the command's group and not waitfor, and with --group SIGCONT goes on with all of it")
    func suspended() throws {
        let terminal = try Terminal()
        let shell = try terminal.start(
            "\(try run("echo up $PPID; sleep 4; echo on; exit 3", "--group")); echo \"ended $?\"")
        expect("up ", on: terminal)
        let line = terminal.text.split(separator: "\r\n").first { $0.hasPrefix("up ") }
        let pid = try #require(line.flatMap { Int32($0.dropFirst(3)) })
        terminal.type("\u{1A}")
        let child = try #require(children(of: pid).first)
        #expect(eventually(within: 5) { readText("/proc/\(child)/stat").contains(") T ") })
        #expect(!readText("/proc/\(pid)/stat").contains(") T "))
        kill(pid, SIGCONT)
        expect("ended 3", on: terminal)
        _ = try shell.finish(within: 10)
    }

    @Test(
        "a restart takes the terminal back while it waits, where Ctrl-C ends it, and hands it to the new command"
    )
    func restart() throws {
        let directory = try TemporaryDirectory()
        let flag = directory.file("flag")
        try directory.write("flag", "")
        let terminal = try Terminal()
        let script = "echo \"up $PPID.\"; read line; echo \"got $line\"; while :; do sleep 0.02; done"
        let ready = directory.file("ready")
        func expectReady() { #expect(eventually(within: 10) { access(ready, F_OK) == 0 }) }
        let options =
            "flag=file:\(flag) --ready-file \(ready) --on-unhealthy flag=restart -i 20ms --retries 1 --start-period 0s"
        // The shell is in the foreground with waitfor, and gets the keys as well.
        let shell = try terminal.start(
            "trap : INT; \(try run(script, options)); echo \"ended $?\"; \(Self.says)")
        expect("up ", on: terminal)
        let line = terminal.text.split(separator: "\r\n").first { $0.hasPrefix("up ") }
        let pid = try #require(line.flatMap { Int32($0.dropFirst(3).dropLast()) })
        /// The process group of a process, and that of the foreground of its terminal.
        func groups(of pid: Int32) -> [Int32] {
            let fields = readText("/proc/\(pid)/stat").split(separator: " ").dropFirst(4)
            return fields.isEmpty ? [] : [Int32(fields[4]) ?? 0, Int32(fields[7]) ?? 0]
        }
        func isInFront(_ pid: Int32?) -> Bool {
            let groups = pid.map(groups) ?? []
            return groups.count == 2 && groups[0] == groups[1]
        }
        let own = try #require(groups(of: pid).first)
        let first = try #require(children(of: pid).first)
        #expect(isInFront(first) && !isInFront(pid))
        terminal.type("one\n")
        expect("got one", on: terminal)
        expectReady()
        unlink(flag)
        #expect(eventually(within: 10) { isInFront(pid) && children(of: pid).isEmpty }, "\(terminal.text)")
        try directory.write("flag", "")
        #expect(eventually(within: 15) { terminal.text.count(of: "up \(pid).") == 2 }, "\(terminal.text)")
        let second = try #require(children(of: pid).first)
        #expect(second != first && isInFront(second) && groups(of: pid).first == own)
        terminal.type("two\n")
        expect("got two", on: terminal)
        expectReady()
        unlink(flag)
        #expect(eventually(within: 10) { isInFront(pid) && children(of: pid).isEmpty }, "\(terminal.text)")
        terminal.type("\u{3}")
        expect("ended 130", on: terminal)
        _ = try shell.finish(within: 10)
    }
}
