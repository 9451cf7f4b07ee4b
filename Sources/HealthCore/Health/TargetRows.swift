/// The health of an agent's targets, in order, in pieces: where a snapshot is still read, a change copies one piece and
/// not all. The array of 1,000 targets is a megabyte.
package struct TargetRows: RandomAccessCollection, MutableCollection, Sendable {
    private static let pieceSize = 32

    /// Full pieces, and a last one that may be shorter.
    private var pieces: [[TargetHealth]] = []

    package init(_ targets: some Sequence<TargetHealth>) {
        for target in targets { append(target) }
    }

    package init() {}

    package let startIndex = 0
    package private(set) var endIndex = 0

    /// The target at a valid index, which is lent and not copied.
    package subscript(index: Int) -> TargetHealth {
        _read { yield pieces[index / Self.pieceSize][index % Self.pieceSize] }
        _modify { yield &pieces[index / Self.pieceSize][index % Self.pieceSize] }
    }

    /// Adds a target at the end.
    package mutating func append(_ target: TargetHealth) {
        if endIndex % Self.pieceSize == 0 {
            pieces.append([])
            pieces[pieces.count - 1].reserveCapacity(Self.pieceSize)
        }
        pieces[pieces.count - 1].append(target)
        endIndex += 1
    }
}
