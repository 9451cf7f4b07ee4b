internal import EventLoop
package import HealthCore

/// `tcp://`, `unix://` and `tls://`: ready is whoever accepts a connection and, with TLS, proves who it
/// is; nothing else is sent.
package struct ConnectProbe: Probe {
    private let endpoint: Endpoint
    private let channel: Channel

    package init(_ endpoint: Endpoint, _ channel: Channel) {
        self.endpoint = endpoint
        self.channel = channel
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        await Channel.attempt(at: endpoint) { sight throws(Failure) in
            if channel.isEncrypted {
                _ = try await channel.open(endpoint, until: deadline, seeing: &sight)
                return "speaks TLS"
            }
            let socket = try await channel.dial(
                endpoint, speaksFirst: false, until: deadline, seeing: &sight)
            try await socket.connected(until: deadline)
            return "accepts connections"
        }
    }
}
