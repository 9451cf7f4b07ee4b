import TestSupport
import Testing

/// The list of what is linked into the static program.
@Suite(.needsThePlainProgram)
struct LinkedLibrariesTests {
    private static let document = readText(Program.waitfor + ".spdx.json")

    @Test("the list is of this very program")
    func checksum() throws {
        let sum = try Program.run("sha256sum", [Program.waitfor]).output.split(separator: " ").first
        let digest = try #require(sum)
        #expect(LinkedLibrariesTests.document.contains("\"checksumValue\": \"\(digest)\""))
    }

    @Test(
        "the version in the list is the one that the program names",
        arguments: ["libpq", "hiredis", "nghttp2", "OpenSSL", "c-ares", "glibc", "Swift"])
    func version(library: String) throws {
        let said = try Program.run(Program.waitfor, ["version", "--libraries"]).output.split(separator: "\n")
            .first { $0.hasPrefix(library + " ") }
        let version = try #require(said?.split(separator: " ").dropFirst().first, "\(library)")
        let lines = LinkedLibrariesTests.document.split(separator: "\n").map(trimmed)
        let id = try #require(lines.firstIndex(of: "\"SPDXID\": \"SPDXRef-\(library.lowercased())\","))
        let listed = try #require(lines[id...].first { $0.hasPrefix("\"versionInfo\": \"") })
        // Debian's version is the library's own and then Debian's.
        let rest = listed.dropFirst("\"versionInfo\": \"\(version)".count).first
        #expect(listed.hasPrefix("\"versionInfo\": \"\(version)"), "\(listed)")
        #expect(rest.map { "-.+\"".contains($0) } == true, "\(listed)")
    }

    private func trimmed(_ line: Substring) -> String {
        String(line.drop { $0 == " " })
    }
}
