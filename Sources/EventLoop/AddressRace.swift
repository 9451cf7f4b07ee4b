package import HealthCore

/// Several addresses of one name, raced as in RFC 8305: the next one starts after 250 ms, or as soon
/// as one has failed; the first that connects wins.
package enum AddressRace {
    private static let stagger = Duration.milliseconds(250)

    private enum Event: Sendable {
        case connected(Int, Wake)
        /// 250 ms have passed since this one began.
        case stagger(Int)
    }

    /// Returns the winner. Where there is only one address there is no race, and the winner may
    /// still be connecting.
    ///
    /// - Parameters:
    ///   - begin: starts to connect to an address, without blocking.
    ///   - descriptor: the descriptor to watch of what `begin` returned.
    package static func winner<Handle>(
        of addresses: [SocketAddress], on loop: EventLoop, until deadline: Instant,
        begin: (SocketAddress) throws(Failure) -> Handle, descriptor: (Handle) -> Int32
    ) async throws(Failure) -> (Handle, SocketAddress) {
        if addresses.count == 1 { return (try begin(addresses[0]), addresses[0]) }
        let result = await withTaskGroup(of: Event.self) { group in
            var racers: [(handle: Handle, address: SocketAddress)?] = []
            var failures: [Failure] = []
            while true {
                // Starts the next one that gets as far as connecting.
                while racers.count < addresses.count {
                    let address = addresses[racers.count]
                    do throws(Failure) {
                        let handle = try begin(address)
                        let (index, watched) = (racers.count, descriptor(handle))
                        racers.append((handle, address))
                        group.addTask {
                            .connected(index, await loop.wait(for: watched, .writing, until: deadline))
                        }
                        group.addTask {
                            _ = await loop.sleep(until: loop.now.advanced(by: stagger))
                            return .stagger(index)
                        }
                        break
                    } catch {
                        racers.append(nil)
                        failures.append(error.at(address.description))
                    }
                }
                // Every racer sends one event of its own, so this waits for all that are left.
                var startsNext = false
                while !startsNext {
                    if racers.count == addresses.count, racers.allSatisfy({ $0 == nil }) {
                        group.cancelAll()
                        return Result<(Handle, SocketAddress), Failure>.failure(combined(failures))
                    }
                    guard let event = await group.next() else {
                        return .failure(combined(failures))
                    }
                    if case .stagger(let index) = event, index < racers.count - 1 { continue }
                    guard case .connected(let index, let wake) = event, let racer = racers[index] else {
                        startsNext = racers.count < addresses.count
                        continue
                    }
                    let failure =
                        wake == .ready
                        ? SystemFailure.pending(on: descriptor(racer.handle))
                        : Failure(.timeout, "no answer to the connection")
                    guard let failure else {
                        group.cancelAll()
                        return .success((racer.handle, racer.address))
                    }
                    failures.append(failure.at(racer.address.description))
                    racers[index] = nil
                    startsNext = racers.count < addresses.count
                }
            }
        }
        return try result.get()
    }

    /// One failure that names every address with its reason.
    private static func combined(_ failures: [Failure]) -> Failure {
        let order: [Reason] = [.config, .timeout, .refused, .closed, .missing]
        let reason = order.first { reason in failures.contains { $0.reason == reason } }
        let story = failures.map { "\($0.address ?? "?") \($0.reason.rawValue)" }
        return Failure(reason ?? .unreachable, story.joined(separator: ", "), address: failures.last?.address)
    }
}
