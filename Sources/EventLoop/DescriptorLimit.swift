internal import CLinux
internal import Glibc
internal import Synchronization

/// The limit on open descriptors: raised for this process, since the usual soft limit is there for programs that use
/// `select`, and restored for the commands that it starts or becomes.
package enum DescriptorLimit {
    /// The most descriptors that the process needs.
    private static let most: rlim_t = 65_536

    /// The limit that the process was started with, once `raise` has changed it.
    private static let started = Mutex<rlimit?>(nil)

    /// Raises the soft limit to the hard limit, but not beyond `most`.
    package static func raise() {
        started.withLock { started in
            let limit = current
            var raised = limit
            raised.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, most))
            guard started == nil, raised.rlim_cur > limit.rlim_cur, set(&raised) else { return }
            started = limit
        }
    }

    /// Restores the soft limit for `execve`.
    package static func restore() {
        started.withLock { started in
            guard var limit = started, set(&limit) else { return }
            started = nil
        }
    }

    /// The soft limit for child processes.
    static var original: UInt64 { UInt64(started.withLock { $0 ?? current }.rlim_cur) }

    /// How many client connections may be open at once: half of the descriptors are kept for probes.
    package static var clients: Int { max(2, Int(clamping: current.rlim_cur / 2) - 8) }

    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)

    private static var current: rlimit {
        var limit = rlimit()
        getrlimit(resource, &limit)
        return limit
    }

    private static func set(_ limit: inout rlimit) -> Bool { setrlimit(resource, &limit) == 0 }
}
