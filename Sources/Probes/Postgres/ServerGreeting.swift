internal import CLinux
internal import EventLoop
internal import Glibc
internal import HealthCore

/// The beginning of a server's answer, seen before libpq takes it: libpq's own account of what it
/// cannot read is a text, and of an authentication request it says nothing at all.
struct ServerGreeting {
    /// What the first bytes say.
    enum Meaning {
        /// Go on: libpq understands what comes.
        case understood
        /// It asks who we are, by a method other than letting us in.
        case authenticationRequest
        /// Too few bytes to tell; `SO_RCVLOWAT` is set, so the next wait ends when there are enough.
        case incomplete
    }

    /// Type, length and authentication method: what has to be seen of the first message.
    private static let size = 9

    /// How long the message of each authentication method is that a server begins with; SASL's lists mechanisms.
    private static let lengths: [Int: ClosedRange<Int>] = [
        0: 8...8, 1: 8...8, 2: 8...8, 3: 8...8, 4: 10...10, 5: 12...12, 6: 8...8, 7: 8...8, 9: 8...8,
        10: 9...2000,
    ]

    private let descriptor: Int32
    private var lowWater: CInt = 1

    /// Looks at a connected socket, which libpq goes on owning.
    init(of descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// The one byte that answers an SSLRequest: whether TLS begins now; nil if there is none yet. An
    /// error in its place has no code: it is an old server's, or one that cannot start a process.
    func acceptsTLS() throws(Failure) -> Bool? {
        guard let answer = try peek() else { return nil }
        if answer == [UInt8(ascii: "S")] { return true }
        if answer == [UInt8(ascii: "N")] { return false }
        throw foreign(answer)
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
            // Method 0 says that we are in already: what follows may still be an error.
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
        Failure(.protocol, "not PostgreSQL: it answers \(PrintableText.line(answer))")
    }

    /// The first bytes that wait to be read; nil if there are none.
    private func peek() throws(Failure) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        let count = recv(descriptor, &bytes, bytes.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT))
        if count == 0 { throw Failure(.closed, "the connection was closed without an answer") }
        guard count < 0 else { return Array(bytes.prefix(count)) }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw SystemFailure.failure(errno)
    }

    /// Has the kernel say "readable" only when so many bytes have come, or the end. False where that
    /// is so already, or where there is no such thing: on a Unix socket.
    @discardableResult
    private mutating func setLowWater(_ count: CInt) -> Bool {
        guard count != lowWater, clinux_tcp_bytes_received(descriptor) > 0 else { return false }
        lowWater = count
        let size = socklen_t(MemoryLayout<CInt>.size)
        return setsockopt(descriptor, SOL_SOCKET, SO_RCVLOWAT, &lowWater, size) == 0
    }

    /// Reads what waits: closing over unread bytes resets the connection, and the server logs that.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        _ = recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
    }
}
