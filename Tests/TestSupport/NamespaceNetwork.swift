/// Addresses and black holes; only 198.18.0.0/15 (for benchmarks) is used, so nothing real is hit.
extension Namespace {
    /// Makes an address local that is not a loopback address, such as "198.18.0.1".
    package func addAddress(_ address: String) throws {
        // A pair of which one end stays unused: a kernel may lack the "dummy" type.
        let name = "a\(address.filter(\.isHexDigit).suffix(12))"
        try ip("link add \(name) type veth peer name \(name)x")
        try ip("link set \(name)x up")
        try ip("addr add \(address)/\(address.contains(":") ? 128 : 32) dev \(name)")
        try ip("link set \(name) up")
    }

    /// Makes every packet to `range`, such as "198.19.0.0/24", vanish without an error.
    package func addBlackHole(_ range: String) throws {
        if (try? ip("link show hole")) == nil {
            try ip("link add hole type veth peer name holex")
            // Without ARP nobody finds out that the neighbour is not there. The other end
            // receives the packets, and drops them, because it does not forward.
            try ip("link set hole arp off up")
            try ip("link set holex arp off up")
            try ip("addr add 198.18.255.254/32 dev hole")
        }
        try ip("route add \(range) dev hole src 198.18.255.254")
    }

    /// Ends it: packets to the range are now refused with "network unreachable", unless an
    /// address of it is added.
    package func removeBlackHole(_ range: String) throws {
        try ip("route del \(range) dev hole")
    }
}

/// Changes a setting of the network namespace that the calling thread is in, such as "ipv4/ip_local_port_range".
package func setKernel(_ setting: String, _ value: String) throws {
    let path = "/proc/sys/net/\(setting)"
    let finished = try Program.run("/bin/sh", ["-c", "echo '\(value)' >\(path)"])
    guard finished.exitCode == 0 else { throw SupportError("\(path): \(finished)") }
}
