import Glibc

/// A socket address in the form that the kernel takes.
struct SocketAddress {
    let bytes: [UInt8]
    let family: Int32

    /// An address written as text, IPv4 or IPv6, with a port.
    init(_ address: String, port: UInt16) throws {
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if inet_pton(AF_INET, address, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            bytes = withUnsafeBytes(of: &four) { Array($0) }
            family = AF_INET
        } else if inet_pton(AF_INET6, address, &six.sin6_addr) == 1 {
            six.sin6_family = sa_family_t(AF_INET6)
            six.sin6_port = port.bigEndian
            bytes = withUnsafeBytes(of: &six) { Array($0) }
            family = AF_INET6
        } else {
            throw SupportError("not an address: \(address)")
        }
    }

    /// The path of a Unix socket.
    init(path: String) throws {
        guard path.utf8.count < 108 else { throw SupportError("too long for a Unix socket: \(path)") }
        let family = withUnsafeBytes(of: sa_family_t(AF_UNIX)) { Array($0) }
        bytes = family + Array(path.utf8) + [0]
        self.family = AF_UNIX
    }

    /// A socket of this family, close-on-exec.
    func socket(_ type: __socket_type) throws -> Int32 {
        try check("socket", Glibc.socket(family, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0))
    }

    /// A socket that is bound to this address, which a server that just ended may have used.
    func boundSocket(_ type: __socket_type) throws -> Int32 {
        let descriptor = try socket(type)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard withPointer({ Glibc.bind(descriptor, $0, $1) }) == 0 else {
            let error = SupportError(system: "bind")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// Calls `body` with what bind, connect and sendto take.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>?, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { raw in
            body(raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }

    /// The port that a socket got.
    static func port(of descriptor: Int32) -> UInt16 {
        var address = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        _ = withUnsafeMutableBytes(of: &address) { raw in
            getsockname(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
        }
        // The port is at the same place in both families.
        return UInt16(bigEndian: address.sin6_port)
    }
}
