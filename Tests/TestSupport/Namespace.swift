import CTestSupport
import Glibc

/// A network, mount and host name namespace of its own, with `lo` up; it needs root.
///
/// It lives as long as the object, a thread or a program that was started inside.
package final class Namespace: Sendable {
    private let descriptors: [Int32]
    private let directory: TemporaryDirectory

    // The mount namespace last: it changes what the thread sees in /proc.
    private static let kinds = ["net", "uts", "mnt"]

    /// Makes the namespace; `resolvConf` and `hosts` replace the files of /etc inside it.
    package init(
        resolvConf: String = "nameserver 127.0.0.1\n", hosts: String = "127.0.0.1 localhost\n"
    ) throws {
        let directory = try TemporaryDirectory()
        try directory.write("resolv.conf", resolvConf)
        try directory.write("hosts", hosts)
        self.directory = directory
        let made = Made<[Int32]>()
        WorkerThread { made.set(Result { try Namespace.unshare(directory) }) }.join()
        descriptors = try made.get()
        try ip("link set lo up")
    }

    deinit {
        descriptors.forEach { _ = close($0) }
    }

    /// Calls `body` on the calling thread inside the namespace; programs, servers and threads
    /// that it starts are inside too, and stay there.
    ///
    /// The thread is taken along, and brought back, because `#expect` on another thread would
    /// not know its test. Start no task in `body`: the pool's new thread would stay inside.
    package func run<Result>(_ body: () throws -> Result) throws -> Result {
        let here = try Namespace.current()
        defer { here.forEach { _ = close($0) } }
        let directory = getcwd(nil, 0)
        defer { free(directory) }
        defer {
            do { try Namespace.enter(here) } catch { fatalError("cannot leave the namespace: \(error)") }
            // Entering a mount namespace moves the thread to its root.
            if let directory { _ = chdir(directory) }
        }
        try Namespace.enter(descriptors)
        return try body()
    }

    /// Replaces /etc/resolv.conf inside.
    package func setResolvConf(_ text: String) throws {
        try directory.write("resolv.conf", text)
    }

    /// Replaces /etc/hosts inside.
    package func setHosts(_ text: String) throws {
        try directory.write("hosts", text)
    }

    /// Runs the real `ip` inside, its arguments separated by spaces.
    package func ip(_ arguments: String) throws {
        let words = arguments.split(separator: " ").map(String.init)
        let finished = try run { try Program.run("/usr/sbin/ip", words) }
        guard finished.exitCode == 0 else { throw SupportError("ip \(arguments): \(finished)") }
    }

    private static func unshare(_ directory: TemporaryDirectory) throws -> [Int32] {
        try check("unshare (as root?)", support_unshare_namespaces())
        try check("make mounts private", support_mount_private())
        for name in ["resolv.conf", "hosts"] {
            // It may be a symbolic link, and the mount goes onto what it leads to.
            guard let target = realpath("/etc/\(name)", nil) else {
                throw SupportError(system: "/etc/\(name)")
            }
            defer { free(target) }
            try check("bind mount \(name)", support_bind_mount(directory.file(name), target))
        }
        return try current()
    }

    private static func enter(_ descriptors: [Int32]) throws {
        // A thread shares its directories with those that it started, and setns refuses that.
        try check("unshare", support_unshare_directories())
        for descriptor in descriptors { try check("setns", support_enter_namespace(descriptor)) }
    }

    private static func current() throws -> [Int32] {
        try kinds.map { kind in
            try check("open \(kind)", open("/proc/thread-self/ns/\(kind)", O_RDONLY | O_CLOEXEC))
        }
    }
}
