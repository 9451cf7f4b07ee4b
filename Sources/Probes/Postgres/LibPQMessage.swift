internal import EventLoop
internal import Glibc
internal import HealthCore

/// Reads libpq's message about a failed connection. libpq has no codes of its own: where the server gave no SQLSTATE,
/// its English texts are the only source.
struct LibPQMessage {
    /// The server's own answer, if libpq quotes one.
    let serverAnswer: PostgresAnswer?
    /// The part of the message about the last connection that libpq tried.
    private let story: String

    /// Takes the bytes of a message: the server's part of a message need not be UTF-8.
    init(_ message: [UInt8]) {
        serverAnswer = PostgresAnswer(libpqMessage: message)
        let lines = message.split(separator: UInt8(ascii: "\n"))
        let start = lines.lastIndex { $0.starts(with: "connection to server".utf8) } ?? 0
        story = lines[start...].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n")
    }

    /// The failure of a connection that was not made.
    func connectFailure(needsPassword: Bool, sawAuthenticationRequest: Bool) -> Failure {
        if let serverAnswer { return serverAnswer.failure }
        if needsPassword { return Failure(.auth, "the server asks for a password, and there is none") }
        if mentions("does not support SSL") {
            return Failure(.tls, "the server offers no TLS, and sslmode asks for it").advising(.noServerTLS)
        }
        if let failure = failureOfFiles { return failure }
        if mentions("SSL SYSCALL error", "unexpected eof") || hungUp, !mentions("certificate", "alert") {
            let when = mentions("SSL") ? "during the TLS handshake" : "before the answer was whole"
            return Failure(.closed, "the connection was closed \(when)")
        }
        if mentions("SSL", "certificate") {
            let isPermanent = mentions("certificate")
            return Failure(.tls, lastLine, isPermanent: isPermanent).advising(isPermanent ? nil : .handshake)
        }
        if mentions("session is", "standby mode") { return Failure(.role, lastLine) }
        if sawAuthenticationRequest, mentions("GSSAPI") {
            return Failure(.auth, "the server asks for Kerberos (GSSAPI), which this program does not have")
                .advising(.kerberos)
        }
        if mentions("authentication method requirement") {
            return Failure(.auth, lastLine).advising(.requiredMethod)
        }
        let isAboutUs = mentions("authentication", "password", "channel binding", "SCRAM", "SASL")
        if sawAuthenticationRequest, isAboutUs, !mentions("expected authentication request") {
            return Failure(.auth, lastLine)
        }
        return Failure(.protocol, "not the PostgreSQL protocol")
    }

    /// The failure of a certificate or key file of ours that libpq cannot use. The path of a root certificate that
    /// nobody named is not shown.
    private var failureOfFiles: Failure? {
        if mentions("private key file", "certificate present, but not", "not read certificate file") {
            return Failure(.config, lastLine).advising(.clientKey)
        }
        guard mentions("root certificate file"), mentions("does not exist", "home directory") else {
            return nil
        }
        let isNamed = !mentions(LibPQParameters.noFile, "/.postgresql/root.crt\"", "home directory")
        let needs = "sslmode verify-ca and verify-full need sslrootcert, and no root certificate is named"
        return Failure(.tls, isNamed ? lastLine : needs, isPermanent: true).advising(.authority)
    }

    /// The failure of a query of which the server has given no error.
    var queryFailure: Failure {
        guard hungUp || mentions("SSL") else { return Failure(.protocol, "not the PostgreSQL protocol") }
        return Failure(.closed, "the connection was closed during the query")
    }

    /// The failure of a machine that has run out of a resource, if libpq could not make a socket.
    var shortage: Failure? {
        guard serverAnswer == nil, mentions("could not create socket") else { return nil }
        // ENFILE is tried before EMFILE, because its text contains EMFILE's.
        let number = [ENFILE, EMFILE, ENOBUFS, ENOMEM].first { story.mentions(String(cString: strerror($0))) }
        return number.flatMap(SystemFailure.shortage)
    }

    /// Whether the server closed the connection, or reset it, which libpq meets in its own calls and shows in the words
    /// of the kernel.
    private var hungUp: Bool {
        mentions(
            "closed the connection", "could not receive", "could not send", "reset by peer", "Broken pipe")
    }

    private func mentions(_ words: String...) -> Bool {
        words.contains { story.mentions($0) }
    }

    /// The story in one line, without the prefix that names the address.
    private var lastLine: String {
        let lines = story.split(separator: "\n").reversed()
        for line in lines {
            if let end = line.utf8.endOfFirst(" failed: ".utf8) { return String(line[end...]) }
        }
        return lines.last.map(String.init) ?? ""
    }
}
