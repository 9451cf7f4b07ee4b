internal import EventLoop
internal import HealthCore

/// The search through libpq's list of hosts, in its order (L-28, L-29): after a host that is not reachable, is starting
/// or has another role the next host is tried; any other refusal ends the search.
struct HostSearch {
    let service: PostgresService
    let loop: EventLoop

    /// The answer of `ask` about the first host that is ready. Each host has its share of the time that is left.
    func first<Answer>(
        until deadline: Instant,
        _ ask: (PostgresService.Place, PostgresService, Instant) async throws(Failure) -> Answer
    ) async throws(Failure) -> Answer {
        var last: Failure?
        let (rounds, places) = (rounds, service.places)
        var left = rounds.count * places.count
        for service in rounds {
            for place in places {
                let now = loop.now
                let share = left == 1 ? deadline : now.advanced(by: now.duration(to: deadline) / left)
                left -= 1
                do throws(Failure) {
                    return try await ask(place, service, share)
                } catch {
                    guard places.count > 1, Self.passedOn.contains(error.reason) else { throw error }
                    // All of them have to be gone.
                    last = last?.isGone == false ? error.present() : error
                }
            }
        }
        throw last ?? Failure(.config, "no host")
    }

    /// The rounds through the hosts: `prefer-standby` tries all for a standby, and then for any server; with one host
    /// libpq does both itself.
    private var rounds: [PostgresService] {
        let several = service.places.count > 1
        guard several, service.sessionAttributes == "prefer-standby" else { return [service] }
        return ["standby", "any"].map { attributes in
            var copy = service
            copy.parameters.removeAll { $0.key == "target_session_attrs" }
            copy.parameters.append(.init(key: "target_session_attrs", value: Secret(attributes.utf8)))
            return copy
        }
    }

    /// The reasons of a failure after which the next host is tried.
    private static let passedOn: Set<Reason> = [
        .dns, .refused, .unreachable, .timeout, .closed, .protocol, .missing, .tls, .starting, .shuttingDown,
        .recovering, .role,
    ]
}
