internal import CLinux
internal import Glibc
package import HealthCore

/// What an `errno` of a socket call says about a target.
package enum SystemFailure {
    /// The failure for an error number.
    package static func failure(_ number: Int32) -> Failure {
        let text = String(cString: strerror(number))
        switch number {
        case ECONNREFUSED: return Failure(.refused, "connection refused")
        case ENOENT, ENOTDIR: return Failure(.missing, "no such socket")
        case ETIMEDOUT: return Failure(.timeout, "no answer to the connection")
        case ECONNRESET, EPIPE, ENOTCONN: return Failure(.closed, "connection reset by the peer")
        // A Unix socket whose queue is full says so at once, and no event tells when it is not.
        case EAGAIN: return Failure(.refused, "the socket's queue is full")
        case EMFILE, ENFILE, ENOMEM, ENOBUFS:
            return Failure(.config, "this system is out of resources: \(text)")
        default: return Failure(.unreachable, text)
        }
    }

    /// The error that a connection ended with, taken from the socket.
    package static func pending(on descriptor: Int32) -> Failure? {
        var number: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return failure(errno) }
        return number == 0 ? nil : failure(number)
    }
}
