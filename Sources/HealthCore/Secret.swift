/// Bytes that cannot print themselves: whatever shows a `Secret` shows `***`.
package struct Secret: Sendable, Equatable {
    private let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether there is nothing in it.
    package var isEmpty: Bool { bytes.isEmpty }

    /// Hands out the bytes, for the one call that sends them.
    package func reveal<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try body(bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
