import Synchronization

/// Idle sessions that hold slots, and a smart shutdown, until they are closed.
package final class PostgresSessions: Sendable {
    private let sessions = Mutex<[RunningProgram]>([])

    init() {}

    deinit {
        close()
    }

    func add(_ session: RunningProgram) {
        sessions.withLock { $0.append(session) }
    }

    func add(_ others: PostgresSessions) {
        let taken = others.sessions.withLock { list in
            defer { list = [] }
            return list
        }
        sessions.withLock { $0 += taken }
    }

    /// Ends the sessions; their slots are free a moment later.
    package func close() {
        let taken = sessions.withLock { list in
            defer { list = [] }
            return list
        }
        taken.forEach { $0.stop() }
    }
}
