internal import EventLoop
internal import HealthCore

/// The connection of one client: reads requests, answers them in order, and keeps no buffers while it is idle.
struct Connection: Sendable {
    let socket: Socket
    let place: ConnectionTable<Socket>.Place
    let connections: OpenConnections
    let routes: Routes
    let limits: StatusServer.Limits
    let loop: EventLoop

    /// The received bytes of requests that are not answered yet.
    private var input: [UInt8] = []
    private var parser: RequestParser
    /// The answers that are not sent yet: one send for all requests that came together.
    private var output: [UInt8] = []
    /// When the first byte of the current head came.
    private var headBegan: Instant?
    /// Whether the loop has waited for the socket before.
    private var hasWaited = false

    /// The most bytes of one read: a head has about as many, and an array of so many is what malloc has at hand.
    private static let bufferSize = 1000
    /// The bytes of short answers that are collected before they are sent.
    private static let outputSize = 32 << 10
    /// The most answers in a row before other connections have their turn.
    private static let answersInARow = 16
    /// The pauses between two requests for room for a long answer: hundreds of connections may wait for room.
    private static let (shortestPause, longestPause) = (Duration.milliseconds(2), Duration.milliseconds(64))
    /// The bytes that a client may still send, and the time, while its connection is being closed.
    private static let lingerSize = 64 << 10
    private static let lingerTime = Duration.seconds(1)

    init(
        socket: Socket, place: ConnectionTable<Socket>.Place, connections: OpenConnections, routes: Routes,
        limits: StatusServer.Limits, loop: EventLoop
    ) {
        (self.socket, self.place, self.connections, self.routes, self.limits, self.loop) = (
            socket, place, connections, routes, limits, loop
        )
        parser = RequestParser(limit: limits.head)
    }

    /// Serves the client until either side ends the connection.
    mutating func serve() async {
        do throws(Failure) {
            repeat {} while try await converse()
        } catch {
            // The client went away or does not read: nobody is there to get an error.
        }
        connections.table.leave(place)
    }

    /// Receives bytes and answers the complete requests among them. False at the end of the connection.
    private mutating func converse() async throws(Failure) -> Bool {
        guard try await receive() else { return false }
        var answers = 0
        while true {
            let head: RequestHead?
            do throws(RequestRefusal) { head = try parser.next(in: input) } catch {
                try await refuse(error)
                return false
            }
            guard let head else { break }
            guard try await answer(head) else {
                try await flush()
                if head.hasBody || parser.start < input.count { try await linger() }
                return false
            }
            answers += 1
            if answers % Self.answersInARow == 0 { await Task.yield() }
        }
        try await flush()
        forgetAnswered(answers)
        return true
    }

    // MARK: Reading

    /// Waits for the next bytes; false at the end of the connection.
    private mutating func receive() async throws(Failure) -> Bool {
        let limit = headBegan.map { $0.advanced(by: limits.headTime) }
        let deadline = limit ?? loop.now.advanced(by: limits.idleTime)
        let again = hasWaited
        hasWaited = true
        switch await loop.wait(for: socket.descriptor, .reading, again: again, until: deadline) {
        case .ready: break
        case .deadline:
            if limit != nil { try await refuse(RequestRefusal(.requestTimeout, "the head is not complete")) }
            return false
        case .cancelled, .failed: return false
        }
        let bytes = try await socket.receive(atMost: Self.bufferSize, until: deadline)
        if input.isEmpty { input = bytes } else { input += bytes }
        guard headBegan == nil else { return !bytes.isEmpty }
        headBegan = loop.now
        connections.table.becomeBusy(place, at: loop.now)
        return !bytes.isEmpty
    }

    /// Drops the answered requests. The remaining bytes begin a head that has just come.
    private mutating func forgetAnswered(_ answers: Int) {
        guard answers > 0 else { return }
        if parser.start == input.count {
            input = []
            headBegan = nil
            connections.table.becomeIdle(place, at: loop.now)
        } else {
            input.removeFirst(parser.start)
            headBegan = loop.now
            connections.table.becomeBusy(place, at: loop.now)
        }
        parser.forgetAnswered()
    }

    // MARK: Answering

