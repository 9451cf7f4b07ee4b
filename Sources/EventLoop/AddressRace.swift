package import HealthCore

/// Several addresses of one name, raced as in RFC 8305: the next attempt starts after 250 ms, or as soon
/// as an attempt has failed; the first address that connects wins.
package enum AddressRace {
    private static let stagger = Duration.milliseconds(250)

    private enum Event: Sendable {
        case ended(Int, Wake)
        /// 250 ms have passed since the attempt at this index began.
        case stagger(Int)
    }

    /// Returns the winner. A single address wins without a race, and may still be connecting.
    ///
    /// - Parameters:
    ///   - begin: starts to connect to an address, without blocking.
    ///   - descriptor: the descriptor of a handle that `begin` returned.
    package static func winner<Handle>(
        of addresses: [SocketAddress], on loop: EventLoop, until deadline: Instant,
        begin: (SocketAddress) throws(Failure) -> Handle, descriptor: (Handle) -> Int32
    ) async throws(Failure) -> (Handle, SocketAddress) {
        if addresses.count == 1 { return (try begin(addresses[0]), addresses[0]) }
        let result = await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            var field = Field<Handle>(addresses: addresses)
            var event: Event?
            repeat {
                if field.mustStartNext(after: event),
                    let index = await field.startNext(begin, while: { await loop.mayGoOn(until: deadline) })
                {
                    let watched = descriptor(field.handle(index))
                    group.addTask { .ended(index, await loop.wait(for: watched, .writing, until: deadline)) }
                    group.addTask {
                        _ = await loop.sleep(until: loop.now.advanced(by: stagger))
                        return .stagger(index)
                    }
                }
                if field.isEmpty {
                    field.giveUpRest()
                    break
                }
                event = await group.next()
                guard case .ended(let index, let wake) = event else { continue }
                let failure: Failure? =
                    switch wake {
                    case .ready: SystemFailure.pending(on: descriptor(field.handle(index)))
                    case .failed(let number): SystemFailure.unwatched(number)
                    case .deadline, .cancelled: Failure(.timeout, "no answer to the connection")
                    }
                guard let failure else {
                    return Result<(Handle, SocketAddress), Failure>.success(
                        (field.handle(index), addresses[index]))
                }
                field.remove(index, failure)
            } while event != nil
            return .failure(combined(field.failures))
        }
        return try result.get()
    }

    /// The attempts that run, the addresses that have not begun, and why the other attempts failed.
    private struct Field<Handle> {
        let addresses: [SocketAddress]
        private var racers: [Handle?] = []
        private(set) var failures: [Failure] = []

        init(addresses: [SocketAddress]) {
            self.addresses = addresses
        }

        /// Whether no attempt runs.
        var isEmpty: Bool { racers.allSatisfy { $0 == nil } }

        /// Fails the addresses that have not begun: there is no time left for them.
        mutating func giveUpRest() {
            while racers.count < addresses.count {
                racers.append(nil)
                remove(racers.count - 1, Failure(.timeout, "no answer to the connection"))
            }
        }

        func handle(_ index: Int) -> Handle {
            guard let handle = racers[index] else { preconditionFailure("it fell out") }
            return handle
        }

        /// Whether the next address starts: at the beginning, after a failure, and when the newest attempt has run
        /// for 250 ms.
        func mustStartNext(after event: Event?) -> Bool {
            if case .stagger(let index) = event { return index == racers.count - 1 }
            return true
        }

        /// Starts the next address that gets as far as connecting. A name can have thousands of addresses that fail
        /// at once.
        mutating func startNext(
            _ begin: (SocketAddress) throws(Failure) -> Handle, while mayGoOn: () async -> Bool
        ) async -> Int? {
            while racers.count < addresses.count, await mayGoOn() {
                let address = addresses[racers.count]
                do throws(Failure) {
                    racers.append(try begin(address))
                    return racers.count - 1
                } catch {
                    racers.append(nil)
                    failures.append(error.at(address.description))
                }
            }
            return nil
        }

        mutating func remove(_ index: Int, _ failure: Failure) {
            racers[index] = nil
            failures.append(failure.at(addresses[index].description))
        }
    }

    /// Joins the failures into one that names every address with its reason.
    private static func combined(_ failures: [Failure]) -> Failure {
        // A fault of this machine is not the addresses'.
        if let ours = failures.first(where: { $0.reason == .config }) { return ours }
        let order: [Reason] = [.timeout, .refused, .closed, .missing]
        let reason = order.first { reason in failures.contains { $0.reason == reason } }
        let story = failures.map { "\($0.address ?? "?") \($0.reason.rawValue)" }
        var failure = Failure(
            reason ?? .unreachable, story.joined(separator: ", "), address: failures.last?.address)
        failure.isGone = failure.isGone && failures.allSatisfy { $0.isGone || $0.reason == .unreachable }
        return failure
    }
}
