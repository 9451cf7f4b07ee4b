import Synchronization

/// Carries a result out of a thread.
final class Made<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)

    func set(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
    }

    func get() throws -> Value {
        guard let value = result.withLock({ $0 }) else { throw SupportError("the thread left no result") }
        return try value.get()
    }
}
