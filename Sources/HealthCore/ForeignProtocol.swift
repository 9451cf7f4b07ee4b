/// What the bytes of a peer are that speaks another protocol than it was asked in.
package enum ForeignProtocol {
    /// The most bytes of a body in which a server complains that it was asked without TLS.
    static let complaintLimit = 4096

    /// The failure that names what the peer speaks; nil where its bytes tell nothing. `encrypted` is the scheme for the
    /// same over TLS, if there is one.
    package static func failure(of bytes: some Collection<UInt8>, encrypted scheme: String?) -> Failure? {
        let head = Array(bytes.prefix(9))
        if isTLSRecord(head) {
            let cure = scheme.map { ": write \($0)" } ?? ", and was asked without"
            return Failure(.protocol, "it speaks TLS\(cure)").advising(.speaksTLS)
        }
        guard isHTTP2Frame(head) else { return nil }
        return Failure(.protocol, "it speaks HTTP/2 only, and is asked in HTTP/1.1").advising(.olderHTTP)
    }

    /// The failure of a peer that was asked for TLS, and answers in the clear.
    package static func withoutTLS(_ bytes: some Collection<UInt8>) -> Failure {
        let said = plain(bytes)
        return Failure(.protocol, "it does not speak TLS\(said)").advising(said.isEmpty ? nil : .plainServer)
    }

    /// A record of TLS (RFC 8446 §5.1): an alert or a handshake, with the version 3.x.
    private static func isTLSRecord(_ head: [UInt8]) -> Bool {
        guard let kind = head.first, kind == 0x15 || kind == 0x16 else { return false }
        return head.dropFirst().first == 3 && head.dropFirst(2).first.map { $0 <= 4 } == true
    }

    /// The frame with which a server of HTTP/2 begins or ends a connection (RFC 9113 §4.1): SETTINGS or GOAWAY, about
    /// the connection itself.
    private static func isHTTP2Frame(_ head: [UInt8]) -> Bool {
        guard head.count == 9, head.first == 0, let kind = head.dropFirst(3).first else { return false }
        return (kind == 4 || kind == 7) && head.suffix(4).allSatisfy { $0 == 0 }
    }

    /// Whether a body says that TLS is spoken here, in the words of nginx, Apache, Go or Tomcat.
    static func isComplaintOfPlainText(_ body: [UInt8]) -> Bool {
        let text = Array(body.prefix(complaintLimit))
        return [
            "The plain HTTP request was sent to HTTPS port",
            "speaking plain HTTP to an SSL-enabled server port",
            "Client sent an HTTP request to an HTTPS server", "combination of host and port requires TLS",
        ].contains { text.endOfFirst($0.utf8) != nil }
    }

    /// What a peer said that was asked for TLS and answers in the clear, as the end of a sentence; nothing where its
    /// bytes are no text.
    package static func plain(_ bytes: some Collection<UInt8>) -> String {
        if isHTTP2Frame(Array(bytes.prefix(9))) { return ": it speaks HTTP/2 in the clear; write grpc://" }
        if bytes.starts(with: "AMQP".utf8) { return ": it speaks AMQP in the clear; write amqp://" }
        let line = bytes.prefix { $0 != ASCII.carriageReturn && $0 != ASCII.lineFeed }.prefix(60)
        guard line.count > 2, line.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return "" }
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") { return ": it answers \(text); write http://" }
        let scheme = firstWords.first { $0.words.contains { text.hasPrefix($0) } }?.scheme
        return ": it answers \(PrintableText.line(text))\(scheme.map { "; write \($0)" } ?? "")"
    }

    /// How the answers of servers begin in the clear, and how they are asked.
    private static let firstWords: [(scheme: String, words: [String])] = [
        ("nats://", ["INFO {", "-ERR '"]), ("imap://", ["* OK", "* BYE", "* PREAUTH"]),
        ("pop3://", ["+OK"]), ("smtp:// or ftp://", ["220", "421", "554"]),
        ("redis://", ["+PONG", "-NOAUTH", "-ERR", "-DENIED", "-LOADING"]),
    ]
}
