import CTestSupport
import Glibc
import Synchronization

/// A small pipe that a second writer fills again whenever there is room, as the other programs of a container do
/// with the log that they share: it seems writable now and then, and is not for long.
package final class CrowdedPipe: Sendable {
    private enum Mode { case crowded, draining, over }

    private struct State {
        var mode = Mode.crowded
        var text: [UInt8] = []
    }

    /// The end that a program is given.
    package let writing: Int32
    private let state: SharedState
    private let worker: WorkerThread

    private final class SharedState: Sendable {
        let value = Mutex(State())
    }

    /// - Parameter isNonblocking: whether the description that the program gets has O_NONBLOCK.
    package init(isNonblocking: Bool = false) throws {
        var ends: [Int32] = [-1, -1]
        try check("pipe", support_pipe(&ends))
        let reading = ends[0]
        writing = ends[1]
        try check("make the pipe small", support_size_pipe(writing, 4096))
        try check("fcntl", fcntl(reading, F_SETFL, O_NONBLOCK))
        if isNonblocking { try check("fcntl", fcntl(writing, F_SETFL, O_NONBLOCK)) }
        // A description of its own, so that its flags are not the program's.
        let own = try check("open", open("/proc/self/fd/\(writing)", O_WRONLY | O_NONBLOCK | O_CLOEXEC))
        let state = SharedState()
        self.state = state
        CrowdedPipe.fill(own)
        worker = WorkerThread {
            CrowdedPipe.run(state, reading: reading, filling: own)
            close(reading)
            close(own)
        }
    }

    deinit {
        state.value.withLock { $0.mode = .over }
        worker.join()
        close(writing)
    }

    /// From now on its reader takes everything, and nobody else writes.
    package func drain() {
        state.value.withLock { $0.mode = .draining }
    }

    /// What the program has got through so far.
    package var text: String { String(decoding: state.value.withLock { $0.text }, as: UTF8.self) }

    private static func run(_ state: SharedState, reading: Int32, filling: Int32) {
        var page = [UInt8](repeating: 0, count: 4096)
        while true {
            let mode = state.value.withLock { $0.mode }
            if mode == .over { return }
            let count = read(reading, &page, page.count)
            if mode == .crowded { fill(filling) }
            // What the second writer writes is zero.
            if count > 0 { state.value.withLock { $0.text += page.prefix(count).filter { $0 != 0 } } }
            Monotonic.sleep(0.002)
        }
    }

    private static func fill(_ descriptor: Int32) {
        let zeros = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, zeros, zeros.count) > 0 {}
    }
}
