import Glibc
import Synchronization

/// A directory that goes away with the object that made it.
package final class TemporaryDirectory: Sendable {
    /// The absolute path, without a slash at the end.
    package let path: String

    /// Makes an empty directory that every user may look into: servers run as another user.
    package init() throws {
        let number = TemporaryDirectory.made.add(1, ordering: .relaxed).newValue
        path = "\(Watchdog.shared.directory)/\(number)"
        try check("mkdir \(path)", mkdir(path, 0o755))
        // mkdir is subject to the umask.
        try check("chmod \(path)", chmod(path, 0o755))
    }

    deinit {
        remove()
    }

    /// Removes the directory and all that is in it.
    package func remove() {
        guard access(path, F_OK) == 0 else { return }
        _ = try? Program.run("/bin/rm", ["-rf", "--", path], within: 30)
    }

    /// The path of `name` inside the directory.
    package func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> String {
        try writeFile(file(name), Array(text.utf8), mode: mode)
        return file(name)
    }

    private static let made = Atomic<Int>(0)
}

/// Gives `body` a directory that is gone afterwards.
package func withTemporaryDirectory<Result>(_ body: (TemporaryDirectory) throws -> Result) throws -> Result {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    return try body(directory)
}
