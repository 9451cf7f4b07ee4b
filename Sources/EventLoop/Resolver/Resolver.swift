internal import Glibc
package import HealthCore

/// Which address families a name is resolved to.
package enum AddressFamilies: Sendable {
    case any, ipv4Only, ipv6Only

    /// The families in the kernel's numbers, the preferred one first.
    var wanted: [Int32] {
        switch self {
        case .any: [AF_INET6, AF_INET]
        case .ipv4Only: [AF_INET]
        case .ipv6Only: [AF_INET6]
        }
    }
}

/// Resolves names to addresses, asynchronously, on the loop.
package actor Resolver {
    /// The wait for the second family, once the first has answered (RFC 8305, section 3).
    private static let secondFamilyWait = Duration.milliseconds(50)
    /// How long an answer is used without another lookup.
    private static let freshness = Duration.seconds(1)

    /// The number of remembered answers from which stale ones are dropped.
    private static let fewAnswers = 64

    private let loop: EventLoop
    private let families: AddressFamilies
    /// The newest answers by their names; nil before the first one: a target that is a number makes no such type.
    private var answers: [String: (addresses: [String], at: Instant)]?

    private nonisolated let executor: EventLoop.ActorExecutor

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ loop: EventLoop, families: AddressFamilies) {
        self.loop = loop
        executor = loop.actorExecutor
        self.families = families
    }

    /// The address of a numeric host; nil for a name.
    package nonisolated func numeric(_ host: String, port: UInt16) throws(Failure) -> SocketAddress? {
        guard let address = SocketAddress(numeric: host, port: port) else {
            guard let zone = IPLiteral.zoned(host)?.zone else { return nil }
            throw Failure(.unreachable, "there is no interface \(zone)", address: "[\(host)]:\(port)")
        }
        guard families == .any || (address.family == .ipv4) == (families == .ipv4Only) else {
            throw Failure(.config, "-4 and -6 exclude this numeric address", address: address.description)
        }
        return address
    }

    /// The addresses of a name, families interleaved and IPv6 first; at least one.
    package func addresses(
        of host: String, port: UInt16, until deadline: Instant
    ) async throws(Failure) -> [SocketAddress] {
        if let address = try numeric(host, port: port) { return [address] }
        if let known = answers?[host], loop.now < known.at.advanced(by: Self.freshness) {
            return known.addresses.compactMap { SocketAddress(numeric: $0, port: port) }
        }
        let found = try await lookUp(host, until: deadline)
        // Without this limit, names that a server makes up would be remembered for ever.
        var known = answers ?? [:]
        answers = nil
        if known.count >= Self.fewAnswers {
            let oldest = loop.now.advanced(by: .zero - Self.freshness)
            known = known.filter { $0.value.at > oldest }
        }
        known[host] = (found, loop.now)
        answers = known
        return found.compactMap { SocketAddress(numeric: $0, port: port) }
    }

    /// Whether a name is this machine's own (RFC 6761, section 6.3), which needs no lookup. c-ares knows `localhost`
    /// too, and leaks the name at every lookup.
    private static func isOwn(_ host: String) -> Bool {
        let name = host.lowercased()
        let plain = name.hasSuffix(".") ? String(name.dropLast()) : name
        return plain == "localhost" || plain.hasSuffix(".localhost")
    }

    private func lookUp(_ host: String, until deadline: Instant) async throws(Failure) -> [String] {
        let wanted = families.wanted
        if Self.isOwn(host) { return wanted.map { $0 == AF_INET ? "127.0.0.1" : "::1" } }
        let file = try AresLookup(host, families: wanted, from: .hostsFile)
        guard file.isEmpty else { return try result(of: file) }
        // glibc leaves it to the next name after a failing server, too.
        var told = file
        for name in SearchList.namesHere(of: host) {
            let lookup = try await ask(name, until: deadline)
            guard lookup.isEmpty else { return try result(of: lookup) }
            if told === file || lookup.weight > told.weight { told = lookup }
            guard lookup.leavesItToNextName, loop.now < deadline else { break }
        }
        return try result(of: told)
    }

    /// Queries one name; if the server that answers fails, it and the others are asked once.
    private func ask(_ name: String, until deadline: Instant) async throws(Failure) -> AresLookup {
        let first = try AresLookup(name, families: families.wanted, from: .nameServer)
        try await finish(first, until: deadline)
        guard first.isEmpty, first.hasFailedServer else { return first }
        let every = try AresLookup(name, families: families.wanted, from: .everyNameServer)
        try await finish(every, until: deadline)
        return every.isEmpty ? first : every
    }

    private func finish(_ lookup: AresLookup, until deadline: Instant) async throws(Failure) {
        var patience = deadline
        while lookup.answers.contains(where: { $0.status == nil }) {
            if let failure = lookup.failure { throw failure }
            if lookup.answers.contains(where: { !$0.addresses.isEmpty }) {
                patience = min(patience, loop.now.advanced(by: Self.secondFamilyWait))
            }
            let resend = lookup.patience.map { loop.now.advanced(by: $0) } ?? patience
            switch await loop.wait(for: lookup.descriptor, .reading, until: min(patience, resend)) {
            case .cancelled: throw Failure(.dns, "cancelled")
            case .failed(let number): throw SystemFailure.unwatched(number)
            case .ready: lookup.process()
            case .deadline:
                lookup.process()
                guard loop.now < patience else { return }
            }
        }
    }

    private func result(of lookup: AresLookup) throws(Failure) -> [String] {
        let lists = lookup.answers.map(\.addresses)
        let interleaved = (0..<(lists.map(\.count).max() ?? 0)).flatMap { place in
            lists.compactMap { $0.indices.contains(place) ? $0[place] : nil }
        }
        guard interleaved.isEmpty else { return interleaved }
        if let failure = lookup.failure { throw failure }
        // The failure of a server says more than a family without addresses.
        let failures = lookup.answers.compactMap(\.failure)
        var failure =
            failures.first { $0.message != "the name has no address" } ?? failures.first
            ?? Failure(.dns, "no answer from the name server")
        failure.isGone = lookup.knowsNoAddress
        throw failure
    }
}
