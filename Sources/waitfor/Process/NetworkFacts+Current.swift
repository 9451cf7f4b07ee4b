internal import Files
internal import Glibc
import HealthCore

extension NetworkFacts {
    /// The most bytes that are read of a table of routes: of a longer one the beginning tells enough.
    private static let tableLimit = 256 * 1024

    /// What the kernel says now.
    static var current: NetworkFacts {
        var facts = NetworkFacts()
        var list: UnsafeMutablePointer<ifaddrs>?
        if getifaddrs(&list) == 0 {
            defer { freeifaddrs(list) }
            (facts.hasCarrier, facts.hasAddress) = (false, false)
            var next = list
            while let entry = next {
                next = entry.pointee.ifa_next
                let flags = entry.pointee.ifa_flags
                func has(_ flag: Int) -> Bool { flags & UInt32(truncatingIfNeeded: flag) != 0 }
                guard has(IFF_UP), has(IFF_RUNNING),
                    !has(IFF_LOOPBACK)
                else { continue }
                facts.hasCarrier = true
                if let address = entry.pointee.ifa_addr, isReachable(address) { facts.hasAddress = true }
            }
        }
        let tables = ["/proc/net/route", "/proc/net/ipv6_route"].map { path in
            try? SmallFile(path).beginning(tableLimit)
        }
        if let ipv4 = tables[0] { facts.hasRoute = hasRoute(ipv4: ipv4, ipv6: tables[1] ?? []) }
        return facts
    }

    /// Whether an address is one that others reach: not one of a link alone, which an interface has by itself.
    private static func isReachable(_ address: UnsafeMutablePointer<sockaddr>) -> Bool {
        switch Int32(address.pointee.sa_family) {
        case AF_INET: return true
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                withUnsafeBytes(of: six.pointee.sin6_addr) { !($0[0] == 0xFE && $0[1] & 0xC0 == 0x80) }
            }
        default: return false
        }
    }
}
