internal import CLinux
package import Files
internal import Glibc
package import HealthCore

/// Turns an `errno` of a system call into the failure of a probe.
package enum SystemFailure {
    /// The failure for an error number.
    package static func failure(_ number: Int32) -> Failure {
        switch number {
        case ECONNREFUSED: Failure(.refused, "connection refused")
        case ENOENT, ENOTDIR: Failure(.missing, "no such socket")
        case ETIMEDOUT: Failure(.timeout, "no answer to the connection")
        case ECONNRESET, EPIPE, ENOTCONN: Failure(.closed, "connection reset by the peer")
        // A full queue of a Unix socket refuses at once, and no event tells when there is room.
        case EAGAIN: Failure(.refused, "the socket's queue is full").present()
        default: shortage(number) ?? Failure(.unreachable, String(cString: strerror(number)))
        }
    }

    /// The failure for an error number that says that this machine has run out of a resource; it is not permanent.
    package static func shortage(_ number: Int32) -> Failure? {
        switch number {
        case EMFILE: outOfResources("no descriptors left (ulimit -n)")
        case ENFILE: outOfResources("no descriptors left on this machine (fs.file-max)")
        case ENOMEM, ENOBUFS: outOfResources("no memory left (\(String(cString: strerror(number))))")
        default: nil
        }
    }

    /// The failure of reading a file: made by `config`, unless this machine has run out of a resource.
    package static func failure(_ error: SmallFile.ReadError, _ config: (String) -> Failure) -> Failure {
        if case .system(let number) = error, let shortage = shortage(number) { return shortage }
        return config(error.description)
    }

    /// The failure of a `connect` to an address.
    static func failure(_ number: Int32, connectingTo address: SocketAddress) -> Failure {
        // EADDRNOTAVAIL is also the error of an address that cannot be reached at all: `::1` without IPv6.
        guard number == EADDRNOTAVAIL, address.hasRoute else { return failure(number) }
        return outOfResources("no local port left (net.ipv4.ip_local_port_range)")
    }

    /// The failure of an attempt whose descriptor the kernel will not watch.
    package static func unwatched(_ number: Int32) -> Failure {
        if number == ENOSPC { return outOfResources("no watches left (fs.epoll.max_user_watches)") }
        let text = String(cString: strerror(number))
        return shortage(number)
            ?? Failure(.config, "the kernel does not watch the connection: \(text)", isPermanent: false)
    }

    /// The failure of an attempt for which this machine has run out of a resource; it is not permanent.
    static func outOfResources(_ what: String) -> Failure {
        Failure(.config, "out of resources: \(what)", isPermanent: false)
    }

    /// The failure that a connection ended with: the error that waits on its socket.
    package static func pending(on descriptor: Int32) -> Failure? {
        var number: CInt = 0
        var size = socklen_t(MemoryLayout<CInt>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else { return failure(errno) }
        return number == 0 ? nil : failure(number)
    }
}
