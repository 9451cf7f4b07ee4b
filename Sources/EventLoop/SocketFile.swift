internal import CLinux
internal import Glibc

/// The file of a Unix socket that we listen on. A left-over socket file is replaced, any other file is not.
struct SocketFile: Sendable {
    let path: String
    private let device: UInt64
    private let inode: UInt64
    /// Owner and group may connect.
    private static let mode: mode_t = 0o660

    /// Binds a socket to a path, readable and writable for owner and group.
    static func bound(to path: String) throws(ListenFailure) -> (Int32, SocketFile) {
        guard let address = SocketAddress(unixPath: path) else {
            throw ListenFailure(message: "the path is too long")
        }
        try removeLeftOver(path, address)
        let descriptor = try Listener.bound(to: address, mode: mode)
        var information = stat()
        guard lstat(path, &information) == 0 else {
            close(descriptor)
            throw ListenFailure(message: "the socket's file vanished")
        }
        // What the umask took is given back. A folder that is shared with another system may refuse chmod for
        // sockets: there the file stays as that system made it.
        if information.st_mode & 0o777 != mode { chmod(path, mode) }
        return (
            descriptor,
            SocketFile(path: path, device: UInt64(information.st_dev), inode: UInt64(information.st_ino))
        )
    }

    /// Whether the file at the path is still the one that was made.
    var isThere: Bool {
        var information = stat()
        return lstat(path, &information) == 0 && UInt64(information.st_dev) == device
            && UInt64(information.st_ino) == inode
    }

    /// Removes the file, unless another file has taken its place.
    func remove() {
        if isThere { unlink(path) }
    }

    /// Removes a socket file that nobody listens on any more: only a refused connection proves that nobody does.
    private static func removeLeftOver(_ path: String, _ address: SocketAddress) throws(ListenFailure) {
        var information = stat()
        guard lstat(path, &information) == 0 else { return }
        guard information.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenFailure(message: "there is a file that is no socket: remove it")
        }
        let descriptor = address.socket(SOCK_STREAM)
        guard descriptor >= 0 else { throw ListenFailure(message: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let status = address.withPointer { connect(descriptor, $0, $1) }
        switch status == 0 ? 0 : errno {
        case ECONNREFUSED: unlink(path)
        // EAGAIN: somebody listens, and the socket's queue is full.
        case 0, EAGAIN: throw ListenFailure(message: "somebody listens there: is another agent running?")
        default:
            throw ListenFailure(
                message: "cannot tell whether somebody listens there: \(String(cString: strerror(errno)))")
        }
    }
}
