internal import EventLoop
internal import HealthCore

/// memcached: ready is a server that answers `version` with a version.
struct MemcachedProbe: Probe {
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
        await Connector.attempt(at: endpoint) { evidence throws(Failure) in
            let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
            return try await Self.ask(stream, until: deadline)
        }
    }

    static func ask(_ stream: any ByteStream, until deadline: Instant) async throws(Failure) -> String {
        try await Connector.ask(MemcachedAnswer.question, over: stream, until: deadline)
        var answer: [UInt8] = []
        while true {
            answer += try await Connector.hear(from: stream, until: deadline)
            if let version = try MemcachedAnswer.version(in: answer) { return version }
        }
    }
}
