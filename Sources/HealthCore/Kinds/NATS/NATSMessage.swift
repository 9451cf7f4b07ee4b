/// What a NATS server says: a line, and behind MSG and HMSG a payload.
package enum NATSMessage: Sendable, Equatable {
    case info(NATSInfo)
    case pong
    /// A message to the inbox: its headers and its body.
    case answer(headers: [UInt8], body: [UInt8])
    /// `-ERR` with its words.
    case error(String)
    /// PING and +OK, which want nothing of a client that is about to leave.
    case other
}

/// Takes the messages of a NATS server apart, as their bytes come.
package struct NATSReader {
    private static let limit = 64 * 1024

    private var lines = PeerLines(atMost: limit)
    /// The sizes of the payload that is being read.
    private var payload: (headers: Int, whole: Int)?

    package init() {}

    package mutating func feed(_ piece: [UInt8]) { lines.feed(piece) }

    /// Whether nothing stands behind the messages that were taken.
    package var isAtEnd: Bool { lines.remainder.isEmpty }

    /// Whether what stands behind the messages that were taken begins like an error.
    package var beginsError: Bool { lines.remainder.first == UInt8(ascii: "-") }

    /// The next message; nil while it is not whole.
    package mutating func next() throws(Failure) -> NATSMessage? {
        if let payload { return try takePayload(payload.headers, payload.whole) }
        guard let line = try lines.next() else {
            if let failure = ForeignProtocol.failure(of: lines.remainder, encrypted: "nats+tls://") {
                throw failure
            }
            return nil
        }
        let words = line.split(maxSplits: 1, whereSeparator: ASCII.isBlank)
        let rest = words.dropFirst().first ?? []
        let word = words.first ?? []
        switch true {
        case word.isWord("info"): return .info(try NATSInfo(Array(rest)))
        case word.isWord("pong"): return .pong
        case word.isWord("ping"), word.isWord("+ok"): return .other
        case word.isWord("-err"): return .error(rest.text)
        case word.isWord("msg"), word.isWord("hmsg"):
            // Subject, number, perhaps where to answer, then one size or two.
            let fields = rest.split(whereSeparator: ASCII.isBlank)
            let sizes = word.isWord("hmsg") ? 2 : 1
            let numbers = fields.suffix(sizes).map { Int($0.text, radix: 10) ?? -1 }
            guard (2 + sizes...3 + sizes).contains(fields.count), let whole = numbers.last,
                let headers = sizes == 2 ? numbers.first : 0, (0...Self.limit).contains(whole),
                (0...whole).contains(headers)
            else { throw foreign(line) }
            payload = (headers, whole)
            return try takePayload(headers, whole)
        default: throw foreign(line)
        }
    }

    private mutating func takePayload(_ headers: Int, _ whole: Int) throws(Failure) -> NATSMessage? {
        guard let bytes = lines.take(whole + 2) else { return nil }
        payload = nil
        guard bytes.suffix(2).elementsEqual("\r\n".utf8) else {
            throw Failure(.protocol, "a payload that does not end where it should")
        }
        return .answer(
            headers: Array(bytes.prefix(headers)), body: Array(bytes.dropFirst(headers).dropLast(2)))
    }

    private func foreign(_ line: ArraySlice<UInt8>) -> Failure {
        ForeignProtocol.failure(of: line, encrypted: "nats+tls://")
            ?? Failure(.protocol, "not what a NATS server says: \(PrintableText.line(line))")
    }
}
