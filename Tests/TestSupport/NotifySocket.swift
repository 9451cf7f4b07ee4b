import Glibc

/// The socket of a service manager (NOTIFY_SOCKET), as systemd has one.
package final class NotifySocket: Sendable {
    private let descriptor: Int32

    /// Listens at a path, or with `@` at a name outside of the file system.
    package init(_ name: String) throws {
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 } else { bytes.append(0) }
        let address = withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) } + bytes
        descriptor = try check(
            "socket", socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        let status = address.withUnsafeBytes { raw in
            bind(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
        guard status == 0 else {
            let error = SupportError(system: "bind \(name)")
            close(descriptor)
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// The next message that is not a STATUS for people; nil if none comes within `seconds`.
    package func next(within seconds: Double) -> String? {
        let deadline = Monotonic.seconds() + seconds
        while let message = receive(within: max(0, deadline - Monotonic.seconds())) {
            if !message.hasPrefix("STATUS=") { return message }
        }
        return nil
    }

    /// The next message; nil if none comes within `seconds`.
    private func receive(within seconds: Double) -> String? {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&polled, 1, Int32(seconds * 1000)) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    /// The messages up to the first that begins with `text`, that one included.
    package func messages(until text: String, within seconds: Double) -> [String] {
        let deadline = Monotonic.seconds() + seconds
        var messages: [String] = []
        while let message = receive(within: max(0, deadline - Monotonic.seconds())) {
            messages.append(message)
            if message.hasPrefix(text) { break }
        }
        return messages
    }
}
