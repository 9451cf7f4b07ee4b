internal import EventLoop
internal import HealthCore

/// `tcp://`, `unix://` and `tls://`: ready is a server that accepts a connection and, with TLS, shows a certificate
/// that verifies; no further bytes are sent.
struct ConnectProbe: Probe {
    let endpoint: Endpoint
    let connector: Connector

    func attempt(until deadline: Instant) async -> Outcome {
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