    /// Appends a short answer to the output, or sends a long one. False if the connection ends after the answer.
    private mutating func answer(_ head: RequestHead) async throws(Failure) -> Bool {
        let response = routes.response(to: head)
        if output.isEmpty { output.reserveCapacity(512) }
        var goesOn = head.keepsAlive && !head.hasBody && response.status != .methodNotAllowed
        switch response.body {
        case .short(let text):
            response.appendHead(to: &output, .length(text.utf8.count), connection(head, goesOn))
            if head.method != .head { output.append(text) }
        case .long(var text):
            try await takeRoom(for: text)
            defer { connections.table.endAnswer(place) }
            var piece: [UInt8] = []
            await loop.takeTurn()
            text.appendPiece(to: &piece)
            let isWhole = text.isAtEnd
            goesOn = goesOn && (isWhole || !head.isVersionZero)
            let framing: Response.Framing =
                isWhole ? .length(piece.count) : head.isVersionZero ? .end : .chunks
            response.appendHead(to: &output, framing, connection(head, goesOn))
            if head.method == .head { break }
            append(piece, inChunks: framing == .chunks)
            piece = []
            if !isWhole { try await send(text, inChunks: framing == .chunks) }
        }
        if output.count > Self.outputSize { try await flush() }
        return goesOn
    }

    /// The `Connection` field of an answer.
    private func connection(_ head: RequestHead, _ goesOn: Bool) -> Response.Connection {
        goesOn ? (head.isVersionZero ? .keptAlive : .goesOn) : .closes
    }

    /// Sends the collected output and the rest of a long text after it, each piece in a turn of the loop without another
    /// long text's. While the client reads, a connection holds one piece.
    private mutating func send(_ rest: LongText, inChunks: Bool) async throws(Failure) {
        var text = rest
        let deadline = loop.now.advanced(by: limits.idleTime)
        while !text.isAtEnd {
            try await flush(until: deadline)
            await loop.takeTurn()
            appendPiece(of: &text, inChunks: inChunks)
        }
        if inChunks { output.append("0\r\n\r\n") }
    }

    private mutating func appendPiece(of text: inout LongText, inChunks: Bool) {
        var piece: [UInt8] = []
        text.appendPiece(to: &piece)
        append(piece, inChunks: inChunks)
    }

    /// Appends a piece; one without bytes, which the last steps may make, would be the end of the chunks.
    private mutating func append(_ piece: [UInt8], inChunks: Bool) {
        guard !piece.isEmpty else { return }
        output.reserveCapacity(output.count + piece.count + 16)
        if inChunks {
            output.append(String(piece.count, radix: 16))
            output.append("\r\n")
        }
        output += piece
        if inChunks { output.append("\r\n") }
    }

    private mutating func flush(until deadline: Instant? = nil) async throws(Failure) {
        let sent = socket.sendNow(output[...])
        guard sent < output.count else {
            output = []
            return
        }
        output.removeFirst(sent)
        for slow in connections.table.beginWaiting(output.capacity, place, at: loop.now) { slow.abort() }
        try await socket.send(output, until: deadline ?? loop.now.advanced(by: limits.idleTime))
        connections.table.endWaiting(place)
        output = []
    }

    /// Waits until a long answer has room in the memory of all connections; closes a client that does not read to make
    /// room.
    private func takeRoom(for text: LongText) async throws(Failure) {
        let deadline = loop.now.advanced(by: limits.idleTime)
        var pause = Self.shortestPause
        while !connections.table.beginAnswer(text.weight, place) {
            connections.table.displaced()?.abort()
            let wake = await loop.sleep(until: loop.now.advanced(by: pause))
            guard wake != .cancelled, loop.now < deadline else { throw Failure(.timeout, "no room") }
            pause = min(Self.longestPause, pause * 2)
        }
    }

    // MARK: Closing

    private mutating func refuse(_ refusal: RequestRefusal) async throws(Failure) {
        let response = routes.response(refusing: refusal)
        if case .short(let text) = response.body {
            response.appendHead(to: &output, .length(text.utf8.count), .closes)
            if !parser.isHead { output.append(text) }
        }
        try await flush()
        try await linger()
    }

    /// Reads and drops the client's bytes until it has read the answer: a close over unread bytes would be a reset,
    /// which overtakes the answer.
    private mutating func linger() async throws(Failure) {
        connections.table.becomeIdle(place, at: loop.now)
        (input, output) = ([], [])
        socket.finishSending()
        let deadline = loop.now.advanced(by: Self.lingerTime)
        var left = Self.lingerSize
        while left > 0 {
            let count = try await socket.receive(atMost: Self.bufferSize, until: deadline).count
            if count == 0 { return }
            left -= count
        }
    }
}
