/// A text that is made in pieces while it is sent: the metrics of 1 000 targets are 3 MB, and writing them in one piece
/// would delay probes too long.
struct LongText: Sendable {
    /// A piece ends after the step that makes it this long. Steps are a few KiB at most.
    static let pieceSize = 16 << 10

    private let steps: Int
    private let write: @Sendable (Int, inout [UInt8]) -> Void
    private var step = 0

    /// - Parameters:
    ///   - steps: how often `write` is called.
    ///   - write: appends the part of the text that belongs to this step.
    init(steps: Int, write: @escaping @Sendable (Int, inout [UInt8]) -> Void) {
        self.steps = steps
        self.write = write
    }

    /// The approximate bytes of state that the text keeps until its end: each step has its share of a target's state.
    var weight: Int { steps * 48 }

    var isAtEnd: Bool { step == steps }

    /// Appends the next piece.
    mutating func appendPiece(to bytes: inout [UInt8]) {
        let end = bytes.count + Self.pieceSize
        while step < steps, bytes.count < end {
            write(step, &bytes)
            step += 1
        }
    }
}

extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }
}
