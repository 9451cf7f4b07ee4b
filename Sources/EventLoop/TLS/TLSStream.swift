internal import CLinux
internal import COpenSSL
internal import Glibc
package import HealthCore

/// TLS over a socket, freed with its last reference. OpenSSL only computes: its input and output go through memory, so
/// that the socket's deadlines and limits apply.
package final class TLSStream: ByteStream {
    /// The most bytes of a handshake: no honest handshake comes near this limit.
    private static let handshakeLimit = 256 * 1024
    /// The most messages that are no data (session tickets, new keys, alerts): a server sends a handful, and each
    /// costs as much as many bytes of data.
    private static let messageLimit = 64
    /// The most bytes on the wire for each byte of data, beyond `handshakeLimit`. A record of one byte has some 25.
    private static let recordOverhead = 64

    private let socket: Socket
    /// The name of the server, for messages.
    private let name: String
    private let session: OpaquePointer
    /// The memory BIOs of the session, which owns them.
    private let incoming, outgoing: OpaquePointer
    private var received = 0
    /// The bytes of data that were received.
    private var delivered = 0
    /// The number of messages that were no data; the session counts them.
    private let messages: UnsafeMutablePointer<Int>
    private var isEstablished = false
    /// The most bytes that are kept of what a server says instead of a handshake.
    private static let beginningLimit = 1024
    /// The beginning of what the server has answered, until the session is established.
    private(set) var beginning: [UInt8] = []

    /// Makes a session without a handshake; `name` is the server name to ask for, and to verify, `application` the
    /// protocol to offer.
    init(
        over socket: Socket, in context: TLSContext, as name: String, verifyingName: Bool,
        offering application: String? = nil
    ) throws(Failure) {
        guard let session = SSL_new(context.raw), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { throw SystemFailure.failure(ENOMEM) }
        messages = .allocate(capacity: 1)
        messages.initialize(to: 0)
        copenssl_count_messages(session, messages)
        copenssl_bound_key_exchange(session)
        copenssl_never_ends(incoming)
        SSL_set_bio(session, incoming, outgoing)
        SSL_set_connect_state(session)
        (self.socket, self.session, self.incoming, self.outgoing) = (socket, session, incoming, outgoing)
        self.name = name
        if let application {
            let offer = [UInt8(clamping: application.utf8.count)] + application.utf8
            SSL_set_alpn_protos(session, offer, UInt32(clamping: offer.count))
        }
        // An IP address is verified as an address, and never sent as a server name (RFC 6066 §3).
        let address = IPLiteral.zoned(name)?.address ?? name
        if IPLiteral.isIPv4(address) || IPLiteral.isIPv6(address) {
            if verifyingName { X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), address) }
        } else {
            SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
            if verifyingName { SSL_set1_host(session, name) }
            _ = copenssl_set_server_name(session, name)
        }
    }

    deinit {
        sayGoodbye()
        SSL_free(session)
        messages.deallocate()
    }

    /// The certificate that the server has shown, verified or not; nil before the server has shown one.
    var certificate: PeerCertificate? { PeerCertificate(of: session) }

    /// Whether the server has agreed to the protocol that it was offered, if it was offered one.
    func agrees(to application: String?) -> Bool {
        guard let application else { return true }
        var (chosen, size) = (UnsafePointer<UInt8>?.none, UInt32(0))
        SSL_get0_alpn_selected(session, &chosen, &size)
        return UnsafeBufferPointer(start: chosen, count: Int(clamping: size)).elementsEqual(application.utf8)
    }

    /// Makes the handshake, which verifies the certificate. `ask` is called while the server says nothing: whoever
    /// does not speak TLS may wait for the end of a line, or of a request.
    func handshake(
        as name: String, until deadline: Instant,
        ifSilent ask: ((Instant) async throws(Failure) -> Void)? = nil
    ) async throws(Failure) {
        if let ask {
            let left = socket.loop.now.duration(to: deadline)
            let patience = socket.loop.now.advanced(by: left / 4)
            do throws(Failure) { return try await shakeHands(as: name, until: patience) } catch {
                guard error == Self.noHandshake, received == 0 else { throw error }
            }
            try await ask(patience.advanced(by: left / 4))
        }
        try await shakeHands(as: name, until: deadline)
    }

    /// Refuses a certificate that does not verify, where the handshake did not look at it.
    package func requireVerified() throws(Failure) {
        guard SSL_get_verify_result(session) == Int(X509_V_OK) else {
            throw TLSFailure.unverified(session, as: name)
        }
    }

    private func shakeHands(as name: String, until deadline: Instant) async throws(Failure) {
        _ = try await perform(until: deadline, as: name) { SSL_do_handshake(session) }
        isEstablished = true
        beginning = []
        (received, messages.pointee) = (0, 0)
    }

    package func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure) {
        guard !bytes.isEmpty else { return }
        _ = try await perform(until: deadline, as: "") { SSL_write(session, bytes, Int32(bytes.count)) }
    }

    package func receive(atMost limit: Int, until deadline: Instant) async throws(Failure) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = try await perform(until: deadline, as: "") { SSL_read(session, &bytes, Int32(limit)) }
        delivered += Int(count)
        bytes.removeSubrange(Int(count)...)
        return bytes
    }

    /// Does nothing: the peer has yet to read the closing alert, and a reset would overtake it.
    package func finish() {}

    /// Sends the closing alert: a server that gets none may take that for an attack, and log it.
    private func sayGoodbye() {
        ERR_clear_error()
        guard isEstablished, SSL_shutdown(session) >= 0 else { return ERR_clear_error() }
        _ = socket.sendNow(takeOutgoing()[...])
    }

    /// Repeats a call of OpenSSL until it has its input; returns 0 when the peer has closed.
    private func perform(
        until deadline: Instant, as name: String, _ call: () -> Int32
    ) async throws(Failure) -> Int32 {
        while true {
            try await goOn(until: deadline)
            ERR_clear_error()
            let known = messages.pointee
            let result = call()
            switch SSL_get_error(session, result) {
            case SSL_ERROR_NONE:
                try await flush(until: deadline)
                return result
            case SSL_ERROR_ZERO_RETURN:
                guard isEstablished else { throw Self.closedEarly }
                return 0
            case SSL_ERROR_WANT_READ:
                try await flush(until: deadline)
                // OpenSSL returns after each message that is no data, and may hold the next one already.
                if isEstablished, messages.pointee != known {
                    guard messages.pointee <= Self.messageLimit else { throw Self.noData }
                    continue
                }
                guard try await fill(until: deadline) else {
                    // Many servers close without an alert; a protocol with an end of its own notices a cut answer.
                    if isEstablished { return 0 }
                    throw Self.closedEarly
                }
            default:
                let failure = TLSFailure.failure(of: session, as: name, answering: beginning)
                // The alert with our reason reaches the peer's log.
                try? await flush(until: deadline)
                throw failure
            }
        }
    }

    private func goOn(until deadline: Instant) async throws(Failure) {
        do throws(Failure) { try await socket.goOn(until: deadline) } catch {
            throw isEstablished ? error : Self.noHandshake
        }
    }

    private func flush(until deadline: Instant) async throws(Failure) {
        let bytes = takeOutgoing()
        if !bytes.isEmpty { try await socket.send(bytes, until: deadline) }
    }

    private func takeOutgoing() -> [UInt8] {
        let waiting = BIO_ctrl_pending(outgoing)
        guard waiting > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: waiting)
        let count = BIO_read(outgoing, &bytes, Int32(waiting))
        return Array(bytes.prefix(Int(max(0, count))))
    }

    private static let closedEarly = Failure(.closed, "the connection was closed during the TLS handshake")
    private static let noHandshake = Failure(.timeout, "connected, and no end of the TLS handshake")
        .advising(.silentHandshake)
    private static let noData = Failure(.protocol, "it speaks TLS without end, and says nothing")

    /// Feeds received bytes to OpenSSL; false when the peer has closed.
    private func fill(until deadline: Instant) async throws(Failure) -> Bool {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try await socket.receive(atMost: 16 * 1024, until: deadline)
        } catch {
            guard error.reason == .timeout, !isEstablished else { throw error }
            throw Self.noHandshake
        }
        guard !bytes.isEmpty else { return false }
        received += bytes.count
        if !isEstablished { beginning += bytes.prefix(Self.beginningLimit - beginning.count) }
        if isEstablished {
            guard received <= Self.handshakeLimit + delivered * Self.recordOverhead else { throw Self.noData }
        } else if received > Self.handshakeLimit {
            throw Failure(.protocol, "a TLS handshake of more than \(Self.handshakeLimit / 1024) KiB")
        }
        BIO_write(incoming, bytes, Int32(bytes.count))
        return true
    }
}
