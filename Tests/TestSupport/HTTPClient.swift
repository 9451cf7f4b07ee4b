import Glibc

/// An answer of an HTTP server, taken apart.
package struct HTTPReply: Sendable, CustomStringConvertible {
    /// The status code; 0 if there was no status line.
    package let status: Int
    /// Values by field name in lower case; the last one of several.
    package let fields: [String: String]
    /// The body, up to the end of the connection.
    package let body: String

    /// Reads what a server sent until it closed.
    package init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let head = lines.prefix { !$0.isEmpty }
        status = head.first.flatMap { Int($0.dropFirst(9).prefix(3)) } ?? 0
        let pairs = head.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), trimmed(String(line[line.index(after: colon)...])))
        }
        fields = Dictionary(pairs) { $1 }
        body = lines.dropFirst(head.count + 1).joined(separator: "\r\n")
    }

    package var description: String { "\(status) \(fields)\n\(body.prefix(2000))" }
}

/// Where an HTTP server of a test is.
package enum HTTPPlace: Sendable {
    case port(UInt16)
    case address(String, UInt16)
    case socket(String)

    /// A new connection.
    package func connect() throws -> LoopbackConnection {
        let address =
            switch self {
            case .port(let port): try SocketAddress("127.0.0.1", port: port)
            case .address(let address, let port): try SocketAddress(address, port: port)
            case .socket(let path): try SocketAddress(path: path)
            }
        let descriptor = try address.socket(SOCK_STREAM)
        guard address.withPointer({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
            let error = SupportError(system: "connect")
            close(descriptor)
            throw error
        }
        return LoopbackConnection(descriptor)
    }

    /// Sends bytes and returns all that comes until the server closes, or says nothing for `seconds`.
    package func exchange(_ bytes: [UInt8], within seconds: Double = 10) throws -> [UInt8] {
        let connection = try connect()
        defer { connection.close() }
        connection.write(bytes)
        var answer: [UInt8] = []
        while true {
            let more = connection.read(within: seconds)
            if more.isEmpty { return answer }
            answer += more
        }
    }

    /// One request on a connection of its own; HTTP/1.0, so that the body ends with the connection.
    package func get(
        _ path: String, method: String = "GET", headers: [String: String] = [:], within seconds: Double = 10
    ) throws -> HTTPReply {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let request = "\(method) \(path) HTTP/1.0\r\n\(lines)\r\n"
        let reply = HTTPReply(try exchange(Array(request.utf8), within: seconds))
        Records.keepJSON(Array(reply.body.utf8))
        return reply
    }
}
