internal import CLinux
internal import Glibc
package import HealthCore

/// Why an address cannot be listened on: the end of a sentence that names it.
package struct ListenFailure: Error, Equatable {
    package let message: String
}

/// A listening socket, closed with its last reference; a Unix socket's file goes with it.
package final class Listener: Sendable {
    private static let backlog: CInt = 512
    /// Without descriptors or memory, accepting is tried again after this long.
    private static let shortage = Duration.milliseconds(100)

    package let address: ListenAddress
    private let descriptor: Int32
    private let file: SocketFile?
    private let loop: EventLoop

    private init(
        _ address: ListenAddress, _ descriptor: Int32, _ file: SocketFile?, on loop: EventLoop
    ) {
        self.address = address
        self.descriptor = descriptor
        self.file = file
        self.loop = loop
    }

    deinit {
        file?.remove()
        close(descriptor)
    }

    /// Listens on an address; on all of both families, if that is what it says.
    package convenience init(_ address: ListenAddress, on loop: EventLoop) throws(ListenFailure) {
        var file: SocketFile?
        let descriptor: Int32
        switch address {
        case .network(let host, let port):
            guard let place = SocketAddress(numeric: host, port: port) else {
                throw ListenFailure(message: "not a numeric address")
            }
            descriptor = try Self.bound(to: place)
        case .everywhere(let port):
            descriptor = try Self.bound(toAll: port)
        case .unixSocket(let path):
            (descriptor, file) = try SocketFile.bound(to: path)
        }
        guard listen(descriptor, Self.backlog) == 0 else {
            let failure = Self.failure(errno)
            close(descriptor)
            throw failure
        }
        self.init(address, descriptor, file, on: loop)
    }

    /// The next connection; nil when the task was cancelled.
    package func accept() async -> Socket? {
        while true {
            let accepted = clinux_accept(descriptor)
            if accepted >= 0 { return Socket(accepted: accepted, on: loop) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN:
                switch await loop.wait(for: descriptor, .reading, until: .distantFuture) {
                case .cancelled: return nil
                case .failed: if await pause() == .cancelled { return nil }
                case .ready, .deadline: continue
                }
            default: if await pause() == .cancelled { return nil }
            }
        }
    }

    private func pause() async -> Wake {
        await loop.sleep(until: loop.now.advanced(by: Self.shortage))
    }

    /// One socket for both families where the kernel has IPv6, for IPv4 where it has not.
    private static func bound(toAll port: UInt16) throws(ListenFailure) -> Int32 {
        guard let six = SocketAddress(numeric: "::", port: port),
            let four = SocketAddress(numeric: "0.0.0.0", port: port)
        else { preconditionFailure("both are addresses") }
        do throws(ListenFailure) { return try bound(to: six) } catch {
            guard errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL else { throw error }
            return try bound(to: four)
        }
    }

    static func bound(to address: SocketAddress) throws(ListenFailure) -> Int32 {
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.domain, type, 0)
        guard descriptor >= 0 else { throw failure(errno) }
        var on: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        if address.family != .unix { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size) }
        if address.family == .ipv6 {
            var isAlone: CInt = address.host == "::" ? 0 : 1
            setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &isAlone, size)
        }
        guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
            let number = errno
            close(descriptor)
            errno = number
            throw failure(number)
        }
        return descriptor
    }

    private static func failure(_ number: Int32) -> ListenFailure {
        switch number {
        case EADDRINUSE: ListenFailure(message: "the address is in use: is another agent running?")
        case EADDRNOTAVAIL: ListenFailure(message: "this machine does not have that address")
        case EACCES: ListenFailure(message: "permission denied: a port under 1024, or somebody's folder")
        case ENOENT: ListenFailure(message: "the folder of the socket does not exist")
        default: ListenFailure(message: String(cString: strerror(number)))
        }
    }
}
