import TestSupport
import Testing

/// Finding the command: as `execvp` does, and before anything is waited for.
struct CommandLookupTests {
    /// Runs a gate on a port where nobody listens, which takes 20 s unless the command is at fault.
    private func runUnready(_ command: [String]) throws -> Finished {
        let port = try FreePort.make()
        return try Program.run(Program.waitfor, ["-t", "20", "tcp://127.0.0.1:\(port)", "--"] + command)
    }

    private func expect(
        _ finished: Finished, exit: Int32, saying words: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(finished.exitCode == exit, "\(finished)", sourceLocation: sourceLocation)
        #expect(finished.output.isEmpty, "\(finished)", sourceLocation: sourceLocation)
        let last = lines(finished.errors).last ?? ""
        #expect(last.hasPrefix("waitfor: "), "\(finished)", sourceLocation: sourceLocation)
        for word in words {
            #expect(last.contains(word), "\(word) in \(finished)", sourceLocation: sourceLocation)
        }
    }

    @Test("A command that is not there ends with 127 at once, although nothing is ready")
    func notFound() throws {
        for command in ["no-such-command", "/no/such/command", "./no-such-command", ""] {
            let finished = try runUnready([command])
            expect(finished, exit: 127, saying: [command.isEmpty ? "empty" : command])
            #expect(lines(finished.errors).count == 1, "\(finished)")
            #expect(finished.elapsed < 2)
        }
        let quoted = try runUnready(["start-app --password hunter2"])
        expect(quoted, exit: 127, saying: ["start-app ***: command not found"])
        #expect(!quoted.errors.contains("hunter2"), "\(quoted)")
        #expect(quoted.errors.contains("write its words apart"), "\(quoted)")
        expect(try runUnready(["--", "echo"]), exit: 127, saying: ["--: command not found: a second `--`"])
        // As a shell has them before a command, and with a line end.
        for word in ["PGPASSWORD=hunter2", "./PGPASSWORD=hunter2", "psql\nhunter2"] {
            let assigned = try runUnready([word, "psql"])
            expect(assigned, exit: 127, saying: [" ***: command not found"])
            #expect(!assigned.errors.contains("hunter2"), "\(assigned)")
        }
    }

    @Test("A command that cannot be executed ends with 126 at once, although nothing is ready")
    func notExecutable() throws {
        try withTemporaryDirectory { directory in
            let plain = try directory.write("plain", "#!/bin/sh\n", mode: 0o644)
            let link = directory.file("link")
            #expect(try Program.run("/bin/ln", ["-s", plain, link]).exitCode == 0)
            for (path, word) in [
                (plain, "not executable"), (link, "not executable"), (directory.path, "directory"),
            ] {
                let finished = try runUnready([path])
                expect(finished, exit: 126, saying: [path, word])
                #expect(lines(finished.errors).count == 1, "\(finished)")
                #expect(finished.elapsed < 2)
            }
        }
    }

    @Test("A command that exists is found before the wait and is not run after a timeout of 124")
    func timeout() throws {
        let port = try FreePort.make()
        let finished = try Program.run(
            Program.waitfor, ["-t", "300ms", "tcp://127.0.0.1:\(port)", "--", "/bin/echo", "ran"])
        #expect(finished.exitCode == 124, "\(finished)")
        #expect(finished.output.isEmpty)
        #expect(lines(finished.errors).contains { $0.contains("timed out") }, "\(finished)")
    }

    @Test("A script without an interpreter line ends with 126 at once and is told about `#!`")
    func noInterpreterLine() throws {
        try withTemporaryDirectory { directory in
            for (name, text) in [("script", "echo ran\n"), ("empty", ""), ("utf8", "# Gr\u{FC}\u{DF}e\n")] {
                let script = try directory.write(name, text, mode: 0o755)
                let finished = try runUnready([script])
                expect(finished, exit: 126, saying: [script, "#!"])
                #expect(finished.elapsed < 2)
            }
        }
    }

    @Test("What only the kernel can refuse ends with 126 when the command is run")
    func noFormat() throws {
        try withTemporaryDirectory { directory in
            let garbage = try directory.write("garbage", "\u{1}\u{2}garbage", mode: 0o755)
            expect(try ReadyGate().run([garbage]), exit: 126, saying: [garbage, "#!"])
        }
    }

