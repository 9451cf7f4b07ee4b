/// Symfony's list of hosts among the parameters: `redis:?host[a:6379]&host[b]&host[/run/redis.sock:]`, or `host[]=a`.
extension RedisTarget {
    private static let mark = Array("host[".utf8)

    /// Whether a text without `//` is such an address.
    static func hasSymfonyHosts(_ rest: ArraySlice<UInt8>) -> Bool { rest.endOfFirst("?host[".utf8) != nil }

    /// Puts the hosts where other addresses have theirs.
    static func takeSymfonyHosts(_ parts: inout URIParts) {
        let hosts = parts.query.filter { $0.key.starts(with: mark) }.map { key, value in
            let host = key.dropFirst(mark.count).prefix { $0 != UInt8(ascii: "]") }
            let named = host.isEmpty ? value : host
            // The path of a socket has a colon behind it, as others have a port.
            return named.first == ASCII.slash && named.last == ASCII.colon ? named.dropLast() : named
        }
        guard let first = hosts.first else { return }
        parts.authority = hosts.count == 1 ? first : Array(hosts.joined(separator: [UInt8(ascii: ",")]))[...]
        parts.query.removeAll { $0.key.starts(with: mark) }
    }
}
