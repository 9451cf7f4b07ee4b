import EventLoop
import HealthCore
import Probes

/// A client of a running agent. It asks where the agent listens for programs of its own user, which are told everything,
/// and else at the agent's address.
struct AgentClient: Sendable {
    /// What an agent has answered.
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
    }

    let endpoint: Endpoint
    let families: AddressFamilies
    /// The time that an answer has.
    let timeout: Duration

    /// Asks for a path, and returns an answer with one of these statuses.
    func get(_ path: String, answeredBy statuses: [Int], on loop: EventLoop) async throws(Failure) -> Answer {
        let deadline = loop.now.advanced(by: timeout)
        let socket = try await connect(on: loop, until: deadline)
        let request = "GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n"
        return try await HTTPExchange.run(
            Array(request.utf8), HTTPResponseParser(answerTo: "GET"), over: socket, until: deadline
        ) { answer throws(Failure) in
            guard let head = answer.head, answer.isComplete else { return nil }
            guard statuses.contains(head.status) else {
                let asked = path.prefix { $0 != "?" }
                throw Failure(.protocol, "\(asked) was answered with \(head.status): is it an agent?")
            }
            return Answer(status: head.status, body: answer.body)
        }
    }

    /// The report of all targets.
    func report(on loop: EventLoop) async throws(Failure) -> StatusReport {
        try Self.report(in: try await get("/status", answeredBy: [200], on: loop))
    }

    /// The report of one target; nil if the agent has none of that name.
    func report(of name: String, on loop: EventLoop) async throws(Failure) -> StatusReport? {
        let path = "/status/\(PercentEncoding.encoded(name))"
        let answer = try await get(path, answeredBy: [200, 404], on: loop)
        return answer.status == 404 ? nil : try Self.report(in: answer)
    }

    private static func report(in answer: Answer) throws(Failure) -> StatusReport {
        guard let report = StatusReport(answer.body) else {
            throw Failure(.protocol, "/status was answered with no report: is it an agent?")
        }
        return report
    }

    /// The line about an agent that does not answer.
    func complaint(about failure: Failure) -> String {
        "no answer from the agent: \(failure.reason.rawValue): \(failure.message) (\(endpoint)); \(failure.advice)"
    }

    private func connect(on loop: EventLoop, until deadline: Instant) async throws(Failure) -> Socket {
        let dialer = Dialer(loop, Resolver(loop, families: families))
        for address in ListenAddress.inners(for: endpoint) {
            guard let place = dialer.fixedAddress(of: address.reachable) else { continue }
            do throws(Failure) {
                let socket = try Socket.connecting(to: place, on: loop)
                // Anybody may have taken the name.
                if socket.isOfOwnUser { return socket }
            } catch {
                continue
            }
        }
        var evidence = ConnectionEvidence()
        return try await dialer.open(endpoint, until: deadline, recording: &evidence)
    }
}
