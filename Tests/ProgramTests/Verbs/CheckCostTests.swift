import TestSupport
import Testing

/// What a check costs, counted, against the figures of docs/decisions.md: counts hardly differ from run to run, and
/// tell of a step that no measurement of time notices.
struct CheckCostTests {
    /// The figure in the row that begins with these words, for this distribution.
    private func figure(_ words: String) throws -> Double {
        let line = try #require(
            lines(readText("docs/decisions.md")).first { $0.hasPrefix("| \(words) |") }, "no row \(words)")
        let cells = line.split(separator: "|").dropFirst(Distribution.name == "debian-13" ? 2 : 1)
        let cell = try #require(cells.first)
        let digits = cell.prefix { $0 != "M" }.filter { $0.isNumber || $0 == "." }
        return try #require(Double(digits), "\(line)")
    }

    private func expect(_ words: String, _ count: Double) throws {
        let figure = try figure(words)
        #expect(count <= 1.1 * figure, "\(words): \(count), and \(figure) is written down")
        // What is much better wants to be written down, or the next step back is not seen.
        #expect(count >= 0.8 * figure, "\(words): \(count), and \(figure) is written down")
    }

    @Test(
        "a check of Redis costs what is written down, or at most a tenth more", .needsTheStaticProgram,
        .needsThePlainProgram, .needsCountsOfTheProcessor)
    func redis() throws {
        let server = try RedisServer.started()
        let directory = try TemporaryDirectory()
        func run(_ tool: [String], of program: String = Program.waitfor) throws -> Finished {
            let check = [program, "check", "redis://127.0.0.1:\(server.port)"]
            let finished = try Program.run(tool[0], Array(tool.dropFirst()) + check, within: 60)
            try #require(finished.exitCode == 0, "\(finished)")
            return finished
        }
        let counted = try run([
            "/usr/bin/valgrind", "--tool=callgrind", "--callgrind-out-file=\(directory.file("out"))",
        ])
        let collected = try #require(lines(counted.errors).first { $0.contains("Collected : ") })
        let instructions = try #require(collected.split(separator: " ").last.flatMap { Double($0) })
        try expect("instructions in the program", instructions)
        _ = try run(["/usr/bin/strace", "-f", "-o", directory.file("calls")])
        let calls = lines(readText(directory.file("calls"))).count {
            $0.contains("(") && !$0.contains("resumed")
        }
        try expect("system calls", Double(calls))
        // The kernel takes what it can get, and the page cache lays out each file in its own way (the same bytes had 131
        // faults in one file and 120 in another): the least of some runs of some copies is the program's own.
        let usage = try (0..<12).map { number in
            let copy = directory.file("copy-\(number / 2)")
            _ = try Program.run("/bin/cp", [Program.waitfor, copy])
            let words = try run(["/usr/bin/time", "-f", "%R %M"], of: copy).errors.split { $0.isWhitespace }
            return (faults: Double(words.first ?? "") ?? 0, memory: Double(words.last ?? "") ?? 0)
        }
        try expect("the same, with what the starter did before `execve`", usage.map(\.faults).min() ?? 0)
        try expect("peak RSS", (usage.map(\.memory).min() ?? 0) / 1000)
    }
}
