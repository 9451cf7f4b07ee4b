internal import CLinux
internal import EventLoop
internal import Glibc
internal import HealthCore

/// The beginning of a server's answer, peeked at before libpq takes it: libpq reports bytes that it cannot read only as
/// a text, and an authentication request not at all.
struct ServerGreeting {
    /// The meaning of the first bytes.
    enum Meaning {
        /// libpq understands the answer.
        case understood
        /// The server requests authentication, by a method other than "ok".
        case authenticationRequest
        /// Too few bytes to tell; `SO_RCVLOWAT` is set, so the next wait ends when there are enough.
        case incomplete
    }

    /// The bytes of type, length and authentication method, with which a message begins.
    private static let size = 9

    /// The length of a server's first message for each authentication method; SASL's message lists mechanisms.
    private static let lengths: [Int: ClosedRange<Int>] = [
        0: 8...8, 1: 8...8, 2: 8...8, 3: 8...8, 4: 10...10, 5: 12...12, 6: 8...8, 7: 8...8, 9: 8...8,
        10: 9...2000,
    ]

    private let descriptor: Int32
    private var lowWater: CInt = 1

    /// Peeks at a connected socket, which stays libpq's.
    init(of descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Whether TLS begins now, by the one byte that answers an SSLRequest; nil if no byte has come. An error in the
    /// byte's place is a pooler's, or has no code: its server is old, or cannot start a process.
    func acceptsTLS() throws(Failure) -> Bool? {
        guard let answer = try peek() else { return nil }
        if answer == [UInt8(ascii: "S")] { return true }
        if answer == [UInt8(ascii: "N")] { return false }
        guard answer.first == UInt8(ascii: "E") else { throw foreign(answer) }
        throw Self.refusal(try peek(atMost: 512) ?? answer)
    }

    /// The failure of an error in the clear where TLS was asked for. It judges no login, and no guess is forgiven for it.
    private static func refusal(_ error: [UInt8]) -> Failure {
        if error.dropFirst().first == 0, let answer = PostgresAnswer(message: error) {
            var failure = answer.failure
            failure.code = nil
            return failure
        }
        let text = error.dropFirst().prefix { $0 != 0 && $0 != ASCII.lineFeed }
        return Failure(.protocol, "an error without a code: \(PrintableText.line(text))")
    }

    /// The first message after the startup packet.
    mutating func meaning() throws(Failure) -> Meaning {
        guard let answer = try peek() else { return .understood }
        let meaning = try judge(answer)
        if answer.count < Self.size, setLowWater(CInt(clamping: Self.size)) { return .incomplete }
        setLowWater(1)
        return meaning
    }

    private func judge(_ answer: [UInt8]) throws(Failure) -> Meaning {
        let length = answer.count < 5 ? nil : Self.number(answer.dropFirst().prefix(4))
        switch answer.first {
        case UInt8(ascii: "R"):
            guard (8...2000).contains(length ?? 8) else { throw foreign(answer) }
            guard answer.count == Self.size, let length else { return .understood }
            let method = Self.number(answer.dropFirst(5))
            guard Self.lengths[method]?.contains(length) == true else { throw foreign(answer) }
            // Method 0 is "ok": the client is let in, but an error may still follow.
            return method == 0 ? .understood : .authenticationRequest
        case UInt8(ascii: "E"):
            guard (8...30_000).contains(length ?? 8) else {
                throw Failure(.protocol, "an error without a code: \(PrintableText.line(answer))")
            }
            return .understood
        case UInt8(ascii: "v"): return .understood
        default: throw foreign(answer)
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int(truncatingIfNeeded: $1) }
    }

    private func foreign(_ answer: [UInt8]) -> Failure {
        ForeignProtocol.failure(of: answer, encrypted: nil)
            ?? Failure(.protocol, "not PostgreSQL: it answers \(PrintableText.line(answer))")
    }

    /// The first bytes that wait to be read; nil if none wait.
    private func peek(atMost size: Int = size) throws(Failure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
        if count == 0 { throw Failure(.closed, "the connection was closed without an answer") }
        guard count < 0 else { return Array(bytes.prefix(count)) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw SystemFailure.failure(errno)
    }

    /// Makes the kernel report the socket as readable only when `count` bytes, or the end, have come. False if that is
    /// set already, and on a Unix socket, which has no such limit.
    @discardableResult
    private mutating func setLowWater(_ count: CInt) -> Bool {
        guard count != lowWater, clinux_tcp_bytes_received(descriptor) > 0 else { return false }
        lowWater = count
        let size = socklen_t(MemoryLayout<CInt>.size)
        return setsockopt(descriptor, SOL_SOCKET, SO_RCVLOWAT, &lowWater, size) == 0
    }

    /// Reads the bytes that wait: closing over unread bytes resets the connection, and the server logs a reset.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
    }
}
