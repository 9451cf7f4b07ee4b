import Glibc
import Synchronization

/// Loopback ports for servers that cannot choose one themselves, and for "nobody listens here".
package enum FreePort {
    // Below the ports that the kernel gives to clients (32768 and up), so none takes it meanwhile.
    private static let range: Range<UInt32> = 20000..<32000
    // Two test processes at once should not start at the same place.
    private static let next = Atomic<UInt32>(UInt32(truncatingIfNeeded: getpid()) &* 577)

    /// A TCP port that nobody uses on 127.0.0.1 nor ::1; it is given to one caller only.
    package static func make() throws -> UInt16 {
        for _ in range {
            let offset = next.add(1, ordering: .relaxed).oldValue % UInt32(range.count)
            let port = UInt16(range.lowerBound + offset)
            if isFree(port) { return port }
        }
        throw SupportError("no free port in \(range)")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        ["127.0.0.1", "::1"].allSatisfy { text in
            guard let address = try? SocketAddress(text, port: port) else { return false }
            guard let descriptor = try? address.boundSocket(SOCK_STREAM) else {
                // A machine without IPv6 cannot have a server there either.
                return errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT
            }
            close(descriptor)
            return true
        }
    }
}
