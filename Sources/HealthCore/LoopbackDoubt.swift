/// The doubt whether a server listens for others at all: its own check asks it at 127.0.0.1, and its port refuses for
/// longer than that check would have gone on. Pure: time is an argument.
package struct LoopbackDoubt: Sendable {
    private let patience: Duration
    private var refusedSince: Instant?
    private var isTold = false

    package init(_ patience: Duration) {
        self.patience = patience
    }

    /// Whether to tell it now, after an attempt: once.
    package mutating func isDue(_ failure: Failure?, at now: Instant) -> Bool {
        guard failure?.reason == .refused else {
            refusedSince = nil
            return false
        }
        let since = refusedSince ?? now
        refusedSince = since
        guard !isTold, since.duration(to: now) >= patience else { return false }
        isTold = true
        return true
    }
}
