internal import EventLoop
internal import HealthCore

/// INFO, which goes with the bytes of a question whose answer is PONG: a Dragonfly that loads its data answers PING with
/// PONG all the same.
///
/// A Redis answers both in one piece, so that nothing is waited for, and an error says nothing. Who refuses it is not
/// asked again: a refusal is a line in an ACL LOG, and twemproxy hangs up.
final class LoadingQuestion: Sendable {
    static let command = Array("*2\r\n$4\r\nINFO\r\n$11\r\npersistence\r\n".utf8)
    /// For how long an answer is waited for that has not come with the PONG. A peer that writes one answer after the
    /// other is held up by Nagle's algorithm for the 40 ms of a delayed acknowledgement.
    static let patience = Duration.milliseconds(60)

    private static let loads = Failure(.loading, "INFO says that it is loading, though it answers PING")

    private let loop: EventLoop
    /// Whether to ask it. Only jobs of the loop touch this flag, on one thread; an `Atomic` would have the layout of this
    /// class computed when the program starts.
    nonisolated(unsafe) var isAsked = true

    init(_ loop: EventLoop) { self.loop = loop }

    /// Judges the answer that begins with these bytes: throws where the server loads. Returns whether it has come.
    func judge(
        _ answer: ArraySlice<UInt8>, and stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> Bool {
        guard let isLoading = RedisState.isLoading(answer) else {
            let conversation = RedisConversation(stream: stream)
            try conversation.feed(Array(answer))
            return try await judge(conversation, until: deadline)
        }
        if isLoading { throw Self.loads }
        return true
    }

    /// Judges the next reply of a conversation. Not inlined: no Redis lets it wait.
    @inline(never)
    func judge(_ conversation: RedisConversation, until deadline: Instant) async throws(Failure) -> Bool {
        let reply: ReplyReader.Reply
        let end = min(deadline, loop.now.advanced(by: Self.patience))
        do throws(Failure) { reply = try await conversation.next(until: end) } catch {
            isAsked = false
            return false
        }
        switch reply {
        case .text(let text) where RedisState.isLoading(text[...]) == true: throw Self.loads
        case .error(let text):
            let failure = RedisAnswer.failure(text)
            guard failure.reason != .loading else { throw failure }
            isAsked = false
        default: break
        }
        return true
    }
}
