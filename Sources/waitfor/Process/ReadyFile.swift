internal import Glibc
import HealthCore

/// The ready file, which exists, with a fresh time, while the agent is ready: for probes that can only look at files.
/// The agent holds a lock on the file, so that a starting agent can tell a left-over file from a running agent's.
final class ReadyFile {
    private let path: String
    /// The descriptor of the file that this agent wrote, locked; -1 while there is no file.
    private var descriptor: Int32 = -1

    init(_ path: String) {
        self.path = path
    }

    deinit {
        release()
    }

    /// Refuses a path whose directory is not there: the file could not be written, and the agent would never seem ready.
    static func requireDirectory(of path: String) throws(ConfigurationError) {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let directory = name.map { String(path[...$0]) } ?? "."
        var found = stat()
        let number = stat(directory, &found) == 0 ? 0 : errno
        guard number == ENOENT || number == ENOTDIR else { return }
        throw ConfigurationError(
            "cannot write the ready file \(PrintableText.line(path)): \(String(cString: strerror(number)))")
    }

    /// Removes the file, whoever wrote it, unless a running agent keeps it: then the result is false.
    @discardableResult
    static func removeLeftOver(_ path: String) -> Bool {
        let found = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        defer { if found >= 0 { close(found) } }
        if found >= 0, flock(found, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return false }
        unlink(path)
        return true
    }

    /// Removes the file if this agent wrote it.
    func remove() {
        if isOurs { unlink(path) }
        release()
    }

    /// Writes, touches or removes the file. Returns the error message of a failure.
    func update(isReady: Bool) -> String? {
        guard isReady else {
            remove()
            return nil
        }
        // The file is touched each time, so that its age shows that an agent was killed.
        if isOurs, futimens(descriptor, nil) == 0 { return nil }
        release()
        guard let error = write() else { return nil }
        return "cannot write the ready file \(PrintableText.line(path)): \(error)"
    }

    /// Writes the file under another name first, so that nobody sees it without its lock, and no link is followed.
    private func write() -> String? {
        guard Self.removeLeftOver(path) else { return "another agent keeps it" }
        let temporary = path + ".new"
        unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        // A file system without locks gets the file all the same.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            release()
            return String(cString: strerror(number))
        }
        return nil
    }

    /// Whether the file at the path is still the one that this agent wrote.
    private var isOurs: Bool {
        var (written, found) = (stat(), stat())
        return descriptor >= 0 && fstat(descriptor, &written) == 0 && lstat(path, &found) == 0
            && written.st_dev == found.st_dev && written.st_ino == found.st_ino
    }

    private func release() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }
}
