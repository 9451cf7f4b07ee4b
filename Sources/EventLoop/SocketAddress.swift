internal import CLinux
internal import Glibc
internal import HealthCore

/// An address to dial: IPv4, IPv6 or a Unix socket, in the kernel's form.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    package enum Family: Sendable {
        case ipv4, ipv6, unix
    }

    package let family: Family
    /// The address in one printable line: `127.0.0.1:5432`, `[::1]:5432`, a path.
    package let description: String
    /// The numeric host without the port, for libpq's `hostaddr`, a zone by its number; empty for a Unix socket.
    package let host: String
    private let bytes: [UInt8]

    /// A numeric address; nil if `inet_pton` does not take it, or if it names an interface that this machine has not.
    package init?(numeric host: String, port: UInt16) {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        description = host.utf8.contains(ASCII.colon) ? "[\(host)]:\(port)" : "\(host):\(port)"
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            (family, self.host) = (.ipv4, host)
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if let numeric = Self.read(host, into: &six) {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            (family, self.host) = (.ipv6, numeric)
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    /// Reads an IPv6 address and its zone. Returns the address with the number of the zone.
    private static func read(_ host: String, into address: inout sockaddr_in6) -> String? {
        if inet_pton(AF_INET6, host, &address.sin6_addr) == 1 { return host }
        guard let zoned = IPLiteral.zoned(host),
            inet_pton(AF_INET6, zoned.address, &address.sin6_addr) == 1
        else { return nil }
        let number = if_nametoindex(zoned.zone)
        address.sin6_scope_id = number > 0 ? number : UInt32(zoned.zone) ?? 0
        return address.sin6_scope_id == 0 ? nil : "\(zoned.address)%\(address.sin6_scope_id)"
    }

    /// A Unix socket in the file system, or with an abstract name that begins with `@`; nil if the path is too long.
    package init?(unixPath path: String) {
        var address = sockaddr_un()
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
        let isAbstract = name.first == UInt8(ascii: "@")
        if isAbstract { name[0] = 0 }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        family = .unix
        // Every byte of an abstract name counts: unused bytes are dropped.
        let unused = isAbstract ? MemoryLayout.size(ofValue: address.sun_path) - name.count : 0
        bytes = withUnsafeBytes(of: &address) { Array($0.dropLast(unused)) }
        description = PrintableText.line(path)
        host = ""
    }

    var domain: Int32 {
        switch family {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// A socket of this address's family, nonblocking and close-on-exec; negative if there is none.
    func socket(_ type: __socket_type) -> Int32 {
        let flags = CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return Glibc.socket(domain, CInt(type.rawValue) | flags, 0)
    }

    /// Whether the kernel knows a way to the address: a datagram socket can be connected to it.
    var hasRoute: Bool {
        let descriptor = socket(SOCK_DGRAM)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withPointer { connect(descriptor, $0, $1) } == 0
    }

    /// Whether a socket that connects to this address connects to itself: where nobody listens, the kernel may have
    /// given the socket this very port as its own.
    func isLocalEnd(of descriptor: Int32) -> Bool {
        guard family != .unix else { return false }
        let own = [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            var size = socklen_t(buffer.count)
            let status = buffer.withMemoryRebound(to: sockaddr.self) {
                getsockname(descriptor, $0.baseAddress, &size)
            }
            count = status == 0 ? min(Int(size), buffer.count) : 0
        }
        // The unspecified address connects to the loopback address.
        return own == bytes || (own.count == bytes.count && own[2..<4] == bytes[2..<4] && isUnspecified)
    }

    private var isUnspecified: Bool {
        ["0.0.0.0", "::", "::ffff:0.0.0.0"].contains { text in
            SocketAddress(numeric: text, port: 0).map { $0.bytes[4...] == bytes[4...] } ?? false
        }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { buffer in
                guard let base = buffer.baseAddress else { preconditionFailure("an address has bytes") }
                return body(base, socklen_t(raw.count))
            }
        }
    }
}
