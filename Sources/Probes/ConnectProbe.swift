package import EventLoop
package import HealthCore

/// `tcp://` and `unix://`: ready is whoever accepts a connection; nothing is sent.
package struct ConnectProbe: Probe {
    private let endpoint: Endpoint
    private let dialer: Dialer

    package init(_ endpoint: Endpoint, _ dialer: Dialer) {
        self.endpoint = endpoint
        self.dialer = dialer
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        var address: String?
        do throws(Failure) {
            let (socket, dialled) = try await dialer.open(endpoint, until: deadline)
            address = dialled.description
            try await socket.connected(until: deadline)
            return .ready(address: address, detail: "accepts connections")
        } catch {
            return .notReady(error.address == nil ? error.at(address ?? endpoint.description) : error)
        }
    }
}
