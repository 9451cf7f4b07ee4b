package import HealthCore

/// Connects to an endpoint: resolves its name and races its addresses, within the attempt's deadline.
package struct Dialer: Sendable {
    package let loop: EventLoop
    private let resolver: Resolver
    let trust: TrustStores
    /// Whether attempts measure their phases: a connection is then awaited before anything is sent.
    package let measuresPhases: Bool

    package init(_ loop: EventLoop, _ resolver: Resolver, measuringPhases measuresPhases: Bool = false) {
        self.loop = loop
        self.resolver = resolver
        self.measuresPhases = measuresPhases
        trust = TrustStores(loop)
    }

    /// Notes that a phase of an attempt begins, where phases are measured.
    package func enter(_ phase: Phases.Phase, _ evidence: inout ConnectionEvidence) {
        if measuresPhases { evidence.phases.enter(phase, at: loop.now) }
    }

    /// The same for the lookup of a name, if there is one to look up.
    package func enterName(of endpoint: Endpoint, _ evidence: inout ConnectionEvidence) {
        if measuresPhases, fixedAddress(of: endpoint) == nil { enter(.name, &evidence) }
    }

    /// The addresses behind an endpoint; at least one.
    package func addresses(
        of endpoint: Endpoint, until deadline: Instant
    ) async throws(Failure) -> [SocketAddress] {
        switch endpoint {
        case .network(let host, let port):
            // A numeric address needs no lookup, and no turn of the resolver.
            if let address = try resolver.numeric(host, port: port) { return [address] }
            return try await resolver.addresses(of: host, port: port, until: deadline)
        case .unixSocket(let path):
            guard let address = SocketAddress(unixPath: path) else {
                throw Failure(.config, "the socket's path is too long", address: endpoint.description)
            }
            return [address]
        case .local:
            throw Failure(.config, "nothing can be dialled", address: endpoint.description)
        }
    }

    /// The address of an endpoint that is written as a number or a path; nil for a name, and for an address that the
    /// settings exclude.
    package func fixedAddress(of endpoint: Endpoint) -> SocketAddress? {
        switch endpoint {
        case .network(let host, let port): (try? resolver.numeric(host, port: port)) ?? nil
        case .unixSocket(let path): SocketAddress(unixPath: path)
        case .local: nil
        }
    }

    /// A stream to the first address that connects. The stream of a single address may still be connecting: its first
    /// send waits for the connection, which on loopback it seldom has to.
    ///
    /// Not inlined: the memory of a race would be part of every probe's task.
    ///
    /// - Parameter speaksFirst: whether the probe sends something as soon as it is connected.
    @inline(never)
    package func open(
        _ endpoint: Endpoint, speaksFirst: Bool = true, until deadline: Instant,
        recording evidence: inout ConnectionEvidence
    ) async throws(Failure) -> Socket {
        enterName(of: endpoint, &evidence)
        let addresses = try await addresses(of: endpoint, until: deadline)
        enter(.connect, &evidence)
        let loop = loop
        let (socket, address) = try await AddressRace.winner(
            of: addresses, on: loop, until: deadline,
            begin: { address throws(Failure) in
                try Socket.connecting(to: address, speaksFirst: speaksFirst, on: loop)
            },
            descriptor: { $0.descriptor })
        evidence.address = address.description
        if measuresPhases { try await socket.connected(until: deadline) }
        return socket
    }
}
