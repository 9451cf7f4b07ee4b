import Glibc
import TestSupport
import Testing

/// `waitfor install`.
struct InstallTests {
    private func install(_ path: String, _ prefix: String = "") throws -> Finished {
        try Program.run("/bin/sh", ["-c", "\(prefix) exec \(Program.waitfor) install \"$1\"", "sh", path])
    }

    private func names(in directory: TemporaryDirectory) throws -> [String] {
        try Program.run("/bin/ls", ["-A", directory.path]).output.split(separator: "\n").map(String.init)
    }

    private func expectRefusal(
        _ run: Finished, says text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(run.exitCode == 125 && run.output.isEmpty, "\(run)", sourceLocation: sourceLocation)
        #expect(run.errors == "waitfor: \(text)\n", sourceLocation: sourceLocation)
    }

    @Test("the copy is the program, for everybody to run whatever the umask, and says where it is")
    func directory() throws {
        let directory = try TemporaryDirectory()
        for (path, expected) in [
            (directory.path, "waitfor"), ("\(directory.path)/", "waitfor"),
            (directory.file("ready"), "ready"),
        ] {
            let copy = directory.file(expected)
            let run = try install(path, "umask 077;")
            #expect(run.exitCode == 0 && run.errors.isEmpty, "\(run)")
            #expect(run.output.split(separator: "/").last == "\(expected)\n", "\(run)")
            #expect(readFile(copy) == readFile(Program.waitfor))
            var information = stat()
            #expect(stat(copy, &information) == 0 && information.st_mode == S_IFREG | 0o755)
            #expect(try Program.run(copy, ["version"]).output.hasPrefix("waitfor "))
        }
        #expect(try names(in: directory) == ["ready", "waitfor"])
    }

    @Test("a path without a folder is in the working directory")
    func workingDirectory() throws {
        let directory = try TemporaryDirectory()
        let run = try install("app", "cd \(directory.path);")
        #expect(run.exitCode == 0 && run.output == "installed app\n", "\(run)")
        #expect(try names(in: directory) == ["app"])
        expectRefusal(
            try install("app", "cd \(directory.path); rm app; mkdir app app/waitfor;"),
            says: "cannot replace app/waitfor: not a regular file")
    }

    @Test(
        "what is there is replaced as a whole: who has the old file open goes on with it, and a link is no way out"
    )
    func replacement() throws {
        let directory = try TemporaryDirectory()
        let old = try directory.write("waitfor", "old")
        let held = open(old, O_RDONLY | O_CLOEXEC)
        defer { close(held) }
        #expect(try install(directory.path).exitCode == 0)
        #expect(readFile("/proc/self/fd/\(held)") == Array("old".utf8))
        #expect(readFile(old) == readFile(Program.waitfor))
        // The program replaces itself while it runs.
        let itself = try Program.run(old, ["install", directory.path])
        #expect(itself.exitCode == 0, "\(itself)")
        let kept = try directory.write("kept", "kept")
        #expect(symlink(kept, directory.file("link")) == 0)
        #expect(try install(directory.file("link")).exitCode == 0)
        #expect(readText(kept) == "kept")
        #expect(readFile(directory.file("link")) == readFile(Program.waitfor))
        #expect(try names(in: directory) == ["kept", "link", "waitfor"])
    }

    @Test("nothing but a file is replaced")
    func device() throws {
        let directory = try TemporaryDirectory()
        #expect(mkfifo(directory.file("fifo"), 0o600) == 0)
        expectRefusal(
            try install(directory.file("fifo")),
            says: "cannot replace \(directory.file("fifo")): not a regular file")
        expectRefusal(try install("/dev/null"), says: "cannot replace /dev/null: not a regular file")
        #expect(try names(in: directory) == ["fifo"])
    }

    @Test("a failure names the place and the reason, and leaves nothing behind")
    func failures() throws {
        let directory = try TemporaryDirectory()
        let nowhere = directory.file("nowhere/")
        expectRefusal(
            try install(nowhere), says: "cannot install into \(nowhere): No such file or directory")
        expectRefusal(
            try install("\(nowhere)app"), says: "cannot write in \(nowhere): No such file or directory")
        let nobody = "cd /; setpriv --reuid=12345 --regid=12345 --clear-groups"
        let denied = try Program.run(
            "/bin/sh", ["-c", "\(nobody) \(Program.waitfor) install \(directory.path)"])
        expectRefusal(denied, says: "cannot write in \(directory.path)/: Permission denied")
        #expect(try names(in: directory).isEmpty)
        // A volume with room for less than the program.
        let namespace = try Namespace()
        try namespace.run {
            let mounted = try Program.run(
                "/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory.path])
            try #require(mounted.exitCode == 0, "\(mounted)")
            defer { _ = try? Program.run("/bin/umount", [directory.path]) }
            let copy = directory.file("waitfor")
            expectRefusal(
                try install(directory.path), says: "cannot write \(copy): No space left on device")
            #expect(try names(in: directory).isEmpty)
        }
    }
}
