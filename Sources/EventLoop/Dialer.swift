package import HealthCore

/// From an endpoint to a connection: resolves, races, and keeps to the attempt's deadline.
package struct Dialer: Sendable {
    package let loop: EventLoop
    private let resolver: Resolver
    let trust: TrustStores

    package init(_ loop: EventLoop, _ resolver: Resolver) {
        self.loop = loop
        self.resolver = resolver
        trust = TrustStores(loop)
    }

    /// The addresses behind an endpoint; at least one.
    package func addresses(
        of endpoint: Endpoint, until deadline: Instant
    ) async throws(Failure) -> [SocketAddress] {
        switch endpoint {
        case .network(let host, let port):
            // A numeric address needs nobody's help, and no turn of the resolver.
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

    /// The address of an endpoint that is written as one; nil if somebody has to be asked, or if it is a mistake.
    package func fixedAddress(of endpoint: Endpoint) -> SocketAddress? {
        switch endpoint {
        case .network(let host, let port): (try? resolver.numeric(host, port: port)) ?? nil
        case .unixSocket(let path): SocketAddress(unixPath: path)
        case .local: nil
        }
    }

    /// A stream to the first address that connects. With a single address it may still be
    /// connecting: the first send waits, which on loopback it seldom has to.
    ///
    /// Not inlined: the memory that a race needs would be part of every probe's.
    ///
    /// - Parameter speaksFirst: whether something is sent at once.
    @inline(never)
    package func open(
        _ endpoint: Endpoint, speaksFirst: Bool = true, until deadline: Instant
    ) async throws(Failure) -> (Socket, SocketAddress) {
        let addresses = try await addresses(of: endpoint, until: deadline)
        let loop = loop
        return try await AddressRace.winner(
            of: addresses, on: loop, until: deadline,
            begin: { address throws(Failure) in
                try Socket.connecting(to: address, speaksFirst: speaksFirst, on: loop)
            },
            descriptor: { $0.descriptor })
    }
}
