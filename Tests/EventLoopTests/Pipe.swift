import EventLoop
import Glibc
import HealthCore

/// A pipe of a test: what is written can be waited for.
final class Pipe: Sendable {
    let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        precondition(Glibc.pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func write() {
        var byte: UInt8 = 1
        Glibc.write(writing, &byte, 1)
    }

    func read() {
        var byte: UInt8 = 0
        Glibc.read(reading, &byte, 1)
    }
}

extension EventLoop {
    /// The moment so much later.
    func after(_ duration: Duration) -> HealthCore.Instant { now.advanced(by: duration) }

    /// Computes for so long without letting go of the thread.
    func compute(for duration: Duration) {
        let end = after(duration)
        while now < end {}
    }
}
