/// A text that is made in pieces while it is sent: the metrics of 1 000 targets are 3 MB, and writing them in one piece
/// would delay probes too long.
struct LongText: Sendable {
    /// A piece ends after the step that makes it this long. Steps are a few KiB at most.
    static let pieceSize = 8 << 10

    /// Appends the part of the text that belongs to a step.
    typealias Write = @Sendable (Int, inout [UInt8]) -> Void

    private let steps: Int
    private let make: @Sendable () -> Write
    private var write: Write?
    private var step = 0

    /// - Parameters:
    ///   - steps: how often `write` is called.
    ///   - write: appends the part of the text that belongs to this step.
    init(steps: Int, write: @escaping Write) {
        self.init(steps: steps, making: { write })
    }

    /// - Parameters:
    ///   - steps: how often what `make` returns is called.
    ///   - make: what has to be worked out before the first step, and is not before the first piece.
    init(steps: Int, making make: @escaping @Sendable () -> Write) {
        (self.steps, self.make) = (steps, make)
    }

    /// The approximate bytes that the text takes until its end: a piece, and for each step its share of a target's state.
    var weight: Int { steps * 48 + Self.pieceSize }

    var isAtEnd: Bool { step == steps }

    /// Appends the next piece.
    mutating func appendPiece(to bytes: inout [UInt8]) {
        let write = write ?? make()
        self.write = write
        bytes.reserveCapacity(Self.pieceSize + 1024)
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
