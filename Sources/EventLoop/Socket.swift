internal import CLinux
internal import Glibc
package import HealthCore

/// A stream of bytes to and from a peer, plain or encrypted.
package protocol ByteStream {
    /// Sends all of the bytes.
    func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure)
    /// Receives at least one byte and at most `limit`; empty when the peer has closed.
    func receive(atMost limit: Int, until deadline: Instant) async throws(Failure) -> [UInt8]
    /// Says that the peer has read all sent bytes: the connection may be closed by a reset.
    func finish()
}

/// A nonblocking, close-on-exec stream socket, closed with its last reference.
package final class Socket: Sendable {
    package let descriptor: Int32
    let loop: EventLoop
    /// Whether this side has dialled, and so waits for an answer to what it sends.
    private let isDialled: Bool
    /// Whether bytes were sent since the last receive. Only jobs of the loop touch this flag, on one thread; an
    /// `Atomic` would have the layout of this class computed when the program starts.
    private nonisolated(unsafe) var awaitsAnswer = false

    private init(_ descriptor: Int32, _ loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
        isDialled = true
    }

    /// A connection that was accepted, nonblocking and close-on-exec.
    init(accepted descriptor: Int32, on loop: EventLoop) {
        self.descriptor = descriptor
        self.loop = loop
        isDialled = false
        // An answer in several pieces must not wait for the peer's delayed acknowledgement.
        Self.set(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, CInt(1))
        // The send buffer of a client that does not read is our memory.
        Self.set(descriptor, SOL_SOCKET, SO_SNDBUF, CInt(16_384))
    }

    deinit {
        close(descriptor)
    }

    /// Ends both directions: a task that waits for this socket wakes, and finds it closed.
    package func shutDown() {
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Ends both directions, and drops the bytes that the peer has not read: the kernel would keep them for minutes.
    package func abort() {
        finish()
        shutDown()
    }

    /// Ends the sending direction.
    package func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Closes the connection by a reset: an orderly close of TCP takes four packets and a wake of the server, and
    /// leaves a port in TIME_WAIT for a minute; a thousand checks a second would use up all ports. The server must have
    /// read all sent bytes.
    package func finish() {
        Self.closeByReset(descriptor)
    }

    private static func closeByReset(_ descriptor: Int32) {
        set(descriptor, SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
    }

    private static func set<Value>(_ descriptor: Int32, _ level: CInt, _ option: CInt, _ value: Value) {
        withUnsafeBytes(of: value) {
            _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
    }

    /// Starts to connect; the socket may still be connecting when this returns.
    ///
    /// - Parameter speaksFirst: whether the caller sends as soon as it is connected. The kernel then confirms the
    ///   connection with these bytes, which spares the server a packet and a wake.
    package static func connecting(
        to address: SocketAddress, speaksFirst: Bool = false, on loop: EventLoop
    ) throws(Failure) -> Socket {
        let descriptor = address.socket(SOCK_STREAM)
        guard descriptor >= 0 else { throw SystemFailure.failure(errno).at(address.description) }
        let socket = Socket(descriptor, loop)
        if speaksFirst, address.family != .unix { set(descriptor, CInt(IPPROTO_TCP), TCP_QUICKACK, CInt(0)) }
        let status = address.withPointer { connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS || errno == EINTR else {
            throw SystemFailure.failure(errno, connectingTo: address).at(address.description)
        }
        if let failure = refusal(of: descriptor, dialling: address) { throw failure }
        return socket
    }

    /// The failure of a connection to itself: both of its ends are one socket. Such a socket is closed by a reset: a
    /// server is about to listen on its port, and TIME_WAIT would keep the port from it for a minute.
    package static func refusal(of descriptor: Int32, dialling address: SocketAddress) -> Failure? {
        guard address.isLocalEnd(of: descriptor) else { return nil }
        closeByReset(descriptor)
        return Failure(
            .refused, "nobody listens: the connection was to itself", address: address.description)
    }

    /// Waits until the socket is connected.
    package func connected(until deadline: Instant) async throws(Failure) {
        try await ready(.writing, until: deadline, "no answer to the connection")
        if let failure = SystemFailure.pending(on: descriptor) { throw failure }
    }

    /// Sends all of the bytes, and waits while the send buffer is full or the connection is not made yet.
    package func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
                awaitsAnswer = isDialled
            } else if errno == EAGAIN {
                try await ready(.writing, until: deadline, "no answer to the connection")
                if let failure = SystemFailure.pending(on: descriptor) { throw failure }
            } else if errno != EINTR {
                throw SystemFailure.failure(errno)
            }
        }
    }

    /// Sends the bytes that fit into the send buffer, and returns their number. An error shows when the rest is sent.
    package func sendNow(_ bytes: ArraySlice<UInt8>) -> Int {
        guard !bytes.isEmpty else { return 0 }
        return max(
            0, bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) })
    }

    /// Receives at least one byte and at most `limit`; empty when the peer has closed.
    package func receive(atMost limit: Int, until deadline: Instant) async throws(Failure) -> [UInt8] {
        // A server needs a moment to answer: other jobs run meanwhile, and may make a wait unnecessary.
        if awaitsAnswer {
            awaitsAnswer = false
            if !(await loop.giveWay()) {
                try await ready(.reading, until: deadline, "connected, and no answer")
            }
        }
        try await goOn(until: deadline)
        while true {
            var failure: CInt = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                let received = recv(descriptor, buffer.baseAddress, limit, 0)
                if received < 0 { failure = errno }
                count = max(0, received)
            }
            if failure == 0 { return bytes }
            if failure == EAGAIN {
                try await ready(.reading, until: deadline, "connected, and no answer")
            } else if failure != EINTR {
                throw SystemFailure.failure(failure)
            }
        }
    }

    /// Throws after the deadline, and lets other jobs have their turn. Must be called before every read: a peer that
    /// never stops sending is held to the deadline, too.
    func goOn(until deadline: Instant) async throws(Failure) {
        guard await loop.mayGoOn(until: deadline) else {
            throw Failure(.timeout, "connected, and no end of the answer")
        }
    }

    private func ready(
        _ interest: Interest, until deadline: Instant, _ silence: String
    ) async throws(Failure) {
        try await loop.wait(for: descriptor, interest, until: deadline).requireReady(silence)
    }
}

extension Socket: ByteStream {}
