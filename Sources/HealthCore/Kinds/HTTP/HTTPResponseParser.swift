/// An incremental parser of one HTTP/1.x response. Its memory is bounded.
package struct HTTPResponseParser: Sendable {
    /// The maximum bytes of all heads, interim ones included, and of chunk framing.
    private static let headLimit = 64 * 1024
    /// The maximum bytes of a body that are searched.
    package static let bodyLimit = 1 << 20

    /// The part of the response that comes next. After the final head `stateOfBody` gives the state.
    enum State: Sendable {
        /// Can transition to: `fields`.
        case statusLine
        /// Can transition to: `statusLine` after an interim head; `body`, `untilClose`, `chunkSize`, `complete`.
        case fields(HTTPResponseHead)
        /// Can transition to: `complete`.
        case body(left: Int)
        /// Can transition to: `complete`, by `finish`.
        case untilClose
        /// Can transition to: `chunk`, `trailer`.
        case chunkSize
        /// Can transition to: `chunkEnd`.
        case chunk(left: Int)
        /// Can transition to: `chunkSize`.
        case chunkEnd
        /// Can transition to: `complete`.
        case trailer
        case complete
    }

    private let method: String
    /// The bytes that the body must contain.
    private let needle: [UInt8]
    private var state = State.statusLine
    /// Received bytes: those from `start` on are not parsed, and there is no line feed from there to `scanned`.
    private var pending: [UInt8] = []
    private var start = 0
    private var scanned = 0
    private var headSize = 0
    /// The current field line, until the next line shows that it is not folded.
    private var field: [UInt8] = []
    /// The final head, once it is complete.
    package private(set) var head: HTTPResponseHead?
    /// The body so far, up to the limit.
    package private(set) var body: [UInt8] = []
    /// Whether the body contains the needle. The search passes each byte once, however small the pieces are.
    package private(set) var hasFound: Bool

    package init(answerTo method: String, lookingFor needle: [UInt8] = []) {
        self.method = method
        self.needle = needle
        hasFound = needle.isEmpty
    }

    /// Whether parsing is done: the response is complete, or the body longer than the limit.
    package var isComplete: Bool {
        if case .complete = state { return true }
        return body.count >= Self.bodyLimit
    }

    /// Whether nothing more comes.
    var isOver: Bool { isComplete || isCut }
    private var isCut = false

    /// The answer is not waited for any longer.
    package mutating func cut() { isCut = true }

    /// Parses received bytes.
    package mutating func feed(_ bytes: [UInt8]) throws(Failure) {
        pending += bytes
        while !isComplete, try step() {}
        pending.removeFirst(start)
        (scanned, start) = (max(0, scanned - start), 0)
    }

    /// Ends parsing, because the peer has closed the connection.
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

    /// Parses one line or one piece of the body; false if more bytes are needed.
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
                // A folded line continues the field after a blank (RFC 9112 §5.2).
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

    /// Fails as soon as the beginning of the status line is not HTTP/1, before the line is complete.
    private func requireHTTP() throws(Failure) {
        let mark = Array("HTTP/1.".utf8)
        let come = pending[start...]
        guard come.prefix(mark.count).elementsEqual(mark.prefix(come.count)) else {
            throw ForeignProtocol.failure(of: come, encrypted: "https://")
                ?? Failure(.protocol, "not HTTP/1: it answers \(PrintableText.line(come.prefix(40)))")
        }
    }

    /// The hexadecimal size of a chunk; extensions are ignored.
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
        // The needle may begin in an earlier piece.
        let known = max(0, body.count - needle.count + 1)
        body += pending[start..<(start + count)].prefix(Self.bodyLimit - body.count)
        if !hasFound { hasFound = body[known...].endOfFirst(needle) != nil }
        start += count
        state = next(left - count)
        return true
    }

    /// The next line without its CRLF, or bare LF as shell scripts send it; nil if it is incomplete.
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
        // Other parsers take a bare CR for a line end (RFC 9112 §2.2).
        guard !line.contains(ASCII.carriageReturn) else {
            throw Failure(.protocol, "a CR within the line \(PrintableText.line(line.prefix(80)))")
        }
        return line
    }

    private var tooLong: Failure {
        Failure(.protocol, "a head of more than \(Self.headLimit / 1024) KiB")
    }
}
