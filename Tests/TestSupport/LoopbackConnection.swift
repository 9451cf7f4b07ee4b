import Glibc
import Synchronization

/// One accepted connection; it is closed when the closure that serves it returns.
package final class LoopbackConnection: Sendable {
    // -1 once closed: the number may by then be somebody else's descriptor.
    private let descriptor: Mutex<Int32>

    init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        close()
    }

    var isClosed: Bool { current < 0 }
    var current: Int32 { descriptor.withLock { $0 } }

    /// What arrives next, at most `max` bytes; empty when the peer has closed, or after `seconds`.
    package func read(max: Int = 65536, within seconds: Double = 30) -> [UInt8] {
        guard wait(for: POLLIN, within: seconds) else { return [] }
        var bytes = [UInt8](repeating: 0, count: max)
        let count = recv(current, &bytes, max, 0)
        return Array(bytes.prefix(Swift.max(count, 0)))
    }

    /// Writes all bytes; false if the peer went away or takes nothing for 30 s.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard wait(for: POLLOUT, within: 30) else { return false }
            let count = rest.withUnsafeBytes {
                send(current, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count < 0 && errno != EAGAIN { return false }
            rest = rest.dropFirst(max(count, 0))
        }
        return true
    }

    /// Writes text.
    @discardableResult
    package func write(_ text: String) -> Bool {
        write(Array(text.utf8))
    }

    /// Writes byte by byte with a pause after each; false if the peer went away.
    @discardableResult
    package func writeSlowly(_ bytes: [UInt8], every seconds: Double) -> Bool {
        bytes.allSatisfy { byte in
            guard write([byte]) else { return false }
            Monotonic.sleep(seconds)
            return true
        }
    }

    /// Passes bytes between the peer and a port of this machine, until one of both has closed.
    package func relay(to port: UInt16) {
        guard let other = try? IdleConnections(1, port: port) else { return }
        let far = other.descriptors[0]
        var bytes = [UInt8](repeating: 0, count: 65536)
        while true {
            var polled = [current, far].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&polled, 2, 10_000) > 0 else { return }
            for (from, to) in [(0, 1), (1, 0)] where polled[from].revents != 0 {
                let count = recv(polled[from].fd, &bytes, bytes.count, 0)
                guard count > 0, send(polled[to].fd, bytes, count, Int32(MSG_NOSIGNAL)) == count else {
                    return
                }
            }
        }
    }

    /// Says nothing until the peer closes, or until `seconds` have passed.
    package func holdSilently(within seconds: Double = 60) {
        let end = Monotonic.seconds() + seconds
        while !isClosed && Monotonic.seconds() < end && !read(within: end - Monotonic.seconds()).isEmpty {}
    }

    /// How many packets the peer has sent, the first of its connecting included; 0 where the kernel does not say.
    package var packetsReceived: UInt32 {
        // The option and the place in it are kernel ABI: TCP_INFO, tcpi_segs_in.
        let (option, place): (Int32, Int) = (11, 140)
        var information = [UInt8](repeating: 0, count: 256)
        var size = socklen_t(information.count)
        guard getsockopt(current, Int32(IPPROTO_TCP), option, &information, &size) == 0, size >= place + 4
        else { return 0 }
        return information.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt32.self) }
    }

    /// Reads to the end, and tells whether the peer ended it with RST.
    package func endsByReset(within seconds: Double = 30) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while wait(for: POLLIN, within: seconds) {
            let count = recv(current, &bytes, bytes.count, 0)
            if count <= 0 { return count < 0 && errno == ECONNRESET }
        }
        return false
    }

    /// Closes with RST, so the peer sees "connection reset".
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(current, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    /// Closes with FIN (or RST, if bytes of the peer were not read).
    package func close() {
        descriptor.withLock { number in
            if number >= 0 { Glibc.close(number) }
            number = -1
        }
    }

    /// Ends what another thread is doing with the connection; that thread closes it.
    func end() {
        descriptor.withLock { if $0 >= 0 { shutdown($0, Int32(SHUT_RDWR)) } }
    }

    private func wait(for events: Int32, within seconds: Double) -> Bool {
        var polled = pollfd(fd: current, events: Int16(events), revents: 0)
        return polled.fd >= 0 && poll(&polled, 1, Int32(seconds * 1000)) > 0
    }
}
