/// An error of a PostgreSQL server, and its reason.
package struct PostgresAnswer: Sendable, Equatable {
    /// The most bytes of a message that are read for their meaning: no server's has a tenth of them, and some fifty words
    /// are looked for.
    private static let limit = 4096

    /// The five characters of the SQLSTATE.
    package let code: String
    /// The server's message, in any encoding, at most 4 KiB of it.
    package let text: [UInt8]

    package init(code: String, text: some Collection<UInt8>) {
        self.code = code
        self.text = Array(text.prefix(Self.limit))
    }

    /// Finds `SEVERITY:  CODE: text` in libpq's verbose message. The server translates the severity, never the code.
    /// libpq begins the paragraph of each connection with a prefix of its own: the last paragraph counts, and details,
    /// which may contain any text, do not.
    package init?(libpqMessage bytes: [UInt8]) {
        let stories = bytes.split(separator: UInt8(ascii: "\n")).filter {
            $0.starts(with: "connection to server".utf8)
        }
        guard let answer = stories.reversed().lazy.compactMap(Self.parse).first else { return nil }
        self = answer
    }

    /// Reads an error message of protocol 3.0: fields of a letter and a text, with a NUL behind each. Nil where it has no
    /// code.
    package init?(message bytes: [UInt8]) {
        let fields = bytes.dropFirst(5).split(separator: 0)
        func field(_ letter: Character) -> ArraySlice<UInt8>? {
            fields.first { $0.first == letter.asciiValue }?.dropFirst()
        }
        guard let code = field("C"), code.count == 5, code.allSatisfy(Self.isCodeByte) else { return nil }
        self.init(code: String(decoding: code, as: UTF8.self), text: field("M") ?? [])
    }

    private static func parse(_ line: ArraySlice<UInt8>) -> PostgresAnswer? {
        let mark = Array(":  ".utf8)
        var start = line.startIndex
        while start + 3 + 5 + 2 <= line.endIndex {
            let code = line[(start + 3)..<(start + 8)]
            if line[start...].starts(with: mark), code.allSatisfy(isCodeByte),
                line[(start + 8)...].starts(with: ": ".utf8)
            {
                return PostgresAnswer(
                    code: String(decoding: code, as: UTF8.self), text: line[(start + 10)...])
            }
            start += 1
        }
        return nil
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    /// The reason, by the code. The message's English words refine 57P03, and the code of a pooler that has one for all
    /// errors, its server's included (PgBouncer 1.18: 08P01, pgpool: XX000).
    package var reason: Reason {
        switch code {
        case "57P03":
            let meaning = PostgresWords.meaning(of: text)
            return [.shuttingDown, .recovering].first { $0 == meaning } ?? .starting
        case "57P01", "57P02": return .shuttingDown
        case "53300": return .tooManyConnections
        case "42501": return .denied
        case "3D000", "55000": return .noDatabase
        case "25006": return .readOnly
        case "XX000", "58000": return PostgresWords.meaning(of: text) ?? .error
        case _ where code.hasPrefix("08"): return PostgresWords.meaning(of: text) ?? .error
        case _ where code.hasPrefix("28"): return .auth
        default: return .error
        }
    }

    /// The error as a failure: `57P03 the database system is starting up`.
    package var failure: Failure {
        let reason = reason
        // A demand for TLS does not pass by waiting.
        let isPermanent = reason == .tls ? true : nil
        var failure = Failure(reason, "\(code) \(PrintableText.line(text))", isPermanent: isPermanent)
        failure.code = code
        return failure.advising(hint).spokenByServer()
    }

    /// The advice of a refusal whose text says more than its code.
    private var hint: Advice? {
        if reason == .busy { return .poolerWaits }
        guard [.tls, .auth].contains(reason) else { return nil }
        if PostgresWords.demandsTLS(text) { return .serverWantsTLS }
        if PostgresWords.demandsCertificate(text) { return .ownCertificate }
        return PostgresWords.mentionsRules(text) ? .hostBasedRules : nil
    }
}
