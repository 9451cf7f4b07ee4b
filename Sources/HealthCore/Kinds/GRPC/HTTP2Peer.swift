/// What a peer says of HTTP/2 itself, or instead of it.
package enum HTTP2Peer {
    private static let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT",
        "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]

    /// The failure of a call that the peer ended by a frame with an error code (RFC 9113 §7), and perhaps a text. The
    /// reasons are those of the codes that gRPC's own clients make of them.
    package static func failure(_ frame: String, _ code: UInt32, saying text: [UInt8] = []) -> Failure {
        let name = names.dropFirst(Int(clamping: code)).first ?? "error \(code)"
        let shown = "\(frame) \(name)" + (text.isEmpty ? "" : ": \(PrintableText.line(text))")
        switch code {
        // A server that is being stopped takes no more calls.
        case 0 where frame == "GOAWAY", 7: return Failure(.busy, shown).advising(.noBackend)
        case 12: return Failure(.denied, shown)
        case 13: return Failure(.protocol, shown).advising(.noGRPC)
        default: return Failure(.error, shown)
        }
    }

    /// The failure of a peer that begins with something else than a frame; nil while its bytes can be one, or tell too
    /// little. A first frame is no longer than 65,535 bytes, and so begins with a zero.
    package static func failure(beginning bytes: [UInt8], isWhole: Bool = false) -> Failure? {
        guard let first = bytes.first, first != 0 else { return nil }
        if let failure = ForeignProtocol.failure(of: bytes, encrypted: "grpcs://") { return failure }
        guard isWhole || bytes.count >= 9 else { return nil }
        let line = bytes.prefix { $0 != ASCII.carriageReturn && $0 != ASCII.lineFeed }.prefix(60)
        let isHTTP = bytes.starts(with: "HTTP/".utf8)
        let what = isHTTP ? "it speaks HTTP/1.1 and no HTTP/2" : "not HTTP/2"
        return Failure(.protocol, "\(what): it answers \(PrintableText.line(line))").advising(.noGRPC)
    }
}
