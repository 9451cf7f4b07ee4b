internal import EventLoop
internal import HealthCore

/// The addresses of a target, one after the other: the next one is dialled when the one before has failed, because a
/// server counts a connection without a login against its host, as the loser of a race would be.
struct MySQLPlaces {
    let service: MySQLService
    let endpoint: Endpoint
    let dialer: Dialer

    /// A connected socket, and the place that it leads to.
    func connect(
        until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> (Socket, Endpoint) {
        let places = [endpoint] + service.alternatives
        var failures: [Failure] = []
        for (index, place) in places.enumerated() {
            let share = self.share(of: deadline, among: places.count - index)
            do throws(Failure) {
                return (try await connect(to: place, until: share, recording: &evidence), place)
            } catch {
                guard places.count > 1 else { throw error }
                failures.append(error.address == nil ? error.at(place.description) : error)
            }
        }
        throw Self.combined(failures)
    }

    private func connect(
        to place: Endpoint, until deadline: Instant, recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> Socket {
        dialer.enterName(of: place, &evidence)
        let addresses = try await dialer.addresses(of: place, until: deadline)
        dialer.enter(.connect, &evidence)
        var failures: [Failure] = []
        for (index, address) in addresses.enumerated() {
            evidence.address = address.description
            do throws(Failure) {
                let socket = try Socket.connecting(to: address, on: dialer.loop)
                try await socket.connected(until: share(of: deadline, among: addresses.count - index))
                return socket
            } catch {
                failures.append(error.at(address.description))
                guard dialer.loop.now < deadline else { break }
            }
        }
        throw Self.combined(failures)
    }

    private func share(of deadline: Instant, among places: Int) -> Instant {
        let now = dialer.loop.now
        return places <= 1 ? deadline : now.advanced(by: now.duration(to: deadline) / places)
    }

    /// Joins failures into one that names every address with its reason.
    private static func combined(_ failures: [Failure]) -> Failure {
        guard failures.count > 1 else {
            return failures.first ?? Failure(.timeout, "no answer to the connection")
        }
        if let ours = failures.first(where: { $0.reason == .config }) { return ours }
        let story = failures.map { "\($0.address ?? "?") \($0.reason.rawValue)" }.joined(separator: ", ")
        let order: [Reason] = [.timeout, .refused, .closed, .missing, .dns]
        let reason = order.first { reason in failures.contains { $0.reason == reason } }
        var failure = Failure(reason ?? .unreachable, story, address: failures.last?.address)
        failure.isGone = failures.allSatisfy(\.isGone)
        return failure
    }
}
