internal import Glibc

/// A file that is there, and new, while all is ready: for probes that can only look at files. Its owner holds a lock
/// on it, so that who starts can tell a file that was left over from one of an agent that runs.
final class ReadyFile {
    private let path: String
    /// The file as we wrote it, locked; -1 while there is none.
    private var descriptor: Int32 = -1

    init(_ path: String) {
        self.path = path
    }

    deinit {
        release()
    }

    /// Takes the file away, whoever wrote it, unless a running agent keeps it: then the result is false.
    @discardableResult
    static func removeLeftOver(_ path: String) -> Bool {
        let found = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        defer { if found >= 0 { close(found) } }
        if found >= 0, flock(found, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { return false }
        unlink(path)
        return true
    }

    /// Takes our own file away.
    func remove() {
        if isOurs { unlink(path) }
        release()
    }

    /// Writes, touches or removes the file. Returns what went wrong, if something did.
    func update(isReady: Bool) -> String? {
        guard isReady else {
            remove()
            return nil
        }
        // Who watches its age must not believe an agent that was killed.
        if isOurs, futimens(descriptor, nil) == 0 { return nil }
        release()
        guard let error = write() else { return nil }
        return "cannot write the ready file: \(error)"
    }

    /// Under another name first, so that nobody sees half of it, or one without a lock, and no link is followed.
    private func write() -> String? {
        guard Self.removeLeftOver(path) else { return "another agent keeps it" }
        let temporary = path + ".new"
        unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        // A file system without locks has the file all the same.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            release()
            return String(cString: strerror(number))
        }
        return nil
    }

    /// Whether what is at the path is still what we wrote.
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
