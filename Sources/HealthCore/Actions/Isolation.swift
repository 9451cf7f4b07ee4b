/// What the kernel says of the network. A nil is unknown, as where there is no `/proc`.
package struct NetworkFacts: Sendable, Equatable {
    /// Whether an interface other than loopback is up and has a carrier.
    package var hasCarrier: Bool?
    /// Whether such an interface has an address that others can reach.
    package var hasAddress: Bool?
    /// Whether a route leads out through an interface other than loopback.
    package var hasRoute: Bool?

    package init(hasCarrier: Bool? = nil, hasAddress: Bool? = nil, hasRoute: Bool? = nil) {
        (self.hasCarrier, self.hasAddress, self.hasRoute) = (hasCarrier, hasAddress, hasRoute)
    }

    /// Whether the kernel's tables of routes, /proc/net/route and /proc/net/ipv6_route, have one that leads out. Routes
    /// within a link and to groups lead nowhere.
    package static func hasRoute(ipv4: [UInt8], ipv6: [UInt8]) -> Bool {
        let (up, reject) = (0x1 as UInt32, 0x200 as UInt32)
        func leadsOut(_ flags: Substring, _ interface: Substring) -> Bool {
            guard interface != "lo", let flags = UInt32(flags, radix: 16) else { return false }
            return flags & up != 0 && flags & reject == 0
        }
        func rows(_ text: [UInt8]) -> [[Substring]] {
            String(decoding: text, as: UTF8.self).split(separator: "\n").map {
                $0.split { $0 == " " || $0 == "\t" }
            }
        }
        // Interface, destination, gateway, flags.
        let isFour = rows(ipv4).contains { words in
            guard words.count > 3, let name = words.first else { return false }
            return leadsOut(words[3], name)
        }
        // Destination, …, flags, interface.
        return isFour
            || rows(ipv6).contains { words in
                guard words.count > 9, let destination = words.first,
                    !destination.hasPrefix("fe80"), !destination.hasPrefix("ff")
                else { return false }
                return leadsOut(words[8], words[9])
            }
    }
}

/// Why nobody can be reached from here, so that what targets answer says nothing of them.
package enum Isolation: Equatable, Sendable {
    case noCarrier, noAddress, noRoute
    /// Targets at several hosts fail alike, and none of them answers or refuses.
    case noAnswers(targets: Int)

    /// The newest result of a target that is asked over the network.
    package struct Result: Sendable {
        package let host: String
        /// Nil for a success.
        package let reason: Reason?

        package init(host: String, reason: Reason?) { (self.host, self.reason) = (host, reason) }
    }

    /// Whether a failure may be the network's as well as the target's.
    package static func isDoubtful(_ reason: Reason?) -> Bool {
        switch reason {
        case .dns, .unreachable, .timeout: true
        default: false
        }
    }

    /// The host of a target that is reached over the network; nil for loopback, sockets, files and commands.
    package static func host(of target: Target) -> String? {
        guard case .network(let host, _) = target.endpoint else { return nil }
        let lower = host.lowercased()
        let isLoopback =
            lower == "localhost" || lower.hasSuffix(".localhost") || lower == "::1"
            || (IPLiteral.isIPv4(lower) && lower.hasPrefix("127.")) || lower.hasPrefix("::ffff:127.")
        return isLoopback ? nil : lower
    }

    /// Judges by what the kernel says, and by the newest results of the targets.
    package static func judge(_ facts: NetworkFacts, _ results: [Result]) -> Isolation? {
        guard let first = results.first, results.contains(where: { isDoubtful($0.reason) }) else {
            return nil
        }
        if facts.hasCarrier == false { return .noCarrier }
        if facts.hasAddress == false { return .noAddress }
        if facts.hasRoute == false { return .noRoute }
        guard results.allSatisfy({ isDoubtful($0.reason) }),
            results.contains(where: { $0.host != first.host })
        else { return nil }
        return .noAnswers(targets: results.count)
    }

    /// The isolation as the beginning of a sentence.
    package var sentence: String {
        switch self {
        case .noCarrier: "no interface has a carrier"
        case .noAddress: "no interface has an address, but loopback"
        case .noRoute: "no route leads out"
        case .noAnswers(let targets): "none of \(targets) targets can be reached"
        }
    }
}
