import Synchronization

/// Random numbers from -1 to 1 that spread intervals. The standard generator asks the kernel for each number, which
/// with a thousand probes a second is a thousand system calls.
final class Jitter: Sendable {
    private let state = Mutex(UInt64.random(in: .min ... .max))

    /// The next number (SplitMix64).
    func next() -> Double {
        let bits = state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        return Double(bits >> 11) / Double(1 << 52) - 1
    }
}
