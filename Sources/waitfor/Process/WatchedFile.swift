internal import Glibc

/// A file that is looked at now and then: whether it is another one, or was written to.
struct WatchedFile {
    private struct Mark: Equatable {
        var device: UInt64
        var inode: UInt64
        var seconds: Int
        var nanoseconds: Int
    }

    private let path: String
    private var mark: Mark?

    init(_ path: String) {
        self.path = path
        mark = Self.mark(path)
    }

    /// Whether it has changed since this was last asked; through links, as Kubernetes exchanges them.
    mutating func hasChanged() -> Bool {
        let before = mark
        mark = Self.mark(path)
        return mark != before
    }

    private static func mark(_ path: String) -> Mark? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return Mark(
            device: UInt64(information.st_dev), inode: UInt64(information.st_ino),
            seconds: information.st_mtim.tv_sec, nanoseconds: information.st_mtim.tv_nsec)
    }
}
