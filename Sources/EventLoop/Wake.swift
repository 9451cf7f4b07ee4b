internal import CLinux
package import HealthCore

/// The event that a wait is for.
package enum Interest: Sendable {
    case reading, writing

    var events: UInt32 {
        switch self {
        case .reading: EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        case .writing: EPOLLOUT.rawValue
        }
    }
}

/// The reason why a wait ended.
package enum Wake: Sendable, Hashable {
    case ready, deadline, cancelled
    /// The kernel will not watch the descriptor; the error number says why.
    case failed(Int32)

    /// Throws the failure of an attempt that cannot go on; `silence` is the message for a deadline.
    package func requireReady(_ silence: @autoclosure () -> String) throws(Failure) {
        switch self {
        case .ready: return
        case .deadline: throw Failure(.timeout, silence())
        case .cancelled: throw Failure(.timeout, "cancelled")
        case .failed(let number): throw SystemFailure.unwatched(number)
        }
    }
}
