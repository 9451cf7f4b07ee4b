@testable import EventLoop
internal import Glibc
@testable import HealthCore

/// What a name server answers: addresses that are some, or one printable line; and what is no answer is not believed.
@Sendable func fuzzNames(_ bytes: [UInt8]) {
    guard let choice = bytes.first, let server = NameServer.only else { return }
    let message = Array(bytes.dropFirst())
    let families = choice & 1 == 0 ? [AF_INET] : [AF_INET6, AF_INET]
    let lookup: AresLookup
    do throws(Failure) {
        lookup = try AresLookup("db.test", families: families, from: .everyNameServer)
    } catch {
        return Invariant.shown(error)
    }
    // The queries are there already: c-ares sends them before it returns.
    server.answerAll { query in
        // A message of its own, or the question with the answers that the input has.
        if choice & 2 != 0 { return Array(query.prefix(2)) + message }
        let counts = choice & 4 != 0 ? Array(message.prefix(6)) : [0, 1, 0, 0, 0, 0]
        return Array(query.prefix(2)) + [0x81, 0x80, 0, 1] + counts + query.dropFirst(12)
            + message.dropFirst(6)
    }
    lookup.process()
    server.dropAll()
    // A message whose QR bit is not set is a question.
    let isQuestion = choice & 2 != 0 && (message.first ?? 0) & 0x80 == 0
    for answer in lookup.answers {
        Invariant.hold(!isQuestion || answer.addresses.isEmpty, "a question is no answer")
        if let failure = answer.failure { Invariant.shown(failure) }
        for text in answer.addresses {
            let address = SocketAddress(numeric: text, port: 1)
            Invariant.hold(address != nil, "an address: \(text)")
            Invariant.hold((address?.family == .ipv4) == (answer.family == AF_INET), "of its family: \(text)")
        }
    }
}

/// A name server on port 53 of the namespace, asked and answered on one thread.
private struct NameServer {
    private let socket: Int32

    /// nil where the port cannot be had.
    static let only = NameServer()

    private init?() {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(53).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) == 0 }
        }
        guard isBound else { return nil }
    }

    func answerAll(_ answer: ([UInt8]) -> [UInt8]) {
        while let (query, peer) = receive() {
            let bytes = answer(query)
            _ = withUnsafePointer(to: peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(socket, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    /// Queries that were sent again are not for the next lookup.
    func dropAll() {
        while receive() != nil {}
    }

    private func receive() -> ([UInt8], sockaddr_in)? {
        var bytes = [UInt8](repeating: 0, count: 512)
        var peer = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = withUnsafeMutablePointer(to: &peer) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(socket, &bytes, bytes.count, 0, $0, &size)
            }
        }
        return count > 0 ? (Array(bytes.prefix(count)), peer) : nil
    }
}
