internal import EventLoop
internal import HealthCore

/// SMTP, IMAP, POP3 and FTP: ready is a server that greets; then the session is ended as the protocol wants it.
struct GreetingProbe: Probe {
    /// How long the answer to the farewell is waited for, and never more than half of the time that is left: the
    /// verdict is known, and does not depend on it.
    private static let patience = Duration.milliseconds(500)
    private static let lineLimit = 8 * 1024

    let greeter: Greeter
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
        await Connector.attempt(at: endpoint) { evidence throws(Failure) in
            let stream = try await connector.open(
                endpoint, speaksFirst: false, until: deadline, recording: &evidence)
            do throws(Failure) {
                let greeting = try await Self.greeting(of: greeter, over: stream, until: deadline)
                await leave(stream, before: deadline)
                return greeting
            } catch {
                // Who refuses waits for the farewell all the same; who speaks another protocol is left alone.
                if error.reason.isSpokenByServer { await leave(stream, before: deadline) }
                throw error
            }
        }
    }

    static func greeting(
        of greeter: Greeter, over stream: any ByteStream, until deadline: Instant
    ) async throws(Failure) -> String {
        var (lines, greeting) = (PeerLines(atMost: lineLimit), Greeting(of: greeter))
        var isSilent = true
        while true {
            let piece: [UInt8]
            do throws(Failure) { piece = try await Connector.hear(from: stream, until: deadline) } catch {
                guard isSilent, error.reason == .timeout else { throw error }
                throw error.advising(.silentGreeter)
            }
            isSilent = false
            lines.feed(piece)
            while let line = try lines.next() {
                if let greeting = try greeting.take(line) { return greeting }
            }
        }
    }

    /// Says the farewell, and hears the server's.
    private func leave(_ stream: any ByteStream, before deadline: Instant) async {
        let end = connector.soon(Self.patience, before: connector.share(of: deadline, among: 2))
        do throws(Failure) {
            try await stream.send(greeter.farewell, until: end)
            _ = try await stream.receive(atMost: 512, until: end)
        } catch {
            // The server has hung up, or is slow: its greeting counts.
        }
    }
}
