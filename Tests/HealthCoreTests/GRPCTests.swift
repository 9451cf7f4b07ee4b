import HealthCore
import Testing

/// What is asked of a gRPC server, and what its answers mean.
struct GRPCTests {
    private func service(_ target: String, set settings: [String] = []) throws -> (GRPCService, Target) {
        let target = try #require(try read(["api=" + target], set: settings.map { "api." + $0 }).first)
        guard let service = target.service as? GRPCService else { throw WrongKind(kind: target.kind) }
        return (service, target)
    }

    private func text(_ field: GRPCService.Field) -> String {
        "\(String(decoding: field.name, as: UTF8.self))=\(field.value.reveal { String(decoding: $0, as: UTF8.self) })"
    }

    @Test("a call names the host and the port, unless an authority is given; a socket has no name")
    func fields() throws {
        let own = [":method=POST", ":scheme=http", ":path=/grpc.health.v1.Health/Check"]
        let rest = ["te=trailers", "content-type=application/grpc", "user-agent=waitfor"]
        for (written, authority) in [
            ("grpc://api.test:50051/s", "api.test:50051"), ("grpc://[fe80::1%25lo]:1", "[fe80::1]:1"),
            ("grpc+unix:///run/api.sock:/s", "localhost"),
        ] {
            let (service, target) = try service(written)
            let fields = service.fields(to: target.endpoint, overTLS: false).map(text)
            #expect(fields == own + [":authority=\(authority)"] + rest)
        }
        let (service, target) = try service(
            "grpcs://api.test:443/s",
            set: ["authority=other:1", "headers=X-Token: abc\nUser-Agent: me", "headers=x-token: def"])
        #expect(
            service.fields(to: target.endpoint, overTLS: true).map(text) == [
                ":method=POST", ":scheme=https", ":path=/grpc.health.v1.Health/Check", ":authority=other:1",
                "te=trailers", "content-type=application/grpc", "user-agent=me", "x-token=def",
            ])
    }

    @Test("the message has the name of the service, with its length and the message's")
    func message() throws {
        #expect(try service("grpc://h:1").0.message == [0, 0, 0, 0, 0])
        #expect(try service("grpc://h:1/").0.message == [0, 0, 0, 0, 0])
        #expect(try service("grpc://h:1/a%2Fb").0.message == [0, 0, 0, 0, 5, 0x0A, 3] + Array("a/b".utf8))
        let name = String(repeating: "n", count: 300)
        #expect(
            try service("grpc://h:1/\(name)").0.message
                == [0, 0, 0, 0x01, 0x2F, 0x0A, 0xAC, 0x02] + Array(name.utf8))
    }

    @Test("fields of a connection and of gRPC itself are nobody's to set")
    func reserved() {
        for line in ["TE: trailers", "Host: x", "grpc-timeout: 1S", "Content-Type: x", "Connection: x", "x"] {
            #expect(GRPCService.headers(Array(line.utf8)) == nil, "\(line)")
        }
        #expect(GRPCService.headers(Array("A: b\nauthorization: c".utf8))?.count == 2)
    }

    /// The verdict about an answer whose last block has this status, after this message.
    private func verdict(_ status: String?, _ text: String = "", message: [UInt8] = []) -> String {
        var answer = GRPCAnswer()
        do throws(Failure) {
            answer.beginFields()
            try answer.take(field: ":status".utf8, Array("200".utf8))
            try answer.take(field: "content-type".utf8, Array("application/grpc".utf8))
            if !message.isEmpty {
                try answer.take(data: message)
                answer.beginFields()
            }
            if let status { try answer.take(field: "grpc-status".utf8, Array(status.utf8)) }
            try answer.take(field: "grpc-message".utf8, Array(text.utf8))
            return try answer.verdict()
        } catch {
            return "\(error.reason.rawValue): \(error.message)"
        }
    }

    private func verdict(ofMessage message: [UInt8]) -> String {
        verdict("0", message: [0, 0, 0, 0, UInt8(message.count)] + message)
    }

    @Test("SERVING is ready, and any other health is the reason")
    func health() {
        #expect(verdict(ofMessage: [8, 1]) == "SERVING")
        #expect(verdict(ofMessage: []) == "busy: UNKNOWN")
        #expect(verdict(ofMessage: [8, 0]) == "busy: UNKNOWN")
        #expect(verdict(ofMessage: [8, 2]) == "busy: NOT_SERVING")
        #expect(verdict(ofMessage: [8, 3]) == "busy: SERVICE_UNKNOWN")
        #expect(
            verdict(ofMessage: [8, 0xAC, 2])
                == "error: a status that the health protocol does not have: 300")
    }

    @Test("fields that nobody knows are passed over, and the last one counts")
    func unknownFields() {
        // A text, eight bytes, four bytes, a field of a large number, and two statuses.
        #expect(
            verdict(ofMessage: [
                0x12, 2, 8, 2, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x25, 1, 2, 3, 4, 0xF8, 0x7F, 9, 8, 2, 8, 1,
            ]) == "SERVING")
        // A field of this number and of another type is another field.
        #expect(verdict(ofMessage: [0x0A, 1, 1]) == "busy: UNKNOWN")
    }

    @Test(
        "bytes that are no message are no answer",
        arguments: [
            [8], [8, 0x80], [0x12, 5, 1], [0x19, 1], [0x25, 1], [0x0B], [0, 1], [7, 1],
            [8] + [UInt8](repeating: 0x80, count: 10) + [1],
            [0x12] + [UInt8](repeating: 0xFF, count: 9) + [1],
        ])
    func malformed(message: [UInt8]) {
        #expect(verdict(ofMessage: message) == "protocol: a message that is no HealthCheckResponse")
    }

    @Test("a status has its reason and its name, and the server's text in the clear")
    func statuses() {
        for (status, text, says) in [
            ("1", "", "error: CANCELLED"), ("5", "unknown%20service", "missing: NOT_FOUND: unknown service"),
            ("7", "", "denied: PERMISSION_DENIED"), ("12", "50% of it", "config: UNIMPLEMENTED: 50% of it"),
            ("14", "", "busy: UNAVAILABLE"), ("16", "%E2%80%9Cwho%E2%80%9D", "auth: UNAUTHENTICATED: “who”"),
            ("17", "", "error: grpc-status 17"), ("4", "a%0Ab", "error: DEADLINE_EXCEEDED: a\\x0ab"),
        ] {
            #expect(verdict(status, text) == says)
        }
        for status in ["", "-1", "1.5", "0x1", "99999999999999999999"] {
            #expect(verdict(status).hasPrefix("protocol: a grpc-status that is no number"), "\(status)")
        }
        #expect(verdict(nil) == "protocol: the answer ended without a grpc-status")
    }

    @Test("an answer of more than 64 KiB is given up, whatever it consists of")
    func tooLong() {
        func reason(_ body: (inout GRPCAnswer) throws(Failure) -> Void) -> Reason? {
            var answer = GRPCAnswer()
            for _ in 0..<70 {
                do throws(Failure) { try body(&answer) } catch { return error.reason }
            }
            return nil
        }
        let kilobyte = [UInt8](repeating: 1, count: 1024)
        #expect(reason { answer throws(Failure) in try answer.take(data: kilobyte) } == .protocol)
        #expect(reason { answer throws(Failure) in try answer.take(field: kilobyte, []) } == .protocol)
        #expect(reason { answer throws(Failure) in try answer.take(field: [], kilobyte) } == .protocol)
        #expect(reason { answer throws(Failure) in try answer.take(field: [1], [2]) } == nil)
    }

    @Test("a peer of another protocol is known by its first bytes, as soon as they tell")
    func beginnings() {
        func says(_ bytes: [UInt8], isWhole: Bool = false) -> String? {
            HTTP2Peer.failure(beginning: bytes, isWhole: isWhole)?.message
        }
        #expect(says([]) == nil && says([], isWhole: true) == nil)
        #expect(says([0, 0, 0, 4, 0, 0, 0, 0, 0]) == nil && says([0, 1], isWhole: true) == nil)
        #expect(says(Array("HTTP/1.1".utf8)) == nil)
        #expect(
            says(Array("HTTP/1.1 400 Bad\r\nX: y".utf8))
                == "it speaks HTTP/1.1 and no HTTP/2: it answers HTTP/1.1 400 Bad")
        #expect(says(Array("-ERR".utf8)) == nil)
        #expect(says(Array("-ERR".utf8), isWhole: true) == "not HTTP/2: it answers -ERR")
        #expect(says([0x15, 3, 1]) == "it speaks TLS: write grpcs://")
    }
}
