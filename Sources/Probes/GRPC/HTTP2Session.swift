internal import CNGHTTP2
internal import EventLoop
internal import HealthCore

/// A connection of HTTP/2 with one call, freed with its last reference. nghttp2 only computes: it takes and makes bytes
/// in memory, so that the stream's deadlines apply.
final class HTTP2Session {
    private let session: OpaquePointer
    /// The context of the callbacks, which run within the calls of this class only.
    private let call: HTTP2Call
    /// The first bytes, until they are known to be HTTP/2.
    private var beginning: [UInt8]? = []
    private var received = 0

    /// A session whose first bytes are the call.
    init(_ fields: [GRPCService.Field], _ message: [UInt8]) {
        var made: (callbacks: OpaquePointer?, options: OpaquePointer?, session: OpaquePointer?)
        call = HTTP2Call(sending: message)
        guard nghttp2_session_callbacks_new(&made.callbacks) == 0, nghttp2_option_new(&made.options) == 0,
            let callbacks = made.callbacks
        else { preconditionFailure("out of memory") }
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(made.options)
        }
        HTTP2Call.register(in: callbacks)
        // Answers to the peer's SETTINGS and PING that wait to be sent, and the parts of one of its SETTINGS.
        nghttp2_option_set_max_outbound_ack(made.options, 1000)
        nghttp2_option_set_max_settings(made.options, 32)
        // It counts the pieces in which the heads of CONTINUATION come, and not the frames: the bytes are bounded here.
        nghttp2_option_set_max_continuations(made.options, GRPCAnswer.limit)
        // A file of fields has 64 KiB at most.
        nghttp2_option_set_max_send_header_block_length(made.options, 128 * 1024)
        guard
            nghttp2_session_client_new2(&made.session, callbacks, call.context, made.options) == 0,
            let session = made.session
        else { preconditionFailure("out of memory") }
        self.session = session
        var noPush = nghttp2_settings_entry(
            settings_id: Int32(clamping: NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0)
        nghttp2_submit_settings(session, UInt8(clamping: NGHTTP2_FLAG_NONE.rawValue), &noPush, 1)
        submit(fields)
    }

    deinit {
        nghttp2_session_del(session)
    }

    private func submit(_ fields: [GRPCService.Field]) {
        let texts = fields.map { (name: $0.name, value: $0.value.reveal { $0 }) }
        var bytes = texts.flatMap { $0.name + $0.value }
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            var offset = 0
            // Never indexed: the values may be tokens. nghttp2 copies them.
            let pairs = texts.map { text in
                defer { offset += text.name.count + text.value.count }
                return nghttp2_nv(
                    name: start + offset, value: start + offset + text.name.count,
                    namelen: text.name.count, valuelen: text.value.count,
                    flags: UInt8(clamping: NGHTTP2_NV_FLAG_NO_INDEX.rawValue))
            }
            var source = HTTP2Call.messageSource
            nghttp2_submit_request(session, nil, pairs, pairs.count, &source, nil)
        }
    }

    /// Sends the call, and reads until its answer is whole.
    func answer(over stream: any ByteStream, until deadline: Instant) async throws(Failure) -> GRPCAnswer {
        var outgoing = takeOutgoing()
        while true {
            try await Connector.ask(outgoing, over: stream, until: deadline)
            let bytes: [UInt8]
            do throws(Failure) {
                bytes = try await Connector.hear(from: stream, atMost: 16 * 1024, until: deadline)
            } catch {
                guard error.reason == .closed else { throw error }
                throw HTTP2Peer.failure(beginning: beginning ?? [], isWhole: true) ?? call.goAway ?? error
            }
            outgoing = try feed(bytes)
            if let ending = call.ending { return try ending.get() }
            // nghttp2 has given the connection up.
            guard nghttp2_session_want_read(session) != 0 else { throw Self.broken() }
            guard received < GRPCAnswer.limit else { throw GRPCAnswer.tooLong }
        }
    }

    /// The last bytes of the session: it ends in order.
    func goodbye() -> [UInt8] {
        nghttp2_session_terminate_session(session, NGHTTP2_NO_ERROR.rawValue)
        return takeOutgoing()
    }

    /// Feeds received bytes to nghttp2, which calls the call's callbacks, and returns what it wants to send then.
    private func feed(_ piece: [UInt8]) throws(Failure) -> [UInt8] {
        var bytes = Array(piece.prefix(GRPCAnswer.limit - received))
        received += bytes.count
        if let known = beginning {
            bytes = known + bytes
            if let failure = HTTP2Peer.failure(beginning: bytes) { throw failure }
            beginning = bytes.first == 0 ? nil : bytes
            guard beginning == nil else { return [] }
        }
        // What nghttp2 sends may end the call, too: it resets what breaks a rule. Byte by byte that happens before the next
        // frame is read, and the verdict is the same in whatever pieces the bytes came.
        var outgoing: [UInt8] = []
        for byte in bytes {
            let count = nghttp2_session_mem_recv(session, [byte], 1)
            guard call.ending == nil else { break }
            guard count >= 0 else { throw Self.broken(Int32(truncatingIfNeeded: count)) }
            outgoing += takeOutgoing()
            guard call.ending == nil else { break }
        }
        return outgoing
    }

    /// What nghttp2 wants to send.
    private func takeOutgoing() -> [UInt8] {
        var bytes: [UInt8] = []
        var piece: UnsafePointer<UInt8>?
        while case let count = nghttp2_session_mem_send(session, &piece), count > 0 {
            bytes += UnsafeBufferPointer(start: piece, count: count)
        }
        return bytes
    }

    /// The failure of a peer that breaks a rule of HTTP/2; the code is nghttp2's.
    static func broken(_ code: Int32? = nil) -> Failure {
        let why = code.flatMap { nghttp2_strerror($0) }.map { ": \(String(cString: $0))" } ?? ""
        return Failure(.protocol, "it breaks the rules of HTTP/2\(why)")
    }
}

extension GRPCProbe {
    /// The version of nghttp2, for `version --libraries`.
    package static var linkedVersion: String { NGHTTP2_VERSION }
}
