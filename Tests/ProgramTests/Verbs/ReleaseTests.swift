import Glibc
import TestSupport
import Testing

/// What `./dev release` makes of the static program.
@Suite(.serialized, .needsTheStaticProgram, .needsThePlainProgram)
struct ReleaseTests {
    /// One for all tests of the process, which its folder goes with.
    private static let made = Result {
        let directory = try TemporaryDirectory()
        try release(into: directory.path)
        return directory
    }

    private static func release(into folder: String) throws {
        var environment = Program.minimalEnvironment
        environment["SOURCE_DATE_EPOCH"] = "1700000000"
        environment["NATIVE"] = Program.waitfor
        environment["WAITFOR_COMMIT"] = "0123456789ab"
        let run = try Program.run(
            "\(Project.path)/Configs/release/make", [Program.waitfor, folder], environment: environment,
            within: 120)
        try #require(run.exitCode == 0 && run.errors.isEmpty, "\(run)")
    }

    private func ask(_ command: String, _ arguments: String...) throws -> String {
        let run = try Program.run("/bin/sh", ["-c", command, "sh"] + arguments, within: 60)
        #expect(run.exitCode == 0, "\(command): \(run)")
        return run.output
    }

    @Test("it holds the program with its checksum, its list and its licences, a package and an image")
    func files() throws {
        let directory = try Self.made.get()
        let names = lines(try ask("ls \"$1\"", directory.path))
        #expect(names.count == 6, "\(names)")
        for suffix in [".sha256", ".spdx.json", ".copyright.gz", ".oci.tar", ".deb"] {
            #expect(names.contains { $0.hasSuffix(suffix) }, "\(suffix) of \(names)")
        }
        #expect(try ask("cd \"$1\" && sha256sum -c *.sha256", directory.path).contains(": OK"))
    }

    @Test("the package has program, manual page, completions and units, and lintian no error")
    func package() throws {
        let (directory, unpacked) = (try Self.made.get(), try TemporaryDirectory())
        defer { unpacked.remove() }
        let root = unpacked.file("root")
        _ = try ask("dpkg-deb -x \"$1\"/*.deb \"$2\"", directory.path, root)
        #expect(readFile("\(root)/usr/bin/waitfor") == readFile(Program.waitfor))
        for shell in [
            "bash /usr/share/bash-completion/completions/waitfor",
            "zsh /usr/share/zsh/vendor-completions/_waitfor",
            "fish /usr/share/fish/vendor_completions.d/waitfor.fish",
        ] {
            let words = shell.split(separator: " ").map(String.init)
            let script = try Program.run(Program.waitfor, ["completion", words[0]]).output
            #expect(readText(root + words[1]) == script)
        }
        #expect(try ask("man -l \"$1\"/usr/share/man/man1/waitfor.1.gz", root).contains("waitfor check"))
        for unit in ["waitfor.service", "waitfor@.service"] {
            let text = readText("\(root)/usr/lib/systemd/system/\(unit)")
            #expect(text.contains("ExecStart=/usr/bin/waitfor ") && !text.contains("/usr/local"), "\(unit)")
        }
        let control = try ask("dpkg-deb -f \"$1\"/*.deb", directory.path)
        #expect(control.contains("Package: waitfor\n") && !control.contains("Depends"), "\(control)")
        let owners = try ask("dpkg-deb -c \"$1\"/*.deb", directory.path)
        #expect(lines(owners).allSatisfy { $0.contains(" root/root ") }, "\(owners)")
        let lintian = try ask("lintian --allow-root --fail-on error \"$1\"/*.deb", directory.path)
        #expect(!lintian.contains("E: "), "\(lintian)")
    }

    @Test(
        "the image is an OCI layout of which every digest and size is right, as a tool for images finds, too")
    func image() throws {
        let (directory, unpacked) = (try Self.made.get(), try TemporaryDirectory())
        defer { unpacked.remove() }
        let layout = unpacked.file("layout")
        _ = try ask("mkdir \"$2\" && tar -C \"$2\" -xf \"$1\"/*.oci.tar", directory.path, layout)
        let sums = try ask("cd \"$1\"/blobs/sha256 && sha256sum *", layout)
        #expect(lines(sums).count == 6)
        for line in lines(sums) {
            let words = line.split(separator: " ")
            #expect(words[0] == words[1], "\(line)")
        }
        let copied = unpacked.file("copied")
        _ = try ask(
            "skopeo copy -q oci-archive:\"$(ls \"$1\"/*.oci.tar)\" dir:\"$2\"", directory.path, copied)
        let docker = try ask(
            "skopeo inspect --config docker-archive:\"$(ls \"$1\"/*.oci.tar)\"", directory.path)
        let oci = try ask("skopeo inspect --config oci-archive:\"$(ls \"$1\"/*.oci.tar)\"", directory.path)
        for config in [docker, oci] {
            for part in ["65532:65532", "/waitfor", "WAITFOR_AGENT_LISTEN=:8642", "0123456789ab", "8642/tcp"]
            {
                #expect(config.contains(part), "\(part): \(config)")
            }
        }
    }
}
