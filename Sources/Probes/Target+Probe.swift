package import EventLoop
package import HealthCore

extension Target {
    /// The probe for this kind of target; `environment` is for a command that is run.
    package func probe(_ dialer: Dialer, environment: ProcessEnvironment) -> any Probe {
        switch service {
        case let service as PostgresService:
            PostgresProbe(service, minimumValidity: settings.minimumValidity, dialer)
        case let service as RedisService: RedisProbe(service, endpoint, Connector(self, dialer))
        case let service as HTTPService: HTTPProbe(service, endpoint, Connector(self, dialer))
        case is ConnectService: ConnectProbe(endpoint, Connector(self, dialer))
        case is NameService: NameProbe(endpoint.host, dialer)
        case is FileService: FileProbe(endpoint.host)
        case let service as ExecService: ExecProbe(service, dialer.loop, environment)
        case is MemcachedService: MemcachedProbe(endpoint, Connector(self, dialer))
        default: fatalError("no probe for \(kind): `Kinds` has a kind that is not here")
        }
    }
}
