internal import CLinux
internal import Glibc
package import HealthCore
internal import Synchronization

/// Why an address cannot be listened on: the end of a sentence that names the address.
package struct ListenFailure: Error, Equatable {
    package let message: String
}

/// A listening socket, closed with its last reference; a Unix socket's file goes with it.
package final class Listener: Sendable {
    private static let backlog: CInt = 512
    /// How often the listener looks for its socket's file: without the file nobody can connect.
    private static let lookInterval = Duration.seconds(1)
    /// The pause before another `accept` when descriptors or memory have run out.
    private static let shortage = Duration.milliseconds(100)

    /// A socket's file, the last error about the file, and the report to be taken.
    private struct File {
        var file: SocketFile
        var reportedError: String?
        var report: String?
    }

    package let address: ListenAddress
    private let descriptor: Int32
    private let file: Mutex<File?>
    private let loop: EventLoop

    /// Listens on an address; `.everywhere` is every address of both families.
    package init(_ address: ListenAddress, on loop: EventLoop) throws(ListenFailure) {
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
        case .unixSocket(let path) where address.isAbstract:
            guard let place = SocketAddress(unixPath: path) else {
                throw ListenFailure(message: "the name is too long")
            }
            descriptor = try Self.bound(to: place)
        case .unixSocket(let path):
            (descriptor, file) = try SocketFile.bound(to: path)
        }
        guard listen(descriptor, Self.backlog) == 0 else {
            let failure = Self.failure(errno)
            close(descriptor)
            throw failure
        }
        self.address = address
        self.descriptor = descriptor
        self.file = Mutex(file.map { File(file: $0) })
        self.loop = loop
    }

    deinit {
        file.withLock { $0?.file.remove() }
        close(descriptor)
    }

    /// The next connection; nil when the task was cancelled.
    package func accept() async -> Socket? {
        while true {
            let accepted = clinux_accept(descriptor)
            if accepted >= 0 { return Socket(accepted: accepted, on: loop) }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN:
                switch await loop.wait(for: descriptor, .reading, until: nextLook) {
                case .cancelled: return nil
                case .failed: if await pause() == .cancelled { return nil }
                case .deadline: renewFile()
                case .ready: continue
                }
            default: if await pause() == .cancelled { return nil }
            }
        }
    }

    private func pause() async -> Wake {
        await loop.sleep(until: loop.now.advanced(by: Self.shortage))
    }

    /// The news about the socket's file since `takeReport` was last called, as the end of a sentence that names
    /// the address.
    package func takeReport() -> String? {
        file.withLock { file in
            defer { file?.report = nil }
            return file?.report
        }
    }

    private var nextLook: Instant {
        file.withLock { $0 == nil ? .distantFuture : loop.now.advanced(by: Self.lookInterval) }
    }

    /// Makes the socket's file anew if it is gone. Open connections stay open.
    private func renewFile() {
        file.withLock { file in
            guard let lost = file?.file, !lost.isThere else { return }
            do throws(ListenFailure) {
                file = File(file: try rebound(to: lost.path), report: "its file was gone, and was made anew")
            } catch {
                guard file?.reportedError != error.message else { return }
                file?.reportedError = error.message
                file?.report = "its file is gone, and cannot be made anew: \(error.message)"
            }
        }
    }

    /// Puts a new socket in the place of the old one, whose file is gone.
    private func rebound(to path: String) throws(ListenFailure) -> SocketFile {
        let (fresh, file) = try SocketFile.bound(to: path)
        defer { close(fresh) }
        guard listen(fresh, Self.backlog) == 0, dup2(fresh, descriptor) >= 0 else {
            let number = errno
            file.remove()
            throw Self.failure(number)
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return file
    }

    /// Binds one socket for both families where the kernel has IPv6, and for IPv4 where it has not.
    private static func bound(toAll port: UInt16) throws(ListenFailure) -> Int32 {
        guard let six = SocketAddress(numeric: "::", port: port),
            let four = SocketAddress(numeric: "0.0.0.0", port: port)
        else { preconditionFailure("both are addresses") }
        do throws(ListenFailure) { return try bound(to: six) } catch {
            guard errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL else { throw error }
            return try bound(to: four)
        }
    }

    /// Binds a socket to an address. The file of a Unix socket gets `mode`, less what the umask takes.
    static func bound(to address: SocketAddress, mode: mode_t? = nil) throws(ListenFailure) -> Int32 {
        let descriptor = address.socket(SOCK_STREAM)
        guard descriptor >= 0 else { throw failure(errno) }
        var on: CInt = 1
        let size = socklen_t(MemoryLayout<CInt>.size)
        // The receive buffer of a client is our memory, and there can be hundreds of clients.
        var room: CInt = 8192
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, size)
        if address.family != .unix { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size) }
        if address.family == .ipv6 {
            var isAlone: CInt = address.host == "::" ? 0 : 1
            setsockopt(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &isAlone, size)
        }
        // Linux makes the file with its socket's mode: without it everybody could connect until a later chmod. The
        // umask would do that too, but it is the whole process', and other threads make files.
        if let mode { fchmod(descriptor, mode) }
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
