internal import CLinux

/// What a wait is for.
package enum Interest: Sendable {
    case reading, writing

    var events: UInt32 {
        switch self {
        case .reading: EPOLLIN.rawValue | EPOLLRDHUP.rawValue
        case .writing: EPOLLOUT.rawValue
        }
    }
}

/// Why a wait ended.
package enum Wake: Sendable, Hashable {
    case ready, deadline, cancelled
    /// The kernel will not watch the descriptor; its error number says why.
    case failed(Int32)
}
