@testable import EventLoop
internal import Glibc
@testable import HealthCore

/// An address is one exactly when `inet_pton` says so, and no other text becomes one on the way.
@Sendable func fuzzAddresses(_ bytes: [UInt8]) {
    guard let text = bytes.wholeText, !bytes.contains(0) else { return }
    var (four, six) = (in_addr(), in6_addr())
    let isFour = inet_pton(AF_INET, text, &four) == 1
    let isSix = inet_pton(AF_INET6, text, &six) == 1
    Invariant.hold(IPLiteral.isIPv4(text) == isFour, "IPv4 as inet_pton has it: \(text)")
    Invariant.hold(IPLiteral.isIPv6(text) == isSix, "IPv6 as inet_pton has it: \(text)")
    Invariant.hold(
        (SocketAddress(numeric: text, port: 1) != nil) == (isFour || isSix) || IPLiteral.zoned(text) != nil,
        "an address to dial: \(text)")
    if let host = try? HostText.host(bytes[...]) {
        let isWritten = host == text || IPLiteral.zoned(text) != nil
        Invariant.hold(isWritten && Invariant.isLine(host), "a host is shown as it was written")
        // What libc takes for an address is no name.
        var number = in_addr()
        if !isFour, !isSix, inet_aton(text, &number) == 1 {
            let digits = text.utf8.allSatisfy { ASCII.isDigit($0) || $0 == UInt8(ascii: ".") }
            Invariant.hold(!digits, "libc dials \(text)")
        }
    }
    // All addresses of a family are shown as the one at which they are reached.
    if let address = try? ListenAddress(text), case .network(let host, let port) = address,
        address.reachable == .network(host: host, port: port)
    {
        Invariant.hold(
            (try? ListenAddress(address.description)) == address,
            "an address to listen at reads as it is shown: \(address)")
    }
}
