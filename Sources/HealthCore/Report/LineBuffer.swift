/// A bounded buffer of lines for a slow reader. On overflow lines are dropped and counted until half of the buffer is
/// free again. A partly written line is finished before any other.
package struct LineBuffer: Sendable {
    private let limit: Int
    private var bytes: [UInt8] = []
    /// The index of the first byte that has not been written.
    private var start = 0
    /// Whether a line has been partly written.
    private var isMidLine = false
    /// The newest line, if it was dropped: the last line of a log matters more than those in the middle.
    private var latest: [UInt8] = []
    /// The number of lines dropped so far.
    package private(set) var dropped = 0
    /// The number of dropped lines that `takeGap` has reported.
    private var told = 0
    private var isOverflowing = false

    /// - Parameter limit: the capacity in bytes.
    package init(limit: Int = 64 << 10) {
        self.limit = limit
    }

    /// Whether no byte is pending.
    package var isEmpty: Bool { start == bytes.count }

    /// Adds one line, its line feed included.
    package mutating func append(_ line: some Sequence<UInt8>) {
        let line = Array(line)
        if waiting <= limit / 2 { isOverflowing = false }
        guard !isOverflowing, waiting + line.count <= limit else {
            isOverflowing = true
            dropped += 1
            latest = line
            return
        }
        latest = []
        // The rest of the partly written line was dropped.
        if isMidLine, isEmpty { bytes.append(Self.lineEnd) }
        bytes += line
    }

    /// The number of lines dropped since the last call; nil if there are none, or if the buffer is still too full for
    /// the next line.
    package mutating func takeGap() -> Int? {
        guard dropped > told, waiting <= limit / 2 else { return nil }
        defer { told = dropped }
        return dropped - told
    }

    private var waiting: Int { bytes.count - start }

    /// Whether more than half of the buffer is used.
    package var isHalfFull: Bool { waiting > limit / 2 }

    /// The bytes to write next: whole lines, or a piece of a line longer than `count`.
    package func next(atMost count: Int) -> ArraySlice<UInt8> {
        let piece = bytes[start...].prefix(count)
        guard piece.endIndex < bytes.count, let end = piece.lastIndex(of: Self.lineEnd) else { return piece }
        return piece[...end]
    }

    /// Removes bytes that have been written.
    package mutating func remove(_ count: Int) {
        start = min(bytes.count, start + max(0, count))
        // `isMidLine` needs the last written byte, which is removed below.
        isMidLine = start > 0 ? bytes[start - 1] != Self.lineEnd : isMidLine
        guard isEmpty || start > limit / 2 else { return }
        bytes.removeFirst(start)
        start = 0
    }

    /// Drops all pending lines, because the reader is gone.
    package mutating func drop() {
        dropped += bytes[start...].count { $0 == Self.lineEnd }
        (bytes, start) = ([], 0)
    }

    /// Moves the newest line before all other pending lines, for a writer that has little time left.
    package mutating func putLastFirst() {
        let all = bytes[start...]
        let whole = isMidLine ? all.firstIndex(of: Self.lineEnd).map { $0 + 1 } ?? all.endIndex : start
        let begun = all[..<whole]
        var (others, last) = (all[whole...], latest)
        if last.isEmpty {
            let begin = others.dropLast().lastIndex(of: Self.lineEnd).map { $0 + 1 } ?? others.startIndex
            last = Array(others[begin...])
            others = others[..<begin]
        } else {
            dropped -= 1
        }
        latest = []
        bytes = Array(begun) + last + Array(others)
        start = 0
    }

    private static let lineEnd = UInt8(ascii: "\n")
}
