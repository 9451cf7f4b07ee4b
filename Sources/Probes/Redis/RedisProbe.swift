internal import EventLoop
package import HealthCore

/// Redis and Valkey: AUTH and SELECT if the target asks for them, then exactly `+PONG`, and the target's other
/// requirements. A class, so that an attempt holds one reference and no copy of the settings.
package final class RedisProbe: Probe {
    private let service: RedisService
    private let endpoint: Endpoint
    private let connector: Connector
    /// The questions to the endpoint; nil if the target has a password, which is read anew for every attempt, or a
    /// Sentinel, which is asked first.
    private let exchange: RedisExchange?
    private let loading: LoadingQuestion

    package init(_ service: RedisService, _ endpoint: Endpoint, _ connector: Connector) {
        (self.service, self.endpoint, self.connector) = (service, endpoint, connector)
        loading = LoadingQuestion { connector.soon(LoadingQuestion.patience, before: $0) }
        let isPlain =
            service.password == .none && service.sentinelMaster == nil && service.alternatives.isEmpty
        // Most targets ask only PING, and share one exchange.
        let isPing = service == RedisService()
        exchange = isPing ? .ping : isPlain ? RedisExchange(service.questions(nil)) : nil
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        guard let exchange else { return await attemptInSteps(until: deadline) }
        return await Connector.attempt(at: endpoint) { evidence throws(Failure) in
            try await hold(exchange, with: endpoint, until: deadline, recording: &evidence)
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
    private func attemptInSteps(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: endpoint, withholding: { secrets }) { evidence throws(Failure) in
            let password = try SecretFile.password(service.password)
            let sentinels = try SecretFile.password(service.sentinelPassword)
            secrets = [password, sentinels].compactMap { $0 }
            var last: Failure?
            let endpoints = [endpoint] + service.alternatives
            for (place, endpoint) in endpoints.enumerated() {
                // Each has its share of the time that is left; any of them may answer.
                let share = connector.share(of: deadline, among: endpoints.count - place)
                do throws(Failure) {
                    return try await ask(endpoint, password, sentinels, until: share, recording: &evidence)
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
        _ endpoint: Endpoint, _ password: Secret?, _ sentinels: Secret?, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
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
