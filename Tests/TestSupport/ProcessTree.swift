import Glibc

/// The processes below another one, as /proc shows them.
enum ProcessTree {
    /// Every descendant of `pid` at this moment, parents first.
    static func descendants(of pid: Int32) -> [Int32] {
        children(of: pid).flatMap { [$0] + descendants(of: $0) }
    }

    /// Sends a signal to `pid` and to all of its descendants.
    ///
    /// `pid` gets it first: a stopped or dead parent makes no new children meanwhile.
    static func send(_ signal: Int32, to pid: Int32) {
        let before = descendants(of: pid)
        kill(pid, signal)
        for child in Set(before + descendants(of: pid)) { kill(child, signal) }
    }

    private static func children(of pid: Int32) -> [Int32] {
        readText("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
    }
}
