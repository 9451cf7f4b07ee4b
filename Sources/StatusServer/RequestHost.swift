internal import HealthCore

/// Whom a request takes this server for, by its `Host` or by the authority of an absolute target.
///
/// A page of the web that a browser on this machine shows can have its own name resolved to 127.0.0.1 (DNS rebinding),
/// and read what a server there answers. It cannot choose the `Host`, which is that name.
enum RequestHost: Sendable, Equatable {
    /// No name that somebody else's DNS answers: none at all, a numeric address, or `localhost`.
    case local
    /// A name in lower case, without a port.
    case name(String)

    /// Reads a well-formed authority.
    init(_ authority: ArraySlice<UInt8>) {
        let host = authority.prefix { $0 != ASCII.colon }
        if host.isEmpty || host.first == UInt8(ascii: "[") || IPLiteral.isIPv4(host.text) {
            self = .local
            return
        }
        let name = AllowedHost.normalized(host)
        // Browsers and resolvers keep all of `localhost` on this machine (RFC 6761 §6.3).
        self = name == "localhost" || name.hasSuffix(".localhost") ? .local : .name(name)
    }

    /// Whether a server for its own machine answers to it.
    func isAnswered(_ allowed: Set<String>) -> Bool {
        switch self {
        case .local: true
        case .name(let name): allowed.contains(name)
        }
    }
}
