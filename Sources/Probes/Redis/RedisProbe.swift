internal import EventLoop
package import HealthCore

/// Redis and Valkey: AUTH and SELECT if the target asks for them, then exactly `+PONG`, and the target's other
/// requirements. A class, so that an attempt holds one reference and no copy of the settings.
package final class RedisProbe: Probe {
    private enum Question {
        /// What the endpoint is asked.
        case known(RedisExchange)
        /// A password is read anew for every attempt, and a Sentinel is asked first. On the heap: most targets have neither.
        indirect case inSteps(RedisService)
    }

    private let question: Question
    private let connector: Connector
    private let loading: LoadingQuestion

    package init(_ service: RedisService, _ connector: Connector) {
        self.connector = connector
        loading = LoadingQuestion(connector.loop)
        let isPlain =
            service.password == .none && service.sentinelMaster == nil && service.alternatives.isEmpty
        // Most targets ask only PING, and share one exchange.
        let isPing = service == RedisService()
        question =
            isPing
            ? .known(.ping) : isPlain ? .known(RedisExchange(service.questions(nil))) : .inSteps(service)
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        switch question {
        case .known(let exchange):
            await Connector.attempt(at: connector.home) { evidence throws(Failure) in
                try await hold(exchange, with: connector.home, until: deadline, recording: &evidence)
            }
        case .inSteps(let service): await attempt(service, until: deadline)
        }
    }

    /// Holds an exchange with a server. Who hangs up at INFO, as twemproxy does, is asked without it.
    private func hold(
        _ exchange: RedisExchange, with place: Endpoint, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        let stream = try await connector.open(place, until: deadline, recording: &evidence)
        do throws(Failure) { return try await exchange.hold(over: stream, loading, until: deadline) } catch {
            guard error.reason == .closed, loading.isAsked else { throw error }
        }
        return try await holdPlainly(exchange, with: place, until: deadline, recording: &evidence)
    }

    /// Holds an exchange without INFO; if that succeeds, all that come. Not inlined: its memory would be part of every
    /// probe's task.
    @inline(never)
    private func holdPlainly(
        _ exchange: RedisExchange, with place: Endpoint, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        let stream = try await connector.open(place, until: deadline, recording: &evidence)
        loading.isAsked = false
        do throws(Failure) { return try await exchange.hold(over: stream, loading, until: deadline) } catch {
            loading.isAsked = true
            throw error
        }
    }

    /// Attempts with a password or a Sentinel. Not inlined: its memory would be part of every probe's task.
    @inline(never)
    private func attempt(_ service: RedisService, until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: connector.home, withholding: { secrets }) {
            evidence throws(Failure) in
            let password = try SecretFile.password(service.password)
            let sentinels = try SecretFile.password(service.sentinelPassword)
            secrets = [password, sentinels].compactMap { $0 }
            var last: Failure?
            let endpoints = [connector.home] + service.alternatives
            for (place, endpoint) in endpoints.enumerated() {
                // Each has its share of the time that is left; any of them may answer.
                let share = connector.share(of: deadline, among: endpoints.count - place)
                do throws(Failure) {
                    return try await ask(
                        endpoint, service, password, sentinels, until: share, recording: &evidence)
                } catch {
                    // What a server said tells more than that others are not there.
                    if last?.reason.isSpokenByServer != true {
                        let error =
                            error.address == nil ? error.at(evidence.address ?? endpoint.description) : error
                        last = last?.isGone == false ? error.present() : error
                    }
                }
            }
            throw service.password.advising(last ?? Failure(.config, "no host"), about: password)
        }
    }

    /// Asks one server, or one Sentinel for its master and then that.
    private func ask(
        _ endpoint: Endpoint, _ service: RedisService, _ password: Secret?, _ sentinels: Secret?,
        until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> String {
        evidence.address = endpoint.description
        var place = endpoint
        if let master = service.sentinelMaster {
            let sentinel = Sentinel(own: sentinels, masters: password)
            let stream = try await connector.open(endpoint, until: deadline, recording: &evidence)
            place = try await sentinel.place(of: master, over: stream, until: deadline)
        }
        return try await hold(
            RedisExchange(service.questions(password)), with: place, until: deadline, recording: &evidence)
    }
}
