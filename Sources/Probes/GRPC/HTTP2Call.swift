internal import CNGHTTP2
internal import HealthCore

/// What nghttp2's callbacks know of the one call of a session: what is to be sent, and what has come.
final class HTTP2Call {
    /// The end of the call, good or bad; nil while it goes on. The first end counts.
    private(set) var ending: Result<GRPCAnswer, Failure>?
    /// The server's GOAWAY, as a failure.
    private(set) var goAway: Failure?
    private var answer = GRPCAnswer()
    private var unsent: ArraySlice<UInt8>
    private var isWhole = false
    private var wasReset = false

    init(sending message: [UInt8]) {
        unsent = message[...]
    }

    fileprivate func end(_ ending: Result<GRPCAnswer, Failure>) {
        if self.ending == nil { self.ending = ending }
    }

    /// Copies the next bytes of the message; returns their number, and whether they are the last.
    fileprivate func copy(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, isLast: Bool) {
        let piece = unsent.prefix(buffer.count)
        buffer.copyBytes(from: piece)
        unsent = unsent.dropFirst(piece.count)
        return (piece.count, unsent.isEmpty)
    }

    /// Takes what comes into the answer; false if the session is to be given up.
    fileprivate func take(_ body: (inout GRPCAnswer) throws(Failure) -> Void) -> Bool {
        do throws(Failure) { try body(&answer) } catch {
            end(.failure(error))
            return false
        }
        return true
    }

    /// Takes a whole frame. No other stream than the call's is ever there: nghttp2 passes over what is pushed, because
    /// the session allows no push.
    fileprivate func take(_ frame: nghttp2_frame) {
        switch UInt32(clamping: frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue:
            if UInt32(clamping: frame.hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0 { isWhole = true }
        case NGHTTP2_RST_STREAM.rawValue: wasReset = true
        case NGHTTP2_GOAWAY.rawValue:
            let text = UnsafeBufferPointer(
                start: frame.goaway.opaque_data, count: Int(clamping: frame.goaway.opaque_data_len))
            goAway = HTTP2Peer.failure("GOAWAY", frame.goaway.error_code, saying: Array(text.prefix(200)))
        default: break
        }
    }

    fileprivate func close(_ code: UInt32) {
        if isWhole { return end(.success(answer)) }
        // Without a RST_STREAM of the server's, the stream was beyond those that its GOAWAY allows, or broke a rule.
        if !wasReset, let goAway { return end(.failure(goAway)) }
        end(.failure(wasReset ? HTTP2Peer.failure("RST_STREAM", code) : HTTP2Session.broken()))
    }
}

// C functions take no captures: each finds the call in what it is handed.
private func call(of context: UnsafeMutableRawPointer?) -> HTTP2Call? {
    context.map { Unmanaged<HTTP2Call>.fromOpaque($0).takeUnretainedValue() }
}

/// What nghttp2 is told to give the session up.
private var giveUp: Int32 { NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }

extension HTTP2Call {
    /// What the session is given as the context of the callbacks: the session's owner keeps the call as long.
    var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    /// The source of the message.
    static var messageSource: nghttp2_data_provider {
        var source = nghttp2_data_provider()
        source.read_callback = { _, _, buffer, size, flags, _, context in
            guard let call = call(of: context), let buffer else { return Int(clamping: giveUp) }
            let (count, isLast) = call.copy(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            if isLast { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
            return count
        }
        return source
    }

    /// Registers what takes the answer.
    static func register(in callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, _, context in
            call(of: context)?.take { $0.beginFields() } == true ? 0 : giveUp
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameSize, value, valueSize, _, context in
            let name = UnsafeBufferPointer(start: name, count: nameSize)
            let value = Array(UnsafeBufferPointer(start: value, count: valueSize))
            let isGood = call(of: context)?.take { answer throws(Failure) in
                try answer.take(field: name, value)
            }
            return isGood == true ? 0 : giveUp
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, _, data, size, context in
            let bytes = Array(UnsafeBufferPointer(start: data, count: size))
            let isGood = call(of: context)?.take { answer throws(Failure) in try answer.take(data: bytes) }
            return isGood == true ? 0 : giveUp
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, context in
            if let frame { call(of: context)?.take(frame.pointee) }
            return 0
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, code, context in
            call(of: context)?.end(.failure(HTTP2Session.broken(code)))
            return 0
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, _, code, context in
            call(of: context)?.close(code)
            return 0
        }
    }
}
