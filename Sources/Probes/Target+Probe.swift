package import EventLoop
package import HealthCore

extension Target {
    /// The probe for this kind of target; `environment` is for a command that is run.
    package func probe(_ dialer: Dialer, environment: Environment) -> any Probe {
        switch service {
        case .postgres(let service):
            PostgresProbe(service, endpoint, minimumValidity: settings.minimumValidity, dialer)
        case .redis(let service): RedisProbe(service, endpoint, Channel(self, dialer))
        case .http(let service): HTTPProbe(service, endpoint, Channel(self, dialer))
        case .connect: ConnectProbe(endpoint, Channel(self, dialer))
        case .dns: NameProbe(endpoint.host, dialer)
        case .file: FileProbe(endpoint.host)
        case .exec(let service): ExecProbe(service, dialer.loop, environment)
        }
    }
}
