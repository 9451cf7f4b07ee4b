/// Lines that a slow reader has not taken yet: bounded, and what does not fit is counted, until half of the room
/// is free again. A line that has been begun is finished before any other.
package struct LineBuffer: Sendable {
    private let limit: Int
    private var bytes: [UInt8] = []
    /// What stands before this has been written.
    private var start = 0
    /// Whether a line has been begun and not been finished.
    private var isMidLine = false
    /// The newest line, while it did not fit: the end of a story matters more than its middle.
    private var latest: [UInt8] = []
    /// Lines that did not fit, ever.
    package private(set) var dropped = 0
    /// How many of them `takeGap` has told.
    private var told = 0
    private var isOverflowing = false

    /// - Parameter limit: bytes that may wait.
    package init(limit: Int = 64 << 10) {
        self.limit = limit
    }

    /// Whether nothing waits.
    package var isEmpty: Bool { start == bytes.count }

    /// Adds one line, its end included.
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
        // Of a line that had begun the rest was lost.
        if isMidLine, isEmpty { bytes.append(Self.lineEnd) }
        bytes += line
    }

    /// How many lines are missing between what waits and the line that comes next; nil if none are, or the next
    /// one would be dropped as well.
    package mutating func takeGap() -> Int? {
        guard dropped > told, waiting <= limit / 2 else { return nil }
        defer { told = dropped }
        return dropped - told
    }

    private var waiting: Int { bytes.count - start }

    /// Whether the room for lines is half used up.
    package var isHalfFull: Bool { waiting > limit / 2 }

    /// What to write next: whole lines, or a piece of one that is longer than `count`.
    package func next(atMost count: Int) -> ArraySlice<UInt8> {
        let piece = bytes[start...].prefix(count)
        guard piece.endIndex < bytes.count, let end = piece.lastIndex(of: Self.lineEnd) else { return piece }
        return piece[...end]
    }

    /// So much of it has been written.
    package mutating func remove(_ count: Int) {
        start = min(bytes.count, start + max(0, count))
        // Looked at now: what has been written is forgotten below.
        isMidLine = start > 0 ? bytes[start - 1] != Self.lineEnd : isMidLine
        guard isEmpty || start > limit / 2 else { return }
        bytes.removeFirst(start)
        start = 0
    }

    /// Nobody will ever take what waits.
    package mutating func drop() {
        dropped += bytes[start...].count { $0 == Self.lineEnd }
        (bytes, start) = ([], 0)
    }

    /// Puts the newest line before all that waits, for a writer that has little time left.
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
