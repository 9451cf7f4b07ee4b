internal import EventLoop
internal import HealthCore

/// The packets to and from one server, in the clear and then perhaps over TLS.
final class MySQLConversation {
    private var stream: any ByteStream
    private var packets = MySQLPackets()
    /// Whether the server has said its last word of the login: it lets somebody in, or it does not.
    private(set) var isJudged = false
    /// Whether somebody's login was sent: what is refused before is about nobody.
    var hasSentLogin = false

    init(over stream: any ByteStream) {
        self.stream = stream
    }

    /// The payload of the server's next packet.
    func next(until deadline: Instant) async throws(Failure) -> [UInt8] {
        while true {
            if let payload = try packets.next() {
                if payload.first == 0 || payload.first == 0xFF { isJudged = true }
                return payload
            }
            packets.feed(try await Connector.hear(from: stream, atMost: 16 * 1024, until: deadline))
        }
    }

    func send(_ payload: [UInt8], until deadline: Instant) async throws(Failure) {
        try await Connector.ask(packets.packet(payload), over: stream, until: deadline)
    }

    /// Refuses what a server says behind its greeting in the clear: anybody may have put that there.
    func requireSilence() throws(Failure) {
        guard packets.isEmpty else { throw Failure(.protocol, "it says more than its greeting before TLS") }
    }

    /// Throws the error that a server answers to a request for TLS, as it does without a place for one more connection.
    /// `beginning` is what it has said so far; after a write that failed that has yet to be read.
    func requireNoError(_ beginning: [UInt8], until deadline: Instant) async throws(Failure) {
        var said = beginning
        if said.isEmpty { said = (try? await stream.receive(atMost: 1024, until: deadline)) ?? [] }
        guard MySQLPackets.isError(said) else { return }
        packets.feed(said)
        if let error = MySQLError(try await next(until: deadline)) { throw error.failure }
    }

    /// Goes on over TLS.
    func goOn(over stream: any ByteStream) {
        self.stream = stream
    }

    /// Runs a statement, and returns the beginning of its answer.
    func query(_ statement: [UInt8], keeping rows: Int = 1, until deadline: Instant) async throws(Failure)
        -> MySQLResult
    {
        packets.number = 0
        try await send(MySQLRequest.query(statement), until: deadline)
        var result = MySQLResult(keeping: rows)
        while try !result.take(try await next(until: deadline)) {}
        return result
    }

    /// Ends the conversation in order, if the server still listens.
    func quit(until deadline: Instant) async {
        packets.number = 0
        try? await send(MySQLRequest.quit, until: deadline)
    }
}
