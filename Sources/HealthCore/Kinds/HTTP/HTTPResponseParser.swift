/// Reads one answer of an HTTP/1.x server as its bytes come. What it keeps is bounded, whatever comes.
package struct HTTPResponseParser: Sendable {
    /// The most bytes of all heads, interim ones included, and of what frames the chunks.
    private static let headLimit = 64 * 1024
    /// The most bytes of a body that are looked at.
    package static let bodyLimit = 1 << 20

    enum State: Sendable {
        case statusLine
        case fields(HTTPResponseHead)
        case body(left: Int)
        case untilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        case trailer
        case complete
    }

    private let method: String
    /// What is looked for in the body.
    private let needle: [UInt8]
    private var state = State.statusLine
    /// What has come and is not taken: from `start` on, without an end of line before `scanned`.
    private var pending: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var headSize = 0
    /// The line of a field, until the next line shows that it does not go on there.
    private var field: [UInt8] = []
    /// The final head, once it is whole.
    package private(set) var head: HTTPResponseHead?
    /// What has come of the body, up to the limit.
    package private(set) var body: [UInt8] = []
    /// Whether the body has in it what is looked for. Every byte is looked at once, however small the pieces are.
    package private(set) var hasFound: Bool

    package init(answerTo method: String, lookingFor needle: [UInt8] = []) {
        self.method = method
        self.needle = needle
        hasFound = needle.isEmpty
    }

    /// Whether nothing more has to come: the answer is whole, or the body longer than anyone looks at.
    package var isComplete: Bool {
        if case .complete = state { return true }
        return body.count >= Self.bodyLimit
    }

    /// Takes what has come.
    package mutating func feed(_ bytes: [UInt8]) throws(Failure) {
        pending += bytes
        while !isComplete, try step() {}
        pending.removeFirst(start)
        (scanned, start) = (max(0, scanned - start), 0)
    }

    /// The peer has closed.
    package mutating func finish() throws(Failure) {
        switch state {
        case .complete: return
        case .untilClose: state = .complete
        case .statusLine where pending.isEmpty && headSize == 0:
            throw Failure(.closed, "the connection was closed without an answer")
        case .statusLine, .fields:
            throw Failure(.closed, "the connection was closed within the head of the answer")
        default:
            throw Failure(
                .closed, "the connection was closed after \(body.count) bytes of the body, before its end")
        }
    }

    /// Takes one line or one piece; false if more has to come first.
    private mutating func step() throws(Failure) -> Bool {
        switch state {
        case .complete: return false
        case .body(let left): return take(left) { $0 > 0 ? .body(left: $0) : .complete }
        case .chunk(let left): return take(left) { $0 > 0 ? .chunk(left: $0) : .chunkEnd }
        case .untilClose: return take(.max) { _ in .untilClose }
        case .statusLine: try requireHTTP()
        default: break
        }
        guard let line = try takeLine() else { return false }
        try read(line)
        return true
    }

    private mutating func read(_ line: ArraySlice<UInt8>) throws(Failure) {
        switch state {
        case .statusLine:
            state = .fields(try HTTPResponseHead(statusLine: line))
        case .fields(var head):
            if let first = line.first, ASCII.isBlank(first), !field.isEmpty {
                // A folded line: the fold is a blank (RFC 9112 §5.2).
                field += [ASCII.space] + line.trimmed
                return
            }
            if !field.isEmpty { try head.read(field[...]) }
            field = Array(line)
            guard line.isEmpty else {
                state = .fields(head)
                return
            }
            guard !head.isInterim else {
                state = .statusLine
                return
            }
            self.head = head
            state = head.stateOfBody(asked: method)
        case .chunkSize:
            let size = try Self.chunkSize(line)
            state = size == 0 ? .trailer : .chunk(left: size)
        case .chunkEnd:
            guard line.isEmpty else { throw Failure(.protocol, "a chunk of the body is longer than it says") }
            state = .chunkSize
        case .trailer:
            if line.isEmpty { state = .complete }
        case .body, .chunk, .untilClose, .complete: break
        }
    }

    /// Before a whole line has come: what cannot be HTTP is not waited for.
    private func requireHTTP() throws(Failure) {
        let mark = Array("HTTP/1.".utf8)
        let come = pending[start...]
        guard come.prefix(mark.count).elementsEqual(mark.prefix(come.count)) else {
            throw Failure(.protocol, "not HTTP/1: it answers \(PrintableText.line(come.prefix(40)))")
        }
    }

    /// The hexadecimal size before the extensions, which nobody knows.
    private static func chunkSize(_ line: ArraySlice<UInt8>) throws(Failure) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }.trimmed
        guard !digits.isEmpty, digits.allSatisfy({ ASCII.hexadecimal($0) != nil }),
            let size = Int(digits.text, radix: 16)
        else { throw Failure(.protocol, "a malformed chunk of the body") }
        return size
    }

    private mutating func take(_ left: Int, then next: (Int) -> State) -> Bool {
        let count = min(left, pending.count - start)
        guard count > 0 else { return false }
        // What is looked for may have begun in an earlier piece.
        let known = max(0, body.count - needle.count + 1)
        body += pending[start..<(start + count)].prefix(Self.bodyLimit - body.count)
        if !hasFound { hasFound = body[known...].endOfFirst(needle) != nil }
        start += count
        state = next(left - count)
        return true
    }

    /// A line without its end: CRLF, or the bare LF that shell scripts send.
    private mutating func takeLine() throws(Failure) -> ArraySlice<UInt8>? {
        guard let end = pending[max(start, scanned)...].firstIndex(of: ASCII.lineFeed) else {
            scanned = pending.count
            guard headSize + pending.count - start <= Self.headLimit else { throw tooLong }
            return nil
        }
        headSize += end + 1 - start
        guard headSize <= Self.headLimit else { throw tooLong }
        var line = pending[start..<end]
        start = end + 1
        if line.last == ASCII.carriageReturn { line.removeLast() }
        // What others take for the end of a line (RFC 9112 §2.2).
        guard !line.contains(ASCII.carriageReturn) else {
            throw Failure(.protocol, "a CR within the line \(PrintableText.line(line.prefix(80)))")
        }
        return line
    }

    private var tooLong: Failure {
        Failure(.protocol, "a head of more than \(Self.headLimit / 1024) KiB")
    }
}
