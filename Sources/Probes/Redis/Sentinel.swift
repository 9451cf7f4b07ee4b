internal import EventLoop
internal import HealthCore

/// A Sentinel, which is asked where a master is, and may want a password before.
struct Sentinel {
    /// The Sentinel's own password.
    let own: Secret?
    /// The password of the servers, which is tried once where the Sentinel asks for one and has none of its own.
    let masters: Secret?

    /// Where the master is now.
    func place(
        of master: String, over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> Endpoint {
        let replies = RedisConversation(stream: stream)
        // Said here, because Swift 6.2 does not take it from the setting for a local function.
        nonisolated(nonsending) func ask(after password: Secret?) async throws(Failure) -> ReplyReader.Reply {
            let login = password?.reveal { ReplyReader.command([Array("AUTH".utf8), $0]) } ?? []
            let question = ["SENTINEL", "get-master-addr-by-name", master].map { Array($0.utf8) }
            try await Connector.ask(login + ReplyReader.command(question), over: stream, until: deadline)
            if password != nil, case .error(let text) = try await replies.next(until: deadline),
                !RedisAnswer.isNoPasswordConfigured(text)
            {
                throw RedisAnswer.failure(text, to: .login)
            }
            return try await replies.next(until: deadline)
        }
        var reply = try await ask(after: own)
        if case .error(let text) = reply, text.starts(with: "NOAUTH".utf8), own == nil, let masters {
            reply = try await ask(after: masters)
        }
        switch reply {
        case .array(2): break
        case .missing:
            throw Failure(.missing, "the Sentinel knows no master called \(PrintableText.line(master))")
                .spokenByServer()
                .advising(.noSuchMaster)
        case .error(let text):
            let failure = RedisAnswer.failure(text)
            throw failure.message.mentions("unknown command") ? failure.advising(.noSentinel) : failure
        default: throw Failure(.protocol, "not the answer of a Sentinel")
        }
        guard case .text(let host) = try await replies.next(until: deadline),
            case .text(let port) = try await replies.next(until: deadline)
        else { throw Failure(.protocol, "not the answer of a Sentinel") }
        return try SentinelAnswer.place(host: host, port: port)
    }
}
