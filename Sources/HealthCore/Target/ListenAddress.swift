/// A listen address of an agent: `127.0.0.1:8642`, `:8642` for all addresses of both families, `unix:/path`.
package enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    case network(host: String, port: UInt16)
    case everywhere(port: UInt16)
    case unixSocket(path: String)

    /// The default listen address.
    package static let usual = ListenAddress.network(host: "127.0.0.1", port: 8642)

    /// Reads an address; the error ends a sentence that names the setting.
    package init(_ text: String) throws(ConfigurationError) {
        let form = "write 127.0.0.1:8642, :8642 for all addresses, or unix:/path"
        do throws(TargetError) {
            if text.hasPrefix("unix:") {
                let path = Array(text.utf8.dropFirst(5))
                // Both `unix:/path` and `unix:///path` are in use.
                let bare = path.starts(with: "//".utf8) ? path[2...] : path[...]
                self = .unixSocket(path: try PathText.socket(bare))
                return
            }
            let (host, port) = try HostText.split(Array(text.utf8)[...])
            guard let port else { throw TargetError(.port, "missing") }
            let number = try HostText.port(port)
            let name = String(decoding: host, as: UTF8.self)
            if name.isEmpty {
                self = .everywhere(port: number)
            } else if IPLiteral.isIPv4(name) || IPLiteral.isIPv6(name) {
                self = .network(host: name, port: number)
            } else {
                throw TargetError(.host, "not a numeric address")
            }
        } catch {
            throw ConfigurationError("\(error.part.rawValue): \(error.advice); \(form)")
        }
    }

    package var description: String {
        switch self {
        case .network, .unixSocket: reachable.description
        case .everywhere(let port): ":\(port)"
        }
    }

    /// Whether only this machine can reach the address, so that clients may see messages and addresses.
    package var isPrivate: Bool {
        if case .unixSocket = self { return true }
        return isLoopback
    }

    /// Whether the address is a name in no file system: nobody is kept from it, so that a server has to look at its peers.
    package var isAbstract: Bool {
        if case .unixSocket(let path) = self { return path.hasPrefix("@") }
        return false
    }

    /// Where an agent on this network address listens for programs of its own user beside it, which it tells everything;
    /// nil for a Unix socket, which has permissions. A TCP connection is no proof: a proxy beside the agent, which passes
    /// on what the world asks, comes from 127.0.0.1 as well.
    package var inner: ListenAddress? {
        switch self {
        case .unixSocket: nil
        case .everywhere: .unixSocket(path: "@waitfor/\(self)")
        // Not its description: that of 0.0.0.0 is where it is reached.
        case .network(let host, let port):
            .unixSocket(path: "@waitfor/\(Endpoint.network(host: host, port: port))")
        }
    }

    /// Where an agent that is reached at an endpoint may listen for programs beside it, the likeliest first. For a
    /// loopback address it may listen on all addresses; for another one all addresses would be those of this machine,
    /// and the endpoint may be on another.
    package static func inners(for endpoint: Endpoint) -> [ListenAddress] {
        guard case .network(let name, let port) = endpoint else { return [] }
        let hosts = name == "localhost" ? ["127.0.0.1", "::1"] : [name]
        let exact = hosts.filter { IPLiteral.isIPv4($0) || IPLiteral.isIPv6($0) }.map {
            ListenAddress.network(host: $0, port: port)
        }
        guard exact.contains(where: \.isLoopback) else { return exact.compactMap(\.inner) }
        // All of IPv6 is all of both families.
        let ofIPv4 = hosts == ["::1"] ? [] : [ListenAddress.network(host: "0.0.0.0", port: port)]
        let all = [.everywhere(port: port), .network(host: "::", port: port)] + ofIPv4
        return (exact + all).compactMap(\.inner)
    }

    /// Whether the address is one of the loopback interface, which a page in a browser on this machine reaches as well.
    package var isLoopback: Bool {
        guard case .network(let host, _) = self else { return false }
        return host == "::1" || (IPLiteral.isIPv4(host) && host.hasPrefix("127."))
    }

    /// The endpoint at which a program on the same machine reaches the agent.
    package var reachable: Endpoint {
        switch self {
        case .unixSocket(let path): .unixSocket(path: path)
        case .everywhere(let port): .network(host: "127.0.0.1", port: port)
        case .network("0.0.0.0", let port): .network(host: "127.0.0.1", port: port)
        case .network("::", let port): .network(host: "::1", port: port)
        case .network(let host, let port): .network(host: host, port: port)
        }
    }
}
