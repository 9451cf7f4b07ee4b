package import EventLoop
package import HealthCore

/// One HTTP request and its answer, over a connection of their own.
package enum HTTPExchange {
    /// Sends the request and reads the answer until `judge` returns a verdict; the parser bounds the answer, and `hurry`
    /// may end the wait for more of it sooner than the deadline.
    package static func run<Verdict>(
        _ request: [UInt8], _ parser: HTTPResponseParser, over stream: any ByteStream,
        until deadline: Instant, hurry: (HTTPResponseParser) -> Instant? = { _ in nil },
        _ judge: (HTTPResponseParser) throws(Failure) -> Verdict?
    ) async throws(Failure) -> Verdict {
        try await Connector.ask(request, over: stream, until: deadline)
        var answer = parser
        while true {
            do throws(Failure) {
                let bytes = try await stream.receive(atMost: 16 * 1024, until: hurry(answer) ?? deadline)
                if bytes.isEmpty { try answer.finish() } else { try answer.feed(bytes) }
            } catch {
                // The bytes before the mistake count, as if they had come alone.
                answer.cut()
                if let verdict = try judge(answer) { return verdict }
                throw error
            }
            if let verdict = try judge(answer) { return verdict }
            // `judge` must come to a verdict about a complete answer.
            guard !answer.isComplete else { throw Failure(.protocol, "the answer says nothing") }
        }
    }
}
