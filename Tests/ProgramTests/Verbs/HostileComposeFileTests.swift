import TestSupport
import Testing

/// Compose files that were written to cost time and memory.
@Suite(.needsTheStaticProgram, .needsThePlainProgram)
struct HostileComposeFileTests {
    private static let nine = repeatElement("*", count: 9)

    /// Files by what is in them.
    static let files: [String: String] = [
        "nine aliases of nine aliases": "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + zip("abcdefgh", "bcdefghi").map { old, new in
                "\(new): &\(new) [" + nine.map { "\($0)\(old)" }.joined(separator: ",") + "]\n"
            }.joined() + "services: {web: {image: x}}\n",
        "extends in a circle": """
        services:
          web: {extends: {service: app}}
          app: {extends: {service: web}}

        """,
        "a file that includes itself": "include: [compose.yaml]\nservices: {web: {image: x}}\n",
        "10,000 services": "services:\n" + (0..<10_000).map { "  s\($0): {image: redis}\n" }.joined(),
        "a value of 1 MiB": "services: {web: {image: \"\(String(repeating: "x", count: 1 << 20))\"}}\n",
        "100,000 variables in a value": "services: {web: {image: \""
            + String(repeating: "${A:-x}", count: 100_000) + "\"}}\n",
        "5,000 levels": "services: \(String(repeating: "[", count: 5000))\n",
        "9,000 merges": "x: &x {a: 1}\nservices: {web: {<<: ["
            + repeatElement("*x", count: 9000).joined(separator: ",") + "], image: redis}}\n",
    ]

    @Test("a hostile file is refused by name within 100 ms and 20 MB", arguments: files.keys.sorted())
    func refused(name: String) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("compose.yaml", try #require(Self.files[name]))
        // The least of three: the machine may have others to serve.
        let runs = try (0..<3).map { _ in
            try Program.run(Program.waitfor, ["config", "check", "-f", path])
        }
        for run in runs {
            #expect(run.exitCode == 125, "\(run)")
            #expect(run.errors.hasPrefix("\(path):") && run.errors.utf8.count < 1000, "\(run)")
        }
        let (elapsed, memory) = (runs.map(\.elapsed).min() ?? 1, runs.map(\.peakResidentKiB).max() ?? 0)
        #expect(elapsed < 0.1 && memory < 20_000_000 / 1024, "\(elapsed) s, \(memory) KiB")
    }
}
