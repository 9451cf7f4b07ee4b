/// Where a target is.
package enum Endpoint: Sendable, Equatable, CustomStringConvertible {
    /// To be resolved and dialled.
    case network(host: String, port: UInt16)
    /// A socket in the file system.
    case unixSocket(path: String)
    /// Nothing is dialled: a path to look at, a name to resolve, a program to run.
    case local(String)

    /// `db:5432`, `[::1]:5432`, the path or the name: one printable line.
    package var description: String {
        switch self {
        case .network(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path), .local(let path): PrintableText.line(path)
        }
    }

    /// Its parts with the words for them.
    package var parts: [(key: String, value: String)] {
        switch self {
        case .network(let host, let port): [("host", host), ("port", "\(port)")]
        case .unixSocket(let path), .local(let path): [("path", path)]
        }
    }

    /// The host without its port; the path, where there is no host.
    package var host: String {
        switch self {
        case .network(let host, _): host
        case .unixSocket(let path), .local(let path): path
        }
    }
}
