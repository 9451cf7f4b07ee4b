import Configuration
import HealthCore

/// Where a running agent is asked.
enum AgentEndpoint {
    /// The endpoint that is written, or the address that an agent with the same environment and file would listen on.
    static func read(
        _ written: Request.Written?, _ request: Request, _ start: StartState
    ) throws(ConfigurationError) -> Endpoint {
        guard let written, !written.text.isEmpty else {
            let listens = start.meaningful("WAITFOR_AGENT_LISTEN") ?? start.meaningful("WAITFOR_RUN_LISTEN")
            let listen = try listens.map { text throws(ConfigurationError) in
                try ListenAddress(String(text.prefix { $0 != "," }))
            }
            return (listen ?? fileAddress(request, start) ?? .usual).reachable
        }
        let text = written.string
        for prefix in ["unix:", "http+unix:"] where text.hasPrefix(prefix) {
            do throws(ConfigurationError) {
                return try ListenAddress("unix:\(text.dropFirst(prefix.count))").reachable
            } catch {
                throw ConfigurationError("\(written.source): \(error.description)")
            }
        }
        var place = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
        if place.hasSuffix("/") { place = place.dropLast() }
        if place.hasPrefix(":") { place = "127.0.0.1" + place }
        return try TargetReader(context: start.context).read(
            Array(place.utf8), named: written.source, prefix: "tcp://"
        ).endpoint
    }

    /// The first address of the configuration file. Mistakes elsewhere in the file are left to the agent, which may run
    /// with an older version of it.
    private static func fileAddress(_ request: Request, _ start: StartState) -> ListenAddress? {
        let path = request.value("config")?.string ?? TargetSource.usualPath
        return ConfigurationFile.listenAddresses(in: path, start.context)?.first
    }
}
