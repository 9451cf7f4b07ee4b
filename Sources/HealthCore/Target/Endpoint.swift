/// The location of a target.
package enum Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// A host to resolve and a port to dial.
    case network(host: String, port: UInt16)
    /// A Unix socket in the file system.
    case unixSocket(path: String)
    /// A place that is not dialled: the path of a file, a name to resolve, a program to run.
    case local(String)

    /// `db:5432`, `[::1]:5432`, the path or the name: one printable line.
    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path), .local(let path): PrintableText.line(path)
        }
    }

    /// The parts of the endpoint with their keys.
    package var parts: [(key: String, value: String)] {
        switch self {
        case .network(let host, let port): [("host", host), ("port", "\(port)")]
        case .unixSocket(let path), .local(let path): [("path", path)]
        }
    }

    /// The host without its port, or the path.
    package var host: String {
        switch self {
        case .network(let host, _): host
        case .unixSocket(let path), .local(let path): path
        }
    }
}
