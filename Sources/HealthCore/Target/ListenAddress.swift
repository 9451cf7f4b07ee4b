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
