import Glibc
import Synchronization

/// A UDP socket that several threads answer on.
final class DatagramSocket: Sendable {
    private let descriptor: Mutex<Int32>

    init(_ descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    /// A datagram and the address that it came from, if one has come.
    func receive() -> (bytes: [UInt8], peer: [UInt8])? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var peer = [UInt8](repeating: 0, count: MemoryLayout<sockaddr_storage>.size)
        var length = socklen_t(peer.count)
        let count = peer.withUnsafeMutableBytes { raw in
            recvfrom(
                descriptor.withLock { $0 }, &bytes, bytes.count, Int32(MSG_DONTWAIT),
                raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        guard count >= 0 else { return nil }
        return (Array(bytes.prefix(count)), Array(peer.prefix(Int(length))))
    }

    /// Sends a datagram, unless the socket is closed by now.
    func send(_ bytes: [UInt8], to peer: [UInt8]) {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            _ = peer.withUnsafeBytes { raw in
                sendto(
                    descriptor, bytes, bytes.count, 0,
                    raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
            }
        }
    }

    func close() {
        descriptor.withLock { descriptor in
            Glibc.close(descriptor)
            descriptor = -1
        }
    }
}