    @Test("A script whose interpreter is missing ends with 126 at once, and the interpreter is named")
    func missingInterpreter() throws {
        try withTemporaryDirectory { directory in
            let inner = try directory.write("inner", "#!/no/such/inner\n", mode: 0o755)
            let plain = try directory.write("plain", "#!/bin/sh\n", mode: 0o644)
            let cases: [(name: String, line: String, words: [String])] = [
                ("absent", "#!/no/such/interpreter\n", ["/no/such/interpreter is missing"]),
                ("options", "#! /no/such/interpreter -e -x\n", ["/no/such/interpreter is missing"]),
                ("crlf", "#!/bin/sh\r\necho ran\r\n", [#"/bin/sh\r is missing"#, "CRLF"]),
                ("env", "#!/usr/bin/env no-such-python\n", ["no-such-python is not in PATH"]),
                ("envcrlf", "#!/usr/bin/env sh\r\n", [#"sh\r is not in PATH"#, "CRLF"]),
                ("nested", "#!\(inner)\n", [inner, "/no/such/inner is missing"]),
                ("unrunnable", "#!\(plain)\n", [plain, "not executable"]),
                ("folder", "#!/tmp\n", ["/tmp", "directory"]),
                ("nothing", "#!\n", ["no interpreter"]), ("unended", "#!/no/such", ["/no/such is missing"]),
            ]
            for (name, line, words) in cases {
                let script = try directory.write(name, line, mode: 0o755)
                for options in [[], ["-q"]] {
                    let finished = try Program.run(
                        Program.waitfor, options + ["-t", "20", "tcp://127.0.0.1:1", "--", script])
                    expect(finished, exit: 126, saying: [script] + words)
                    #expect(lines(finished.errors).count == 1 && finished.elapsed < 2, "\(finished)")
                }
            }
        }
    }

    @Test("A script that can run is run, whatever its first line looks like")
    func interpreters() throws {
        try withTemporaryDirectory { directory in
            let lines = [
                "#!/bin/sh", "#! /bin/sh -e", "#!/bin/sh\t", "#!/usr/bin/env sh", "#!/usr/bin/env -S sh -e",
                "#!/usr/bin/env A=B sh",
            ]
            for (index, line) in lines.enumerated() {
                let script = try directory.write("script\(index)", "\(line)\necho ran\n", mode: 0o755)
                let finished = try ReadyGate().run([script])
                // The kernel hands `env` one argument, in which only -S finds several.
                #expect(finished.output == "ran\n" || line.contains("A=B"), "\(line): \(finished)")
                #expect(finished.exitCode != 126, "\(line): \(finished)")
            }
        }
    }

    @Test(
        "A program whose loader is missing ends with 126 at once, and one of another machine is left to the kernel"
    )
    func programs() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("program")
            for (loader, system) in [
                ("/lib/ld-musl-none.so.1", "musl"), ("/lib64/ld-linux-none.so.2", "glibc"),
            ] {
                try writeBytes(ForeignProgram.bytes(machine: ForeignProgram.own, loader: loader), to: path)
                let finished = try runUnready([path])
                expect(finished, exit: 126, saying: [path, "its loader \(loader) is missing", system])
                #expect(lines(finished.errors).count == 1 && finished.elapsed < 2, "\(finished)")
            }
            try writeBytes(
                ForeignProgram.bytes(machine: ForeignProgram.foreign, loader: "/lib/none"), to: path)
            let foreign = try ReadyGate().run([path])
            #expect(foreign.errors.contains("\(path): it is made for "), "\(foreign)")
            expect(foreign, exit: 126, saying: [path])
        }
    }

    private func writeBytes(_ bytes: [UInt8], to path: String) throws {
        let octal = bytes.map { byte in "\\0" + String(byte, radix: 8) }.joined()
        let made = try Program.run(
            "/bin/sh", ["-c", "printf '%b' '\(octal)' >'\(path)' && chmod 755 '\(path)'"])
        #expect(made.exitCode == 0, "\(made)")
    }

    // MARK: PATH

    /// What a gate in directory `here` becomes with a PATH, or without one.
    private func become(_ name: String, path: String?, in here: TemporaryDirectory) throws -> Finished {
        let gate = try ReadyGate()
        let words = ["-q", gate.target, "--", name]
        let script = #"cd "$0" && exec "$@""#
        return try Program.run(
            "/bin/sh",
            ["-c", script, here.path, "/usr/bin/env"] + (path.map { ["PATH=\($0)"] } ?? ["-u", "PATH"])
                + [Program.waitfor] + words)
    }

    @Test("PATH is searched as execvp searches it")
    func searchPath() throws {
        try withTemporaryDirectory { directory in
            let here = try TemporaryDirectory()
            try here.write("tool", "#!/bin/sh\necho here\n", mode: 0o755)
            for (folder, mode) in [("first", 0o755), ("second", 0o755), ("blocked", 0o644)]
                as [(String, UInt32)]
            {
                #expect(try Program.run("/bin/mkdir", [directory.file(folder)]).exitCode == 0)
                try directory.write("\(folder)/tool", "#!/bin/sh\necho \(folder)\n", mode: mode)
            }
            #expect(try Program.run("/bin/mkdir", ["-p", directory.file("folder/tool")]).exitCode == 0)
            let path = { (names: [String]) in names.map(directory.file).joined(separator: ":") }
            let found: [(String?, String)] = [
                (path(["first", "second"]), "first"), (path(["second", "first"]), "second"),
                // What cannot be run is passed over if there is something that can be.
                (path(["missing", "blocked", "folder", "second"]), "second"),
                // An empty element is the working directory.
                (":" + path(["first"]), "here"), (path(["first"]) + ":", "first"),
                (path(["missing"]) + "::" + path(["first"]), "here"), (path(["missing"]) + ":", "here"),
                ("", "here"),
            ]
            for (path, answer) in found {
                let finished = try become("tool", path: path, in: here)
                #expect(finished.trimmedOutput == answer, "PATH=\(path ?? "unset"): \(finished)")
            }
            expect(try become("tool", path: path(["missing"]), in: here), exit: 127, saying: ["tool"])
            expect(try become("tool", path: path(["blocked"]), in: here), exit: 126, saying: ["tool"])
            expect(
                try become("tool", path: path(["missing", "folder"]), in: here), exit: 126, saying: ["tool"])
        }
    }

    @Test("Without PATH the system's directories are searched, and the working directory is not")
    func noSearchPath() throws {
        let here = try TemporaryDirectory()
        try here.write("tool", "#!/bin/sh\necho here\n", mode: 0o755)
        let finished = try become("pwd", path: nil, in: here)
        #expect(finished.trimmedOutput == here.path, "\(finished)")
        expect(try become("tool", path: nil, in: here), exit: 127, saying: ["tool"])
    }

    @Test("A name with a slash is not looked up in PATH")
    func relativePath() throws {
        let here = try TemporaryDirectory()
        try here.write("tool", "#!/bin/sh\necho here\n", mode: 0o755)
        #expect(try become("./tool", path: "/bin", in: here).trimmedOutput == "here")
        #expect(try become("./tool", path: nil, in: here).trimmedOutput == "here")
    }

    @Test("Names and directories of any bytes are found")
    func anyBytes() throws {
        try withTemporaryDirectory { directory in
            let folder = Array(directory.path.utf8) + Array("/".utf8) + [0xFF, 0xC3]
            let name: [UInt8] = Array("to".utf8) + [0xFE] + Array("ol".utf8)
            let file = folder + Array("/".utf8) + name
            var make = Program("/bin/sh", ["-c", #"mkdir "$1" && cp /bin/echo "$2""#, "sh"])
            make.arguments += [folder, file]
            #expect(try make.run().exitCode == 0)
            let gate = try ReadyGate()
            let answer = Array("found".utf8)
            let byPath = try gate.program(command: [file, answer]).run()
            #expect(byPath.output == "found\n", "\(byPath)")
            let bySearch = try gate.program(
                command: [name, answer], environment: [Array("PATH=/nowhere:".utf8) + folder]
            ).run()
            #expect(bySearch.output == "found\n", "\(bySearch)")
        }
    }
}
