import Files
import Glibc
import TestSupport
import Testing

@Suite("Small files")
struct SmallFileTests {
    private func contents(_ path: String, atMost limit: Int = 100) -> Result<[UInt8], SmallFile.ReadError> {
        do throws(SmallFile.ReadError) {
            return .success(try SmallFile(path).contents(atMost: limit))
        } catch {
            return .failure(error)
        }
    }

    @Test("what is no regular file is refused, and nobody waits for it")
    func notRegular() throws {
        let folder = try TemporaryDirectory()
        try #require(mkfifo(folder.file("fifo"), 0o600) == 0)
        for path in [folder.file("fifo"), folder.path, "/dev/null", "/dev/zero", "/dev/tty"] {
            let result = contents(path)
            // There may be no terminal to open.
            #expect(result == .failure(.notRegular) || path == "/dev/tty", "\(path): \(result)")
        }
        #expect(contents(folder.file("gone")) == .failure(.system(ENOENT)))
        #expect(contents(try folder.write("file", "x") + "\0more") == .failure(.system(ENOENT)))
    }

    @Test(
        "as much as the limit is read, and one byte more is too large", arguments: [0, 1, 4096, 4097, 70_000])
    func limits(size: Int) throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("file", String(repeating: "x", count: size))
        #expect(contents(path, atMost: size) == .success([UInt8](repeating: 0x78, count: size)))
        if size > 0 { #expect(contents(path, atMost: size - 1) == .failure(.tooLarge)) }
        #expect(try SmallFile(path).beginning(3) == [UInt8](repeating: 0x78, count: min(3, size)))
    }

    @Test("a file that says it is empty is read to its end")
    func withoutASize() throws {
        let text = try SmallFile("/proc/self/status").contents(atMost: 1 << 20)
        #expect(text.starts(with: "Name:".utf8) && text.count > 500)
        guard case .failure(.tooLarge) = contents("/proc/self/status", atMost: 100) else {
            Issue.record("it has more")
            return
        }
    }

    @Test("who may read it and which file it is are those of what was opened")
    func identity() throws {
        let folder = try TemporaryDirectory()
        let path = try folder.write("file", "x", mode: 0o600)
        #expect(try SmallFile(path).isPrivate)
        let before = try SmallFile(path).identity
        #expect(before == FileIdentity(path))
        try folder.write("file", "xy", mode: 0o640)
        #expect(try !SmallFile(path).isPrivate)
        #expect(try SmallFile(path).identity != before)
    }
}
