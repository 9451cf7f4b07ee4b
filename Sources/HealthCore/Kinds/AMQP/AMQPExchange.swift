/// What is said to a server of AMQP 0-9-1 at a level, step by step, and what its answers mean.
package struct AMQPExchange {
    /// The first bytes: which protocol is spoken.
    package static let opening = Array("AMQP\0\0\u{9}\u{1}".utf8)

    /// What follows a frame.
    package enum Step {
        /// Bytes to send; none where only more is waited for.
        case send([UInt8])
        case ready(String)
        /// A failure, and what to send before the connection is left.
        case refused(Failure, farewell: [UInt8])
    }

    /// Methods by their class and number.
    enum Method {
        static let (start, startOk, secure, tune, tuneOk) = (
            0x0A_000A, 0x0A_000B, 0x0A_0014, 0x0A_001E, 0x0A_001F
        )
        static let (open, openOk, close, closeOk) = (0x0A_0028, 0x0A_0029, 0x0A_0032, 0x0A_0033)
        static let (blocked, unblocked) = (0x0A_003C, 0x0A_003D)
        static let (channelOpen, channelOpenOk) = (0x14_000A, 0x14_000B)
        static let (channelClose, channelCloseOk) = (0x14_0028, 0x14_0029)
        static let (publish, ack, nack) = (0x3C_0028, 0x3C_0050, 0x3C_0078)
        static let (confirm, confirmOk) = (0x55_000A, 0x55_000B)
    }

    /// A login that is left in the middle of an alarm is noticed only by its heartbeats.
    private static let heartbeat: UInt16 = 5
    private static let smallestFrame = 4096

    private let level: AMQPLevel
    private let virtualHost: String
    private let user: String
    private let password: Secret
    private var server = ""
    /// What was asked for last: nothing else is an answer.
    private var awaited = Method.start
    /// Whether the vhost is open: a refusal is then one of a channel.
    private var isOpen = false

    package init(_ service: AMQPService, password: Secret?) {
        (level, virtualHost) = (service.level, service.virtualHost)
        (user, self.password) = (service.user ?? "", password ?? Secret([]))
    }

    /// Takes a frame.
    package mutating func take(_ frame: AMQPFrame) throws(Failure) -> Step {
        guard frame.type == AMQPFrame.method else { return .send([]) }
        var arguments = AMQPArguments(frame.payload[...])
        guard let method = arguments.long() else { throw Self.malformed }
        switch method {
        case awaited: return try answer(&arguments)
        case Method.close: return refusal(try AMQPRefusal(&arguments), answering: Method.closeOk)
        case Method.channelClose where isOpen:
            return .refused(
                try AMQPRefusal(&arguments).failure(isOpen: true),
                farewell: Self.method(Method.channelCloseOk, channel: 1) { _ in } + Self.farewell)
        case Method.nack where isOpen:
            return .refused(Failure(.error, "it did not take a message"), farewell: Self.farewell)
        case Method.blocked where level == .publish:
            let why = PrintableText.line(arguments.shortText() ?? [])
            // It reads nothing any more, no farewell either.
            return .refused(
                Failure(.busy, "an alarm keeps publishers out: \(why)").advising(.alarm), farewell: [])
        case Method.blocked, Method.unblocked, Method.channelOpenOk, Method.confirmOk: return .send([])
        case Method.secure: throw Failure(.auth, "it asks for more than a password")
        default: throw Failure(.protocol, "not what an AMQP server says at this point")
        }
    }

    /// What follows the method that was waited for.
    private mutating func answer(_ arguments: inout AMQPArguments) throws(Failure) -> Step {
        switch awaited {
        case Method.start: return try answerStart(&arguments)
        case Method.tune: return .send(try answerTune(&arguments))
        case Method.openOk: return .send(opened())
        case Method.ack:
            // The channel first: RabbitMQ ends both at once now and then in a way that it takes for an error.
            awaited = Method.channelCloseOk
            return .send(Self.channelFarewell)
        case Method.channelCloseOk:
            awaited = Method.closeOk
            return .send(Self.farewell)
        default: return .ready(found)
        }
    }

    /// What was found, as a person reads it, with what was not looked at.
    private var found: String {
        switch level {
        case .ping: "\(server); login and vhost were not looked at"
        case .login: "\(server), vhost \(virtualHost); whether an alarm keeps publishers out was not asked"
        case .publish: "\(server), vhost \(virtualHost), takes messages"
        }
    }

    private mutating func answerStart(_ arguments: inout AMQPArguments) throws(Failure) -> Step {
        guard let major = arguments.octet(), let minor = arguments.octet(),
            let properties = arguments.texts(), let mechanisms = arguments.longText()
        else { throw Self.malformed }
        guard (major, minor) == (0, 9) else {
            throw Failure(.protocol, "it speaks AMQP \(major).\(minor), and is asked in 0.9.1")
        }
        let words = ["product", "version"].compactMap { key in properties.first { $0.name == key }?.text }
        server = words.isEmpty ? "AMQP 0.9.1" : words.joined(separator: " ")
        guard level != .ping else { return .ready(found) }
        guard mechanisms.split(separator: ASCII.space).contains(where: { $0.elementsEqual("PLAIN".utf8) })
        else {
            throw Failure(.auth, "it takes no passwords, but \(PrintableText.line(mechanisms, atMost: 60))")
        }
        var capabilities = AMQPWriter()
        // A refused login is then told, and not only hung up on.
        for name in ["authentication_failure_close", "connection.blocked"] {
            capabilities.add(row: name, "t", [1])
        }
        var (table, product) = (AMQPWriter(), AMQPWriter())
        product.add(long: "waitfor".utf8)
        table.add(row: "product", "S", product.bytes)
        var nested = AMQPWriter()
        nested.add(long: capabilities.bytes)
        table.add(row: "capabilities", "F", nested.bytes)
        awaited = Method.tune
        return .send(
            Self.method(Method.startOk) { writer in
                writer.add(long: table.bytes)
                writer.add(short: "PLAIN".utf8)
                writer.add(long: password.reveal { [0] + Array(user.utf8) + [0] + $0 })
                writer.add(short: "en_US".utf8)
            })
    }

    private mutating func answerTune(_ arguments: inout AMQPArguments) throws(Failure) -> [UInt8] {
        guard arguments.short() != nil, let frame = arguments.long(), arguments.short() != nil else {
            throw Self.malformed
        }
        guard frame == 0 || frame >= Self.smallestFrame else {
            throw Failure(
                .protocol, "frames of at most \(frame) bytes, and \(Self.smallestFrame) are the least")
        }
        awaited = Method.openOk
        let size = frame == 0 ? AMQPFrame.limit : min(frame, AMQPFrame.limit)
        return Self.method(Method.tuneOk) { writer in
            writer.add(UInt16(1))
            writer.add(UInt32(clamping: size))
            writer.add(Self.heartbeat)
        }
            + Self.method(Method.open) { writer in
                writer.add(short: virtualHost.utf8)
                writer.add(short: [])
                writer.add(UInt8(0))
            }
    }

    private mutating func opened() -> [UInt8] {
        (isOpen, awaited) = (true, level == .publish ? Method.ack : Method.closeOk)
        guard level == .publish else { return Self.farewell }
        // A message of no bytes to a queue that is not there, which the server confirms and drops.
        var header = AMQPWriter()
        for number: UInt32 in [0x3C_0000, 0, 0] { header.add(number) }
        header.add(UInt16(0))
        return Self.method(Method.channelOpen, channel: 1) { $0.add(short: []) }
            + Self.method(Method.confirm, channel: 1) { $0.add(UInt8(0)) }
            + Self.method(Method.publish, channel: 1) { writer in
                writer.add(UInt16(0))
                writer.add(short: [])
                writer.add(short: "waitfor.nobody".utf8)
                writer.add(UInt8(0))
            } + AMQPFrame(AMQPFrame.header, channel: 1, header.bytes).bytes
    }

    /// Connection.Close, with the code of success; Channel.Close has the same arguments.
    private static let farewell = method(Method.close, leaving)
    private static let channelFarewell = method(Method.channelClose, channel: 1, leaving)

    private static func leaving(_ writer: inout AMQPWriter) {
        writer.add(UInt16(200))
        writer.add(short: "asked enough".utf8)
        writer.add(UInt32(0))
    }

    private func refusal(_ refusal: AMQPRefusal, answering method: Int) -> Step {
        .refused(refusal.failure(isOpen: isOpen), farewell: Self.method(method) { _ in })
    }

    private static func method(
        _ number: Int, channel: UInt16 = 0, _ arguments: (inout AMQPWriter) -> Void
    ) -> [UInt8] {
        var writer = AMQPWriter()
        writer.add(UInt32(clamping: number))
        arguments(&writer)
        return AMQPFrame(AMQPFrame.method, channel: channel, writer.bytes).bytes
    }

    static let malformed = Failure(.protocol, "a method of AMQP that is cut short, or none")
}
