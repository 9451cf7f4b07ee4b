internal import EventLoop
internal import HealthCore

/// HTTP and HTTPS, over TCP and Unix sockets: one request, judged by its status and its body.
struct HTTPProbe: Probe {
    /// The most redirects that an attempt follows.
    private static let redirectLimit = 5
    /// How long the body of an answer is waited for that may say more than its status, which decides.
    private static let patience = Duration.milliseconds(250)

    let service: HTTPService
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: endpoint, withholding: { secrets }) { evidence throws(Failure) in
            var (place, service, isEncrypted) = (endpoint, self.service, connector.isEncrypted)
            service.headers += try HeaderFile.fields(of: service.headerFile, HTTPService.Header.list)
            secrets = service.secrets
            for _ in 0...Self.redirectLimit {
                let stream = try await connector.open(
                    place, overTLS: isEncrypted, until: deadline, recording: &evidence)
                let step = try await ask(service, over: stream, from: place, isEncrypted, until: deadline)
                switch step {
                case .ready(let detail): return detail
                case .redirected(let next): (place, service, isEncrypted) = next
                }
            }
            throw Failure(.httpStatus, "more than \(Self.redirectLimit) redirects")
        }
    }

    private enum Step {
        case ready(String)
        case redirected((endpoint: Endpoint, service: HTTPService, isEncrypted: Bool))
    }

    private func ask(
        _ service: HTTPService, over stream: any ByteStream, from place: Endpoint, _ isEncrypted: Bool,
        until deadline: Instant
    ) async throws(Failure) -> Step {
        var end: Instant?
        do throws(Failure) {
            return try await HTTPExchange.run(
                service.request, service.parser, over: stream, until: deadline,
                hurry: { answer in
                    guard service.isDecided(answer) else { return nil }
                    end = end ?? connector.soon(Self.patience, before: deadline)
                    return end
                }
            ) { answer throws(Failure) in
                if let head = answer.head,
                    let next = try service.redirect(head, from: place, overTLS: isEncrypted)
                {
                    return .redirected(next)
                }
                return try service.judge(answer, overTLS: isEncrypted).map(Step.ready)
            }
        } catch {
            throw isEncrypted || error.reason != .closed ? error : error.advising(.hungUp)
        }
    }
}
