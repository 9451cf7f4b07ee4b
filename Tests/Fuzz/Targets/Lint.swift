import Files

@testable import Configuration
@testable import HealthCore

/// A file of each kind that `waitfor lint` reads, by the first byte; variables behind a zero. Each finding is one line
/// that has a place in the file, and no form of output has a value of a variable.
@Sendable func fuzzLint(_ bytes: [UInt8]) {
    let names = ["c.yaml", "Dockerfile", "x.container", "pod.yaml"]
    let name = names[Int(bytes.first ?? 0) % names.count]
    let parts = Array(bytes.dropFirst()).parts(2)
    let files = [name: parts[0], ".env": parts[1]]
    let variables = ["SECRET": marker, "EMPTY": "", "PORT": "5432"]
    let said: String
    do throws(ConfigurationErrors) {
        let lines = try LintReader.findings(in: name, variable: { variables[$0] }) {
            path throws(SmallFile.ReadError) in
            guard let file = files[path] else { throw .system(2) }
            return file
        }
        let count = parts[0].split(separator: ASCII.lineFeed, omittingEmptySubsequences: false).count
        for line in lines {
            Invariant.hold(
                (1...max(count, 1)).contains(line.line) && line.column > 0,
                "a finding is in the file: \(line)")
        }
        let text = LintReport.text(lines)
        Invariant.hold(
            text.utf8.count(where: { $0 == ASCII.lineFeed }) == lines.count, "a line for each: \(text)")
        for line in text.split(separator: "\n") {
            Invariant.hold(Invariant.isLine(String(line)), "a line: \(line)")
        }
        said = text + LintReport.json(lines) + LintReport.sarif(lines, version: "1")
    } catch {
        for line in error.lines { Invariant.hold(Invariant.isLine(line), "a mistake is a line: \(line)") }
        // Whose message asks for a value gets it.
        said = bytes.contains(UInt8(ascii: "?")) ? "" : error.lines.joined()
    }
    // A name of a service may come out of a variable.
    let isNamed = said.mentions("there is no") || said.mentions("cannot read it")
    Invariant.hold(bytes.markers > 0 || isNamed || !said.hasMarker, "a value of a variable is told: \(said)")
}
