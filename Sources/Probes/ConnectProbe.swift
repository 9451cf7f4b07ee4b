internal import EventLoop
package import HealthCore

/// `tcp://`, `unix://` and `tls://`: ready is whoever accepts a connection and, with TLS, proves who it
/// is; nothing else is sent.
package struct ConnectProbe: Probe {
    private let endpoint: Endpoint
    private let connector: Connector

    package init(_ endpoint: Endpoint, _ connector: Connector) {
        self.endpoint = endpoint
        self.connector = connector
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        await Connector.attempt(at: endpoint) { evidence throws(Failure) in
            if connector.isEncrypted {
                _ = try await connector.open(endpoint, until: deadline, recording: &evidence)
                return "speaks TLS"
            }
            let socket = try await connector.dial(
                endpoint, speaksFirst: false, until: deadline, recording: &evidence)
            try await socket.connected(until: deadline)
            return "accepts connections"
        }
    }
}
