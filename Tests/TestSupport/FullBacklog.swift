import Glibc

/// A TCP port whose queue of connections is full: the kernel drops every further SYN, so a
/// connect neither succeeds nor fails, as with a firewall that drops.
package final class FullBacklog: Sendable {
    /// The port that nobody can connect to.
    package let port: UInt16
    private let descriptors: [Int32]

    /// Fills the queue of a new listener on `address` with connections of its own.
    package init(address: String = "127.0.0.1") throws {
        let listener = try SocketAddress(address, port: 0).boundSocket(SOCK_STREAM)
        var opened = [listener]
        do {
            try check("listen", listen(listener, 0))
            let port = SocketAddress.port(of: listener)
            // A backlog of 0 still lets one or two in; the last connect is seen to hang.
            while try FullBacklog.connects(address, port, &opened) {
                if opened.count > 64 { throw SupportError("the queue of port \(port) does not fill") }
            }
            self.port = port
        } catch {
            opened.forEach { _ = close($0) }
            throw error
        }
        descriptors = opened
    }

    deinit {
        descriptors.forEach { _ = close($0) }
    }

    private static func connects(_ address: String, _ port: UInt16, _ opened: inout [Int32]) throws -> Bool {
        let target = try SocketAddress(address, port: port)
        let descriptor = try target.socket(SOCK_STREAM)
        opened.append(descriptor)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        if target.withPointer({ connect(descriptor, $0, $1) }) == 0 { return true }
        guard errno == EINPROGRESS else { throw SupportError(system: "connect") }
        var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&polled, 1, 200) > 0
    }
}
