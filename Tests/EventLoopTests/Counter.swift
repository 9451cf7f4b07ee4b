import Synchronization

/// A number that several tasks of a test count in.
final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func add(_ count: Int = 1) {
        number.withLock { $0 += count }
    }
}
