@testable import HealthCore

/// Lines that wait for a slow reader: those that it gets are whole, each is one that was said, and every other one is
/// counted.
@Sendable func fuzzLines(_ bytes: [UInt8]) {
    var buffer = LineBuffer(limit: 64)
    var said: [[UInt8]] = []
    var written: [UInt8] = []
    func write(_ size: Int) {
        let piece = buffer.next(atMost: 1 + size)
        Invariant.hold(piece.count <= 1 + size && piece.isEmpty == buffer.isEmpty, "a piece of what waits")
        written += piece
        buffer.remove(piece.count)
    }
    for byte in bytes.prefix(200) {
        let size = Int(byte >> 3)
        switch byte & 7 {
        case 0...3:
            said.append(Array("\(said.count) \(String(repeating: "x", count: size))\n".utf8))
            buffer.append(said[said.count - 1])
        case 4, 5: write(size)
        case 6: if let gap = buffer.takeGap() { Invariant.hold(gap > 0, "a gap of \(gap) lines") }
        default: buffer.putLastFirst()
        }
    }
    while !buffer.isEmpty { write(31) }
    let lines = written.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
    for line in lines { Invariant.hold(said.contains(line), "a line that nobody said: \(line.text)") }
    Invariant.hold(Set(lines).count == lines.count, "a line twice")
    Invariant.hold(lines.count + buffer.dropped == said.count, "what is missing is counted")
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
