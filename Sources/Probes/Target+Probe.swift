package import EventLoop
package import HealthCore

extension Target {
    /// The probe for this kind of target; `environment` is for the command of an `exec` target.
    package func probe(_ dialer: Dialer, environment: ProcessEnvironment) -> any Probe {
        switch service {
        case let service as PostgresService:
            PostgresProbe(service: service, dialer: dialer, minimumValidity: settings.minimumValidity)
        case let service as RedisService: RedisProbe(service, Connector(self, dialer))
        case let service as HTTPService:
            HTTPProbe(service: service, endpoint: endpoint, connector: Connector(self, dialer))
        case is ConnectService: ConnectProbe(endpoint: endpoint, connector: Connector(self, dialer))
        case is NameService: NameProbe(name: endpoint.host, dialer: dialer)
        case is FileService: FileProbe(path: endpoint.host)
        case let service as ExecService:
            ExecProbe(service: service, loop: dialer.loop, environment: environment)
        case is MemcachedService:
            MemcachedProbe(endpoint: endpoint, connector: Connector(self, dialer))
        case let service as GreetingService:
            GreetingProbe(greeter: service.greeter, endpoint: endpoint, connector: Connector(self, dialer))
        case let service as MySQLService: MySQLProbe(service, self, dialer)
        case let service as NATSService:
            NATSProbe(service: service, endpoint: endpoint, connector: Connector(self, dialer))
        case let service as AMQPService:
            AMQPProbe(service: service, endpoint: endpoint, connector: Connector(self, dialer))
        case let service as GRPCService:
            GRPCProbe(service: service, endpoint: endpoint, connector: Connector(self, dialer))
        default: fatalError("no probe for \(kind): `Kinds` has a kind that is not here")
        }
    }
}
