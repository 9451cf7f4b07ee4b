import CTestSupport

/// What a server can say over TLS without end, and without saying anything.
package enum TLSFlood: Int32, CaseIterable, Sendable {
    case tickets, keys, bytes
}

extension LoopbackConnection {
    /// Goes through a handshake as a server, sends `head`, and then the flood until the peer has gone or so many
    /// seconds have passed.
    package func flood(
        _ flood: TLSFlood, _ pair: Certificates.Pair, after head: String = "", for seconds: Double
    ) {
        _ = support_tls_flood(current, pair.certificate, pair.key, head, flood.rawValue, seconds)
    }
}
