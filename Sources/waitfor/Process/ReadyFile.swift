internal import Glibc

/// A file that is there, and new, while all is ready: for probes that can only look at files.
struct ReadyFile {
    private let path: String
    private var exists = false

    init(_ path: String) {
        self.path = path
    }

    /// Takes the file away, whoever wrote it.
    mutating func remove() {
        unlink(path)
        exists = false
    }

    /// Writes, touches or removes the file. Returns what went wrong, if something did.
    mutating func update(isReady: Bool) -> String? {
        guard isReady else {
            if exists { remove() }
            return nil
        }
        // Who watches its age must not believe an agent that was killed.
        if exists, utimensat(AT_FDCWD, path, nil, AT_SYMLINK_NOFOLLOW) == 0 { return nil }
        exists = write()
        return exists ? nil : "cannot write the ready file: \(String(cString: strerror(errno)))"
    }

    /// Under another name first, so that nobody sees half of it and no link is followed.
    private func write() -> Bool {
        let temporary = path + ".new"
        unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(temporary, flags, 0o644)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            errno = number
            return false
        }
        return true
    }
}
