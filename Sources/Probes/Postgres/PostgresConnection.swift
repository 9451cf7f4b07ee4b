internal import CLibPQ
internal import CLinux
internal import CReadLimit
internal import EventLoop
internal import Glibc
internal import HealthCore

/// One libpq connection on the loop, freed with its last reference.
final class PostgresConnection {
    /// How far the server has let the client come.
    enum Establishment {
        /// The server asks for authentication: a client with the password is let in.
        case authenticationRequested
        case connected
    }

    /// The most bytes of all answers: libpq would keep a message of up to a gigabyte, and no answer to a probe comes
    /// near this limit.
    private static let receiveLimit: UInt64 = 1 << 20
    /// The bytes before the end of the login, TLS included, from which a step's time is measured: a usual login is a
    /// tenth of this limit. Beyond the limit only one long message may come, which takes no computing before its end.
    private static let greetingLimit = 64 << 10
    /// The most bytes that libpq reads in one step: its work on each unsolicited message can grow with the number of
    /// messages before.
    private static let stepLimit = 4 << 10
    /// The longest step of a query, which is usually microseconds of work; a handshake and a login take longer.
    private static let stepTime = Duration.milliseconds(5)

    private let raw: OpaquePointer
    private let address: SocketAddress
    private let loop: EventLoop
    /// The number of received bytes.
    private var received = 0
    private var sawAuthenticationRequest = false
    /// The beginning of the server's answer, until it has been judged.
    private var greeting: ServerGreeting?
    private var isEncrypted = false
    private let beginsWithTLS: Bool
    private let login: Login

