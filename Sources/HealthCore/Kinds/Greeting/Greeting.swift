/// What a server says first, line by line (RFC 5321 §4.2, RFC 959 §4.2, RFC 9051 §7.1, RFC 1939 §4).
package struct Greeting {
    private let greeter: Greeter
    /// The first line of several, which names the server.
    private var first: ArraySlice<UInt8>?
    private var lineCount = 0
    private static let lineLimit = 100

    package init(of greeter: Greeter) {
        self.greeter = greeter
    }

    /// Takes a line. Returns the greeting of a ready server, as a person reads it; nil if more lines follow.
    package mutating func take(_ line: ArraySlice<UInt8>) throws(Failure) -> String? {
        switch greeter {
        case .smtp, .ftp: return try takeReply(line)
        case .imap:
            guard line.starts(with: "* ".utf8) else { throw foreign(line) }
            let status = line.dropFirst(2).prefix { $0 != ASCII.space }
            if status.isWord("bye") { throw Failure(.busy, shown(line)).advising(.greeterIsBusy) }
            guard status.isWord("ok") || status.isWord("preauth") else { throw foreign(line) }
        case .pop3:
            let status = line.prefix { $0 != ASCII.space }
            guard !status.isWord("-err") else { throw Self.refusal(shown(line)) }
            guard status.isWord("+ok") else { throw foreign(line) }
        }
        return shown(line)
    }

    /// Takes a line of a reply: a code of three digits, and a `-` behind it in all lines but the last.
    private mutating func takeReply(_ line: ArraySlice<UInt8>) throws(Failure) -> String? {
        lineCount += 1
        guard lineCount <= Self.lineLimit else {
            throw Failure(.protocol, "a greeting of more than \(Self.lineLimit) lines")
        }
        let code = line.prefix(3)
        let hasCode = code.count == 3 && code.allSatisfy(ASCII.isDigit)
        let mark = line.dropFirst(3).first ?? ASCII.space
        let isLast = hasCode && mark == ASCII.space
        if let first {
            let isSame = code.elementsEqual(first.prefix(3))
            // Postfix's postscreen greets with one line, and may refuse with the next.
            if hasCode, isLast, !isSame, isRefusal(code) { return try verdict(code.text, line) }
            // FTP's lines in the middle may be any text.
            guard isSame && (isLast || mark == UInt8(ascii: "-")) || greeter == .ftp else {
                throw foreign(line)
            }
            guard isSame, isLast else { return nil }
        } else {
            guard hasCode, isLast || mark == UInt8(ascii: "-") else { throw foreign(line) }
            first = line
            guard isLast else { return nil }
        }
        return try verdict(code.text, first ?? line)
    }

    /// Whether a code behind lines of another one is a refusal: any of SMTP, and of FTP only 421, since the lines in the
    /// middle of its greeting may be any text.
    private func isRefusal(_ code: ArraySlice<UInt8>) -> Bool {
        if greeter == .ftp { return code.elementsEqual("421".utf8) }
        return code.first == UInt8(ascii: "4") || code.first == UInt8(ascii: "5")
    }

    private func verdict(_ code: String, _ line: ArraySlice<UInt8>) throws(Failure) -> String {
        let shown = shown(line)
        switch code {
        case "220": return shown
        // FTP: ready in so many minutes.
        case "120": throw Failure(.starting, shown)
        case "521", "530", "550", "554": throw Failure(.denied, shown).advising(.greeterIsClosed)
        case _ where code.hasPrefix("4"): throw Failure(.busy, shown).advising(.greeterIsBusy)
        case _ where code.hasPrefix("5"): throw Failure(.error, shown)
        default: throw foreign(line)
        }
    }

    /// What `-ERR` means, by its response code (RFC 2449 §8, RFC 3206).
    private static func refusal(_ line: String) -> Failure {
        let isPassing = ["[IN-USE]", "[LOGIN-DELAY]", "[SYS/TEMP]"].contains { line.mentions($0) }
        return isPassing ? Failure(.busy, line).advising(.greeterIsBusy) : Failure(.error, line)
    }

    private func foreign(_ line: ArraySlice<UInt8>) -> Failure {
        ForeignProtocol.failure(of: line, encrypted: "\(greeter.rawValue)s://")
            ?? Failure(.protocol, "no greeting of an \(greeter.title) server: \(shown(line))")
    }

    private func shown(_ line: ArraySlice<UInt8>) -> String { PrintableText.line(line) }
}
