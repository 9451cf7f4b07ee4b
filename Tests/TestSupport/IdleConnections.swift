import Glibc

/// Connections to a TCP port that say nothing, closed with the object.
package final class IdleConnections: Sendable {
    let descriptors: [Int32]

    /// Connects `count` times.
    package init(_ count: Int, address: String = "127.0.0.1", port: UInt16) throws {
        let target = try SocketAddress(address, port: port)
        var opened: [Int32] = []
        do {
            for _ in 0..<count {
                opened.append(try target.socket(SOCK_STREAM))
                let descriptor = opened[opened.count - 1]
                try check("connect", target.withPointer { connect(descriptor, $0, $1) })
            }
        } catch {
            opened.forEach { _ = close($0) }
            throw error
        }
        descriptors = opened
    }

    deinit {
        descriptors.forEach { _ = close($0) }
    }
}
