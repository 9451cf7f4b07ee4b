internal import CLinux
internal import Glibc
internal import HealthCore
internal import Synchronization

/// The lines for a standard descriptor, buffered until their reader takes them; writing a line never blocks.
/// Everything runs on one thread: the lock never blocks, and lets the compiler check that.
package final class OutputStream: Sendable {
    /// The time that all buffered lines have together at the end of the program.
    static let lastPatience = Duration.milliseconds(20)
    /// The pauses before buffered lines are tried again, while the descriptor takes nothing.
    private static let (shortestPause, longestPause) = (Duration.milliseconds(10), Duration.milliseconds(320))
    /// The most writes in a row; then other jobs have their turn.
    private static let writesInARow = 16

    /// The pause, in nanoseconds, before a write to a descriptor that `poll` says is writable and that took nothing.
    private static let breath = 100_000

    private struct State {
        var descriptor: OutputDescriptor
        var lines = LineBuffer()
        var pause = Duration.zero
        var isToRetry = false
        /// The last write failed: a line about lost lines would be lost as well.
        var isBroken = false
        var loop: EventLoop?
        var notice: @Sendable (Int) -> String = { "waitfor: \($0) lines dropped\n" }
    }

    private let state: Mutex<State>

    package init(_ descriptor: Int32) {
        state = Mutex(State(descriptor: OutputDescriptor(descriptor)))
    }

    /// Has the loop retry writes from now on, and `notice` make the line that tells how many lines were dropped.
    package func attend(on loop: EventLoop, notice: @escaping @Sendable (Int) -> String) {
        state.withLock { ($0.loop, $0.notice) = (loop, notice) }
    }

    /// The number of lines that were dropped because nobody read them.
    package var dropped: Int { state.withLock { $0.lines.dropped } }

    /// Whether the descriptor has taken all that was written.
    package var isIdle: Bool { state.withLock { $0.lines.isEmpty } }

    /// Writes lines, each with its end, now or when the reader has room.
    package func write(_ lines: [String]) {
        state.withLock { state in
            for line in lines {
                writeGap(&state)
                state.lines.append(line.utf8)
                // A burst of lines that overflows the buffer is not the reader's fault: write in between.
                if state.lines.isHalfFull, !state.isToRetry { drain(&state) }
            }
            // While a retry is pending, a write for each new line would be wasted on a reader that does not read.
            if !state.isToRetry { drain(&state) }
        }
    }

    /// Writes a whole text, and waits for its reader as long as it keeps reading. Returns an error number, or nil.
    package func deliver(_ text: String, patience: Duration) -> Int32? {
        state.withLock { state in
            var rest = Array(text.utf8)[...]
            var deadline = EventLoop.now.advanced(by: patience)
            while !rest.isEmpty {
                switch state.descriptor.write(
                    rest.prefix(OutputDescriptor.writeLimit), patience: Self.lastPatience)
                {
                case .wrote(let count):
                    rest = rest.dropFirst(count)
                    deadline = EventLoop.now.advanced(by: patience)
                case .full:
                    let left = EventLoop.now.duration(to: deadline)
                    guard left > .zero else { return ETIMEDOUT }
                    _ = state.descriptor.waitUntilWritable(left)
                    clinux_pause(Self.breath)
                case .failed(let number): return number
                }
            }
            return nil
        }
    }

    /// Writes the buffered lines of these streams within `lastPatience`, the newest line of each stream first.
    package static func finish(_ streams: [OutputStream]) {
        var waiting = streams.filter { $0.state.withLock { !$0.lines.isEmpty } }
        guard !waiting.isEmpty else { return }
        for stream in waiting { stream.state.withLock { $0.lines.putLastFirst() } }
        let deadline = EventLoop.now.advanced(by: lastPatience)
        while case let left = EventLoop.now.duration(to: deadline), left > .zero {
            for stream in waiting { stream.state.withLock { stream.drain(&$0, patience: left) } }
            waiting = waiting.filter { $0.state.withLock { !$0.lines.isEmpty } }
            guard let first = waiting.first else { return }
            let descriptor = first.state.withLock { $0.descriptor }
            _ = descriptor.waitUntilWritable(waiting.count == 1 ? left : .milliseconds(1))
            clinux_pause(Self.breath)
        }
    }

    /// Writes as many buffered lines as the descriptor takes, and schedules a retry for the rest.
    private func drain(_ state: inout State, patience: Duration = lastPatience) {
        for _ in 0..<Self.writesInARow {
            if state.lines.isEmpty { writeGap(&state) }
            if state.lines.isEmpty { return }
            let piece = state.lines.next(atMost: OutputDescriptor.writeLimit)
            switch state.descriptor.write(piece, patience: patience) {
            case .wrote(let count):
                (state.pause, state.isBroken) = (.zero, false)
                state.lines.remove(count)
            case .full:
                state.pause = min(Self.longestPause, max(Self.shortestPause, state.pause * 2))
                return retry(&state)
            case .failed:
                state.isBroken = true
                return state.lines.drop()
            }
        }
        retry(&state)
    }

    private func writeGap(_ state: inout State) {
        guard !state.isBroken, let count = state.lines.takeGap() else { return }
        state.lines.append(state.notice(count).utf8)
    }

    private func retry(_ state: inout State) {
        guard let loop = state.loop, !state.isToRetry else { return }
        state.isToRetry = true
        loop.call(at: loop.now.advanced(by: state.pause)) { [self] in
            _ = loop.start { [self] in tryAgain() }
        }
    }

    private func tryAgain() {
        state.withLock { state in
            state.isToRetry = false
            drain(&state)
        }
    }
}
