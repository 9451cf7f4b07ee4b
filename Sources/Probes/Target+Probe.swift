package import EventLoop
package import HealthCore

extension Target {
    /// The probe for this kind of target.
    package func probe(_ dialer: Dialer) -> any Probe {
        switch service {
        case .postgres(let service): PostgresProbe(service, endpoint, dialer)
        case .redis(let service): RedisProbe(service, endpoint, dialer)
        case .connect: ConnectProbe(endpoint, dialer)
        }
    }
}
