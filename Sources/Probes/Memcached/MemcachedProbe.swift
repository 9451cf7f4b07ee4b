internal import EventLoop
package import HealthCore

/// memcached: `version`, answered by one.
package struct MemcachedProbe: Probe {
    private let endpoint: Endpoint
    private let channel: Channel

    package init(_ endpoint: Endpoint, _ channel: Channel) {
        self.endpoint = endpoint
        self.channel = channel
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        await Channel.attempt(at: endpoint) { sight throws(Failure) in
            let stream = try await channel.open(endpoint, until: deadline, seeing: &sight)
            return try await Self.ask(stream, until: deadline)
        }
    }

    static func ask(_ stream: any ByteStream, until deadline: Instant) async throws(Failure) -> String {
        try await Channel.ask(MemcachedAnswer.question, over: stream, until: deadline)
        var answer: [UInt8] = []
        while true {
            answer += try await Channel.hear(from: stream, until: deadline)
            if let version = try MemcachedAnswer.version(in: answer) { return version }
        }
    }
}
