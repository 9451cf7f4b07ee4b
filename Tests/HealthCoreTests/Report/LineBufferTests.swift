import HealthCore
import Testing

@Suite("Lines that wait for their reader")
struct LineBufferTests {
    private func buffer(_ lines: String..., limit: Int = 100) -> LineBuffer {
        var buffer = LineBuffer(limit: limit)
        for line in lines { buffer.append("\(line)\n".utf8) }
        return buffer
    }

    /// All that waits, as it would be written in pieces of this size.
    private func rest(_ buffer: LineBuffer, atMost count: Int = 100) -> [String] {
        var (buffer, pieces) = (buffer, [String]())
        while !buffer.isEmpty {
            let piece = buffer.next(atMost: count)
            pieces.append(String(decoding: piece, as: UTF8.self))
            buffer.remove(piece.count)
        }
        return pieces
    }

    @Test("lines come in their order, as many whole ones at once as there is room for")
    func order() {
        let buffer = buffer("one", "two", "three")
        #expect(rest(buffer) == ["one\ntwo\nthree\n"])
        #expect(rest(buffer, atMost: 9) == ["one\ntwo\n", "three\n"])
        #expect(rest(buffer, atMost: 8) == ["one\ntwo\n", "three\n"])
    }

    @Test("a line that is longer than a write comes in pieces")
    func longLine() {
        #expect(rest(buffer("0123456789", "x"), atMost: 4) == ["0123", "4567", "89\n", "x\n"])
    }

    @Test("what does not fit is counted, and what waits stays whole")
    func bound() {
        let buffer = buffer("12345", "67", "1234", limit: 12)
        #expect(buffer.dropped == 1)
        #expect(rest(buffer) == ["12345\n67\n"])
    }

    @Test(
        "once lines were dropped, half of the room must be free before others come, after a word about the gap"
    )
    func gap() {
        var buffer = buffer("1234567", "12345", limit: 10)
        #expect(buffer.dropped == 1 && buffer.takeGap() == nil)
        buffer.append("1\n".utf8)
        #expect(buffer.dropped == 2 && buffer.takeGap() == nil)
        buffer.remove(3)
        #expect(buffer.takeGap() == 2)
        #expect(buffer.takeGap() == nil)
        buffer.append("2\n".utf8)
        #expect(rest(buffer) == ["4567\n2\n"])
    }

    @Test("room that was written is room again, over any number of lines")
    func reuse() {
        var buffer = LineBuffer(limit: 16)
        for number in 0..<1000 {
            buffer.append("line \(number)\n".utf8)
            #expect(rest(buffer) == ["line \(number)\n"])
            buffer.remove(100)
        }
        #expect(buffer.dropped == 0 && buffer.isEmpty)
    }

    @Test("at the end the newest line comes first, after the rest of one that was begun")
    func lastFirst() {
        var whole = buffer("one", "two", "three")
        whole.putLastFirst()
        #expect(rest(whole) == ["three\none\ntwo\n"])
        var begun = buffer("one", "two", "three")
        begun.remove(2)
        begun.putLastFirst()
        #expect(rest(begun) == ["e\nthree\ntwo\n"])
        // However much has been written and forgotten since it began.
        var long = buffer("one", "two and a half", "three", limit: 26)
        long.remove(14)
        long.putLastFirst()
        #expect(rest(long) == ["half\nthree\n"])
        var alone = buffer("one")
        alone.remove(1)
        alone.putLastFirst()
        #expect(rest(alone) == ["ne\n"])
        var empty = LineBuffer()
        empty.putLastFirst()
        #expect(empty.isEmpty)
    }

    @Test("the newest line is there at the end even if it did not fit, and is not counted as lost then")
    func lastThatDidNotFit() {
        var buffer = buffer("12345", "678", "lost", "the end", limit: 10)
        #expect(buffer.dropped == 2)
        buffer.putLastFirst()
        #expect(buffer.dropped == 1)
        #expect(rest(buffer) == ["the end\n12345\n678\n"])
    }

    @Test("what nobody will ever take is counted line by line")
    func drop() {
        var buffer = buffer("one", "two")
        buffer.remove(1)
        buffer.drop()
        #expect(buffer.isEmpty && buffer.dropped == 2)
        // Of `one` the beginning was written: what comes next has a line of its own.
        buffer.append("three\n".utf8)
        #expect(rest(buffer) == ["\nthree\n"])
    }
}
