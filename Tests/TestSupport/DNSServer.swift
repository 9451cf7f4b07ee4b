import CTestSupport
import Glibc
import Synchronization

/// A DNS server on UDP and TCP whose every answer is a closure's.
package final class DNSServer: Sendable {
    /// The record types that are asked for here.
    package enum QueryType: UInt16, Sendable {
        /// An IPv4 address.
        case a = 1
        /// An IPv6 address.
        case aaaa = 28
    }

    /// How a query came.
    package enum Transport: Sendable {
        /// In a datagram.
        case udp
        /// Over a connection.
        case tcp
    }

    /// One question.
    package struct Query: Sendable {
        /// The name in lower case, without a dot at the end.
        package let name: String
        /// What is asked for.
        package let type: QueryType
        /// How it came.
        package let transport: Transport
        /// How often this name and type was asked over this transport: 1 the first time.
        package let count: Int
        /// The number by which the answer is told from others.
        package let identifier: UInt16
        /// When it came, on the clock of `Monotonic`.
        package let time: Double
    }

    /// What the server does about a question.
    package enum Answer: Sendable {
        /// These addresses, of which only those of the type asked for are sent; none means "no such record".
        case addresses([String])
        /// No such name.
        case nxdomain
        /// The server failed.
        case servfail
        /// Nothing is sent.
        case silence
        /// "Ask again over TCP", without a record.
        case truncated
        /// The question itself, as a mirror would send it back.
        case echo
    }

    /// The closure that answers; it runs on a thread for each query, so it may sleep.
    package typealias Script = @Sendable (Query) -> Answer

    /// The port of both transports.
    package let port: UInt16
    private let book: Book
    private let wakeUp: Mutex<Int32>
    private let datagrams: WorkerThread
    private let connections: LoopbackServer

    private final class Book: Sendable {
        let queries = Mutex<[Query]>([])
    }

    /// Serves on an address; the default is where a resolv.conf in a `Namespace` points.
    package init(address: String = "127.0.0.1", port: UInt16 = 53, _ script: @escaping Script) throws {
        let book = Book()
        let connections = try LoopbackServer(address: address, port: port) { connection in
            DNSServer.serve(connection, book, script)
        }
        let socket = try SocketAddress(address, port: connections.port).boundSocket(SOCK_DGRAM)
        var ends: [Int32] = [-1, -1]
        try check("pipe", support_pipe(&ends))
        let wakeRead = ends[0]
        self.port = connections.port
        self.connections = connections
        self.book = book
        wakeUp = Mutex(ends[1])
        datagrams = WorkerThread { DNSServer.serve(socket, until: wakeRead, book, script) }
    }

    deinit {
        stop()
    }

    /// Every query so far, in order.
    package var queries: [Query] { book.queries.withLock { $0 } }

    /// Ends it; the port then refuses.
    package func stop() {
        let isFirst = wakeUp.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor >= 0 && close(descriptor) == 0
        }
        guard isFirst else { return }
        datagrams.join()
        connections.stop()
    }

    private static func reply(
        to bytes: [UInt8], over transport: Transport, _ book: Book, _ script: Script
    ) -> [UInt8]? {
        guard let message = DNSMessage(bytes) else { return nil }
        guard let type = QueryType(rawValue: message.type) else { return message.answer() }
        let query = book.queries.withLock { queries in
            let before = queries.count {
                $0.name == message.name && $0.type == type && $0.transport == transport
            }
            let query = Query(
                name: message.name, type: type, transport: transport, count: before + 1,
                identifier: UInt16(bytes[0]) << 8 | UInt16(bytes[1]), time: Monotonic.seconds())
            queries.append(query)
            return query
        }
        return switch script(query) {
        case .addresses(let texts): message.answer(records: texts.compactMap(message.data(of:)))
        case .nxdomain: message.answer(code: 3)
        case .servfail: message.answer(code: 2)
        case .silence: nil
        case .truncated: message.answer(isTruncated: true)
        case .echo: bytes
        }
    }

    private static func serve(
        _ socket: Int32, until wakeUp: Int32, _ book: Book, _ script: @escaping Script
    ) {
        // A thread that still sleeps in a script at the end must not send on a closed descriptor.
        let shared = DatagramSocket(socket)
        while true {
            var polled = [wakeUp, socket].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, 2, -1)
            if polled[0].revents != 0 { break }
            guard let (bytes, peer) = shared.receive() else { continue }
            WorkerThread {
                if let answer = reply(to: bytes, over: .udp, book, script) { shared.send(answer, to: peer) }
            }.detach()
        }
        shared.close()
        close(wakeUp)
    }

    // Each message over TCP has its length before it.
    private static func serve(_ connection: LoopbackConnection, _ book: Book, _ script: Script) {
        var received: [UInt8] = []
        while true {
            while let length = received.count >= 2 ? Int(received[0]) << 8 | Int(received[1]) : nil,
                received.count >= 2 + length
            {
                let message = Array(received[2..<(2 + length)])
                received.removeFirst(2 + length)
                guard let answer = reply(to: message, over: .tcp, book, script) else { continue }
                connection.write([UInt8(answer.count >> 8), UInt8(answer.count & 0xff)] + answer)
            }
            let bytes = connection.read()
            if bytes.isEmpty { return }
            received += bytes
        }
    }
}
