internal import CLinux
internal import Glibc
internal import Synchronization

/// The children of this process: those whose exit status somebody takes, and the others, which PID 1 of a container, or a
/// subreaper, inherits.
package enum Children {
    /// The children whose exit status somebody takes.
    private static let owned = Mutex<Set<pid_t>>([])

    /// Leaves the exit status of a child to whoever calls this.
    static func own(_ pid: pid_t) { owned.withLock { _ = $0.insert(pid) } }

    /// Leaves the child to `reapOrphans`, if it has not been waited for.
    static func disown(_ pid: pid_t) { owned.withLock { _ = $0.remove(pid) } }

    /// Reaps the children that nobody waits for: orphans, and killed children that took long to die. Returns whether
    /// `limit` of them were reaped, so that there may be more.
    @discardableResult
    package static func reapOrphans(atMost limit: Int = .max) -> Bool {
        owned.withLock { owned in
            var count = 0
            while count < limit, case let pid = clinux_ended_child(), pid > 0, !owned.contains(pid) {
                waitpid(pid, nil, WNOHANG | clinux_all_children)
                count += 1
            }
            return count == limit
        }
    }

    /// Has the orphans among our descendants become children of this process, as they do of PID 1. Returns false where
    /// the kernel refuses.
    package static func adoptOrphans() -> Bool { clinux_adopt_orphans() }
}
