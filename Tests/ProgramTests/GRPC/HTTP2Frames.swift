import TestSupport

/// Frames of HTTP/2, as a server that a test scripts says them (RFC 9113 §4.1, RFC 7541).
enum HTTP2Frames {
    static func frame(
        _ kind: UInt8, flags: UInt8 = 0, stream: UInt8 = 0, _ payload: [UInt8] = [], length: Int? = nil
    ) -> [UInt8] {
        let size = length ?? payload.count
        let head = [UInt8(size >> 16 & 0xFF), UInt8(size >> 8 & 0xFF), UInt8(size & 0xFF), kind, flags]
        return head + [0, 0, 0, stream] + payload
    }

    static let settings = frame(4)
    static let ping = frame(6, [UInt8](repeating: 7, count: 8))

    /// HEADERS of the call with these fields, in their simplest coding. `end` is the end of the stream.
    static func headers(_ fields: KeyValuePairs<String, String>, end: Bool = false) -> [UInt8] {
        frame(1, flags: end ? 5 : 4, stream: 1, block(fields))
    }

    static func block(_ fields: KeyValuePairs<String, String>) -> [UInt8] {
        fields.flatMap { [0] + text($0.key) + text($0.value) }
    }

    private static func text(_ text: String) -> [UInt8] {
        // Numbers of seven bits and more are those of RFC 7541 §5.1.
        let count = text.utf8.count
        let head: [UInt8] =
            count < 127
            ? [UInt8(count)] : [127, UInt8((count - 127) & 0x7F) | 0x80, UInt8((count - 127) >> 7)]
        return head + text.utf8
    }

    static func data(_ bytes: [UInt8], end: Bool = false) -> [UInt8] {
        frame(0, flags: end ? 1 : 0, stream: 1, bytes)
    }

    /// The beginning of every answer of gRPC.
    static let head = headers([":status": "200", "content-type": "application/grpc"])
    /// SERVING, as a message.
    static let serving: [UInt8] = [0, 0, 0, 0, 2, 8, 1]

    static func trailers(_ status: String, _ message: String? = nil) -> [UInt8] {
        message.map { headers(["grpc-status": status, "grpc-message": $0], end: true) }
            ?? headers(["grpc-status": status], end: true)
    }

    /// An answer of one frame that has head and trailers.
    static func trailersOnly(_ status: String, _ message: String = "") -> [UInt8] {
        headers(
            [
                ":status": "200", "content-type": "application/grpc", "grpc-status": status,
                "grpc-message": message,
            ], end: true)
    }

    static let goodAnswer = settings + head + data(serving) + trailers("0")
    /// The same, its fields and its message in several frames.
    static let answerInFrames =
        settings + frame(1, stream: 1, block([":status": "200"])) + frame(9, stream: 1)
        + frame(9, flags: 4, stream: 1, block(["content-type": "application/grpc+proto"])) + ping
        + data([0, 0, 0, 0]) + settings + data([2, 8]) + data([1]) + trailers("0")
}
