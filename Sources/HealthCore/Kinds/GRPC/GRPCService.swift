/// A gRPC server, asked for the health of a service by `grpc.health.v1.Health/Check`.
package struct GRPCService: Sendable, Equatable {
    /// The name of the service that is asked about; without one it is the server as a whole.
    package var name: String
    /// The server's name in the call; nil for the host and the port that are dialled.
    package var authority: String?
    package var headers: [HTTPService.Header] = []
    /// A file of `Name: value` lines, for tokens; read anew for every call.
    package var headerFile: String?

    package init(name: String) {
        self.name = name
    }

    /// Reads lines of `Name: value`; nil if one of them is no field, or one that the call sets itself.
    package static func headers(_ lines: [UInt8]) -> [HTTPService.Header]? {
        guard let headers = HTTPService.Header.list(lines) else { return nil }
        return headers.allSatisfy(isFree) ? headers : nil
    }

    /// Whether a call may have the field: not those of the call itself, nor those of a connection (RFC 9113 §8.2.2).
    private static func isFree(_ header: HTTPService.Header) -> Bool {
        let name = header.name.lowercased()
        let ours = ["host", "te", "content-type", "keep-alive", "proxy-connection", "upgrade"]
        return !ours.contains(name) && !name.hasPrefix("grpc-")
    }

    /// The values of the fields, which the peer could echo. Tokens have at least six bytes; shorter values are words.
    package var secrets: [Secret] {
        headers.map(\.value).filter { $0.reveal { $0.count >= 6 } }
    }
}

/// The call on the wire.
extension GRPCService {
    /// One field of the call.
    package typealias Field = (name: [UInt8], value: Secret)

    /// The fields of the call, HTTP/2's own first.
    package func fields(to endpoint: Endpoint, overTLS isEncrypted: Bool) -> [Field] {
        let own: KeyValuePairs = [
            ":method": "POST", ":scheme": isEncrypted ? "https" : "http",
            ":path": "/grpc.health.v1.Health/Check", ":authority": authority ?? Self.authority(of: endpoint),
            "te": "trailers", "content-type": "application/grpc",
        ]
        let agent: KeyValuePairs = ["user-agent": "waitfor"]
        let isNamed = headers.contains { $0.isNamed("user-agent") }
        let fixed = Array(own) + (isNamed ? [] : Array(agent))
        return fixed.map { (Array($0.key.utf8), Secret($0.value.utf8)) }
            + headers.map { (Array($0.name.lowercased().utf8), $0.value) }
    }

    /// The host and the port; a socket has no name (as gRPC's own clients have it).
    private static func authority(of endpoint: Endpoint) -> String {
        guard case .network(let host, let port) = endpoint else { return "localhost" }
        // A zone is nobody's business but this machine's (RFC 6874 §4).
        return Endpoint.network(host: String(host.prefix { $0 != "%" }), port: port).description
    }

    /// The message of the call, with its length before it: a `HealthCheckRequest`, whose only field is the name.
    package var message: [UInt8] {
        let text = Array(name.utf8)
        let request = text.isEmpty ? [] : [0x0A] + Self.varint(text.count) + text
        let length = UInt32(clamping: request.count)
        return [0] + (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + request
    }

    private static func varint(_ number: Int) -> [UInt8] {
        let low = UInt8(truncatingIfNeeded: number & 0x7F)
        return number > 0x7F ? [low | 0x80] + varint(number >> 7) : [low]
    }
}
