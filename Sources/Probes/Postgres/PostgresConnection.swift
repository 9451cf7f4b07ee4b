internal import CLibPQ
internal import CLinux
internal import EventLoop
internal import Glibc
internal import HealthCore

/// One libpq connection on the loop, freed with its last reference.
final class PostgresConnection {
    /// How far the server let us come.
    enum Establishment {
        /// It asks who we are: whoever knows the password is let in.
        case authenticationRequested
        case connected
    }

    /// libpq would keep a message of up to a gigabyte; nothing a probe asks for comes near this.
    private static let receiveLimit: UInt64 = 1 << 20

    private let raw: OpaquePointer
    private let loop: EventLoop
    private var sawAuthenticationRequest = false
    /// Whether the beginning of the server's answer on this connection was looked at.
    private var isJudged = false
    private var wasRefusedTLS = false

    /// Starts to connect to one address; a refusal that comes at once is thrown.
    init(_ parameters: ConnectionParameters, _ address: SocketAddress, on loop: EventLoop) throws(Failure) {
        guard let raw = parameters.withCStrings({ PQconnectStartParams($0, $1, 0) }) else {
            throw Failure(.config, "out of memory")
        }
        self.raw = raw
        self.loop = loop
        // Verbose errors carry the SQLSTATE, which libpq has no other way to tell here (L-27);
        // notices would be printed on stderr.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        guard PQstatus(raw) != CONNECTION_BAD else {
            // libpq tells only a text: the kernel tells the reason again.
            _ = try Socket.connecting(to: address, on: loop)
            throw Failure(.config, "libpq refuses the settings: check the PG… variables and the parameters")
        }
    }

    deinit {
        PQfinish(raw)
    }

    /// The socket. libpq may open another one under the same number at every step (L-24).
    var descriptor: Int32 { PQsocket(raw) }

    /// Goes on until the server asks for authentication, if that is enough, or has let us in.
    func establish(
        stoppingAtAuthentication: Bool, until deadline: Instant
    ) async throws(Failure) -> Establishment {
        // Logging in computes hashes; a ping needs the library only where TLS is spoken.
        if !stoppingAtAuthentication { OpenSSL.prepare() }
        var interest = Interest.writing
        while true {
            if mustWait(for: interest) { try await ready(interest, until: deadline) }
            try judgeWhatCame()
            if sawAuthenticationRequest, stoppingAtAuthentication {
                drain()
                return .authenticationRequested
            }
            switch PQconnectPoll(raw) {
            case PGRES_POLLING_OK: return .connected
            case PGRES_POLLING_READING: interest = .reading
            case PGRES_POLLING_WRITING: interest = .writing
            default:
                // Over TLS nothing can be seen beforehand; that a password was missing tells as much.
                if stoppingAtAuthentication, PQconnectionNeedsPassword(raw) != 0 {
                    return .authenticationRequested
                }
                throw connectFailure
            }
        }
    }

    /// Runs one query and returns the first value of its first row, if there is one.
    func query(_ text: Secret, until deadline: Instant) async throws(Failure) -> String? {
        PQsetnonblocking(raw, 1)
        let isSent = text.reveal { bytes in
            (bytes + [0]).withUnsafeBytes { PQsendQuery(raw, $0.bindMemory(to: CChar.self).baseAddress) }
        }
        guard isSent == 1 else { throw Failure(.closed, "the connection was lost") }
        while PQflush(raw) == 1 { try await ready(.writing, until: deadline) }
        var value: String?
        while true {
            while PQisBusy(raw) == 1 {
                try await ready(.reading, until: deadline)
                try limitInput()
                guard PQconsumeInput(raw) == 1 else { break }
            }
            guard let result = PQgetResult(raw) else { return value }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                if value == nil, PQntuples(result) > 0, PQnfields(result) > 0 {
                    value = String(cString: PQgetvalue(result, 0, 0))
                }
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw Failure(.config, "the query must not be a COPY")
            default:
                throw queryFailure(result)
            }
        }
    }

    /// The few bytes of a fresh connection always fit, and on loopback it is made before anyone
    /// could wait for it.
    private func mustWait(for interest: Interest) -> Bool {
        switch PQstatus(raw) {
        case CONNECTION_STARTED: !isConnected
        case CONNECTION_MADE: interest == .reading
        default: true
        }
    }

    private func ready(_ interest: Interest, until deadline: Instant) async throws(Failure) {
        switch await loop.wait(for: descriptor, interest, until: deadline) {
        case .ready: return
        case .cancelled: throw Failure(.timeout, "cancelled")
        case .deadline:
            throw Failure(.timeout, isConnected ? "connected, and no answer" : "no answer to the connection")
        }
    }

    // MARK: Seeing before libpq does

    /// Looks at the answer before libpq takes it: libpq's own account of what it cannot read is a
    /// text, and of an authentication request it says nothing at all.
    private func judgeWhatCame() throws(Failure) {
        switch PQstatus(raw) {
        case CONNECTION_STARTED:
            isJudged = false
            if let failure = SystemFailure.pending(on: descriptor) { throw failure }
            return
        case CONNECTION_SSL_STARTUP where PQsslInUse(raw) == 0:
            guard let answer = try peek(), let first = answer.first else { return }
            wasRefusedTLS = first == UInt8(ascii: "N")
            // One byte is the whole answer; `E` is an old server's or a failing one's error.
            let isAnswer = answer.count == 1 && (first == UInt8(ascii: "S") || wasRefusedTLS)
            guard isAnswer || first == UInt8(ascii: "E") else { throw foreign(answer) }
            if first == UInt8(ascii: "S") { OpenSSL.prepare() }
        case CONNECTION_AWAITING_RESPONSE where PQsslInUse(raw) == 0 && !isJudged:
            guard let answer = try peek() else { return }
            // From here on libpq may hold a part of the answer, and what is seen begins in its middle.
            isJudged = true
            try judge(answer)
        default: break
        }
        try limitInput()
    }

    /// The first bytes of the first message: its type, its length, and of a request the method.
    private func judge(_ answer: [UInt8]) throws(Failure) {
        let length = answer.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) }
        let isWhole = answer.count >= 5
        switch answer[0] {
        case UInt8(ascii: "R"):
            guard !isWhole || (8...2000).contains(length) else { throw foreign(answer) }
            // Method 0 says that we are in already: what follows may still be an error.
            if answer.count >= 9, answer[5..<9].contains(where: { $0 != 0 }) {
                sawAuthenticationRequest = true
            }
        case UInt8(ascii: "E"):
            guard !isWhole || (8...30_000).contains(length) else {
                throw Failure(.protocol, "an error without a code: \(PrintableText.line(answer))")
            }
        case UInt8(ascii: "v"): return
        default: throw foreign(answer)
        }
    }

    /// Whether the kernel has made the connection.
    private var isConnected: Bool {
        var address = sockaddr()
        var size = socklen_t(MemoryLayout<sockaddr>.size)
        return getpeername(descriptor, &address, &size) == 0
    }

    private func foreign(_ answer: [UInt8]) -> Failure {
        Failure(.protocol, "not PostgreSQL: it answers \(PrintableText.line(answer))")
    }

    /// The first bytes that wait to be read; nil if there are none.
    private func peek() throws(Failure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 9)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
        if count == 0 { throw Failure(.closed, "the connection was closed without an answer") }
        guard count < 0 else { return Array(bytes.prefix(count)) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw SystemFailure.failure(errno)
    }

    /// Reads what waits: closing over unread bytes resets the connection, and the server logs that.
    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
    }

    private func limitInput() throws(Failure) {
        guard clinux_tcp_bytes_received(descriptor) <= Self.receiveLimit else {
            throw Failure(.protocol, "more than \(Self.receiveLimit >> 20) MiB of answer")
        }
    }

    // MARK: Failures

    private var connectFailure: Failure {
        let message = Array(String(cString: PQerrorMessage(raw)).utf8)
        if let answer = PostgresAnswer(libpqMessage: message) { return answer.failure }
        if PQconnectionNeedsPassword(raw) != 0 {
            return Failure(.auth, "the server asks for a password, and there is none")
        }
        let text = String(decoding: message, as: UTF8.self)
        if wasRefusedTLS { return Failure(.tls, "the server offers no TLS, and sslmode asks for it") }
        if text.mentions("SSL") || text.mentions("certificate") {
            let isCertificate = text.mentions("certificate")
            return Failure(.tls, Self.lastLine(text), isPermanent: isCertificate)
        }
        if text.mentions("session is") || text.mentions("standby mode") {
            return Failure(.role, Self.lastLine(text))
        }
        if text.mentions("closed the connection") || text.mentions("could not receive data") {
            return Failure(.closed, "the connection was closed before the answer was whole")
        }
        if sawAuthenticationRequest { return Failure(.auth, Self.lastLine(text)) }
        return Failure(.protocol, "not the PostgreSQL protocol")
    }

    /// libpq's account of the last connection it tried, without the prefix that names the address.
    private static func lastLine(_ text: String) -> String {
        let lines = text.split(separator: "\n").reversed()
        for line in lines {
            if let end = line.utf8.endOfFirst(" failed: ".utf8) { return String(line[end...]) }
        }
        return lines.last.map(String.init) ?? ""
    }

    private func queryFailure(_ result: OpaquePointer) -> Failure {
        guard let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            return Failure(.closed, "the connection was closed during the query")
        }
        let text = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) } ?? ""
        return PostgresAnswer(code: String(cString: code), text: Array(text.utf8)).failure
    }
}

extension PostgresProbe {
    /// The version of libpq, for `version --libraries`.
    package static var libraryVersion: String { "\(PQlibVersion() / 10_000).\(PQlibVersion() % 10_000)" }
}