    /// Starts to connect to one address; throws an immediate refusal. `salted` has the remembered forms of the
    /// password.
    init(
        _ parameters: ConnectionParameters, _ address: SocketAddress, _ salted: SaltedPassword?,
        on loop: EventLoop
    ) throws(Failure) {
        if address.family != .unix { try ConnectionFiles.check(parameters) }
        // libpq's own hook takes `sslpassword`, and never asks the terminal.
        PQsetSSLKeyPassHook_OpenSSL(PQdefaultSSLKeyPassHook_OpenSSL)
        guard let raw = parameters.withCStrings({ PQconnectStartParams($0, $1, 0) }) else {
            throw SystemFailure.failure(ENOMEM)
        }
        self.raw = raw
        self.loop = loop
        beginsWithTLS = parameters.beginsWithTLS
        self.address = address
        login = Login(salted, on: loop)
        // Verbose errors carry the SQLSTATE, which libpq has no other way to tell here (L-27);
        // notices would be printed on stderr.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        guard PQstatus(raw) != CONNECTION_BAD else {
            // libpq gives only a text: another attempt gets the reason from the kernel.
            _ = try Socket.connecting(to: address, on: loop)
            if let shortage = LibPQMessage(Self.bytes(PQerrorMessage(raw))).shortage { throw shortage }
            throw Failure(.config, "libpq refuses the settings: check the PG… variables and the parameters")
        }
    }

    deinit {
        login.giveUp()
        PQfinish(raw)
    }

    /// When the server's certificate ends, in seconds since the epoch; nil without TLS.
    var certificateExpiry: Int64? {
        // The session is libpq's, and is used only within the call.
        PQsslStruct(raw, "OpenSSL").flatMap(CertificateValidity.end(ofSession:))
    }

    /// The socket. libpq may open another one under the same number at every step (L-24).
    var descriptor: Int32 { PQsocket(raw) }

    /// Runs the connection until the server asks for authentication, if that is enough, or has let the client in.
    func establish(
        stoppingAtAuthentication: Bool, until deadline: Instant, entering enter: (Phases.Phase) -> Void
    ) async throws(Failure) -> Establishment {
        // A login computes hashes with OpenSSL; a ping needs OpenSSL only for TLS.
        if !stoppingAtAuthentication { OpenSSL.prepare() }
        var interest = Interest.writing
        while true {
            if mustWait(for: interest) { try await ready(interest, until: deadline) }
            guard try judgeWhatCame() else { continue }
            if sawAuthenticationRequest, stoppingAtAuthentication {
                ServerGreeting(of: descriptor).drain()
                return .authenticationRequested
            }
            var (allocated, began) = (UInt64(0), Int64(0))
            let progress = try await login.step(of: raw, until: deadline) { part in
                allocated = clinux_allocated_bytes()
                if received > Self.greetingLimit { began = clinux_thread_nanoseconds() }
                return step(part)
            }
            // The session must be bounded before the server's part of the handshake is read.
            if let session = PQsslStruct(raw, "OpenSSL") { CertificateValidity.bound(session) }
            try limitInput()
            // What a step has come to counts, however long it took: a megabyte of error is read for milliseconds, once.
            let isLast = progress == PGRES_POLLING_FAILED || progress == PGRES_POLLING_OK
            guard isLast || began == 0 || clinux_thread_nanoseconds() - began < Self.stepTime.nanoseconds
            else {
                throw Failure(.protocol, "more than \(Self.greetingLimit >> 10) KiB before it lets anyone in")
            }
            try keepAnswerOverTLS()
            switch PQstatus(raw) {
            case CONNECTION_SSL_STARTUP: enter(.tls)
            case CONNECTION_AWAITING_RESPONSE, CONNECTION_AUTH_OK: enter(.login)
            default: break
            }
            switch progress {
            case PGRES_POLLING_OK: return .connected
            case PGRES_POLLING_READING:
                if PQstatus(raw) == CONNECTION_AUTH_OK { try limitMessage(since: allocated) }
                interest = .reading
            case PGRES_POLLING_WRITING: interest = .writing
            default:
                // Over TLS no message can be peeked at; a missing password says that authentication was requested.
                if stoppingAtAuthentication, PQconnectionNeedsPassword(raw) != 0 {
                    return .authenticationRequested
                }
                throw connectFailure
            }
        }
    }

    /// Refuses a server whose session parameters are neither `on` nor `off`: libpq takes every other value for `off`.
    func requireKnownAttributes() throws(Failure) {
        for name in ["in_hot_standby", "default_transaction_read_only"] {
            let value = Self.bytes(PQparameterStatus(raw, name))
            guard value.isEmpty || ["on", "off"].contains(String(decoding: value, as: UTF8.self)) else {
                throw Failure(.protocol, "\(name) is \(PrintableText.line(value))")
            }
        }
    }

    /// Runs one query and returns the first value of its first row, if there is one.
    func query(_ text: Secret, until deadline: Instant) async throws(Failure) -> String? {
        PQsetnonblocking(raw, 1)
        let isSent = text.reveal { bytes in
            (bytes + [0]).withUnsafeBytes { query in
                step { PQsendQuery(raw, query.bindMemory(to: CChar.self).baseAddress) }
            }
        }
        guard isSent == 1 else { throw Failure(.closed, "the connection was lost") }
        while step({ PQflush(raw) }) == 1 { try await ready(.writing, until: deadline) }
        var value: String?
        var hasResult = false
        while true {
            var allocated = clinux_allocated_bytes()
            while PQisBusy(raw) == 1 {
                try limitMessage(since: allocated)
                try await ready(.reading, until: deadline)
                allocated = clinux_allocated_bytes()
                let began = clinux_thread_nanoseconds()
                let isAlive = step { PQconsumeInput(raw) } == 1
                try limitInput()
                _ = PQisBusy(raw)
                guard clinux_thread_nanoseconds() - began < Self.stepTime.nanoseconds else {
                    throw Failure(.protocol, "what it says besides an answer has no end")
                }
                guard isAlive else { break }
            }
            guard let result = PQgetResult(raw) else {
                guard hasResult else { throw Failure(.protocol, "the query was not answered") }
                return value
            }
            defer { PQclear(result) }
            hasResult = true
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

    /// Whether the next step has to wait: not for the first bytes, which always fit, and not for a connection that is
    /// made already, as on loopback.
    private func mustWait(for interest: Interest) -> Bool {
        switch PQstatus(raw) {
        case CONNECTION_STARTED: !isConnected
        case CONNECTION_MADE: interest == .reading
        default: true
        }
    }

    private func ready(_ interest: Interest, until deadline: Instant) async throws(Failure) {
        try await loop.wait(for: descriptor, interest, until: deadline)
            .requireReady(isConnected ? "connected, and no answer" : "no answer to the connection")
    }

    // MARK: Judging the answer

    /// Judges the answer before libpq takes it. False if more bytes have to come first.
    private func judgeWhatCame() throws(Failure) -> Bool {
        switch PQstatus(raw) {
        case CONNECTION_STARTED:
            if let failure = Socket.refusal(of: descriptor, dialling: address) { throw failure }
            greeting = beginsWithTLS ? nil : ServerGreeting(of: descriptor)
            if let failure = SystemFailure.pending(on: descriptor) { throw failure }
            return true
        case CONNECTION_SSL_STARTUP where PQsslInUse(raw) == 0:
            let offersTLS = try greeting?.acceptsTLS()
            if beginsWithTLS || offersTLS == true { OpenSSL.prepare() }
        case CONNECTION_AWAITING_RESPONSE where PQsslInUse(raw) == 0:
            switch try greeting?.meaning() {
            case .incomplete: return false
            case .authenticationRequest: sawAuthenticationRequest = true
            case .understood, nil: break
            }
            // From here on libpq may hold a part of the answer, and a peek would begin in the answer's middle.
            greeting = nil
        default: break
        }
        return true
    }

    /// Makes a call of libpq that reads at most `stepLimit` bytes.
    private func step<Result>(_ call: () -> Result) -> Result {
        read_limit_begin(descriptor, Self.stepLimit)
        defer { received += Int(clamping: read_limit_end()) }
        return call()
    }

    /// Whether the kernel has made the connection.
    private var isConnected: Bool {
        var address = sockaddr()
        var size = socklen_t(MemoryLayout<sockaddr>.size)
        return getpeername(descriptor, &address, &size) == 0
    }

    private func limitInput() throws(Failure) {
        guard received <= Self.receiveLimit else { throw tooLong }
    }

    /// Refuses a message that is too long. libpq allocates memory for a whole message when it has seen the length, and
    /// the next call reads until the memory is full, which may be never: the allocation is measured in between.
    private func limitMessage(since allocated: UInt64) throws(Failure) {
        guard clinux_allocated_bytes() <= allocated + Self.receiveLimit else { throw tooLong }
    }

    private var tooLong: Failure {
        Failure(.protocol, "more than \(Self.receiveLimit >> 20) MiB of answer")
    }

    // MARK: Failures

    /// Throws the answer that came over TLS before libpq tries again without TLS, as it does with `sslmode=prefer`. A
    /// second try helps only where pg_hba.conf wants no TLS (28000): any other would be a second failure in the
    /// server's log, and its answer would hide the first.
    private func keepAnswerOverTLS() throws(Failure) {
        let wasEncrypted = isEncrypted
        isEncrypted = PQsslInUse(raw) != 0
        guard wasEncrypted, !isEncrypted, PQstatus(raw) != CONNECTION_BAD,
            let answer = LibPQMessage(Self.bytes(PQerrorMessage(raw))).serverAnswer, answer.code != "28000"
        else { return }
        throw answer.failure
    }

    private var connectFailure: Failure {
        let message = LibPQMessage(Self.bytes(PQerrorMessage(raw)))
        return message.shortage
            ?? message.connectFailure(
                needsPassword: PQconnectionNeedsPassword(raw) != 0,
                sawAuthenticationRequest: sawAuthenticationRequest)
    }

    private func queryFailure(_ result: OpaquePointer) -> Failure {
        let text = Self.bytes(PQresultErrorField(result, Int32(UInt8(ascii: "M"))))
        if let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) {
            return PostgresAnswer(code: String(cString: code), text: text).failure
        }
        // libpq's own messages have no fields. A server that has let the client in may leave out the code.
        if !text.isEmpty { return Failure(.error, PrintableText.line(text)) }
        return LibPQMessage(Self.bytes(PQresultErrorMessage(result))).queryFailure
    }

    /// The bytes of a C string.
    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
        text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
    }
}
