/// An IPv4 packet, as far as a link has to understand it.
struct Packet {
    let bytes: [UInt8]

    /// The reset that a firewall sends in the name of the receiver; nil if this is no TCP packet, or a reset itself.
    var reset: Packet? {
        guard bytes.count >= 40, bytes[0] >> 4 == 4, bytes[9] == 6 else { return nil }
        let header = Int(bytes[0] & 15) * 4
        guard header >= 20, bytes.count >= header + 20 else { return nil }
        let segment = bytes[header...]
        let flags = bytes[header + 13]
        guard flags & Flag.reset == 0 else { return nil }
        let dataOffset = Int(bytes[header + 12] >> 4) * 4
        let data = max(0, segment.count - dataOffset)
        let length = data + (flags & Flag.synchronise != 0 ? 1 : 0) + (flags & Flag.finish != 0 ? 1 : 0)

        var tcp = [UInt8](repeating: 0, count: 20)
        tcp[0...1] = bytes[(header + 2)...(header + 3)]
        tcp[2...3] = bytes[header...(header + 1)]
        tcp[12] = 5 << 4
        if flags & Flag.acknowledge != 0 {
            // It is believed if it stands where the receiver expects the next byte (RFC 9293 §3.5.2).
            tcp[4...7] = bytes[(header + 8)...(header + 11)]
            tcp[13] = Flag.reset
        } else {
            let next = Packet.number(bytes[(header + 4)...]) &+ UInt32(length)
            tcp.replaceSubrange(8...11, with: Packet.bytes(next))
            tcp[13] = Flag.reset | Flag.acknowledge
        }
        var ip = [UInt8](repeating: 0, count: 20)
        ip[0] = 0x45
        ip[3] = 40
        ip[8] = 64
        ip[9] = 6
        ip[12...15] = bytes[16...19]
        ip[16...19] = bytes[12...15]
        ip.replaceSubrange(10...11, with: Packet.checksum(ip))
        let pseudo = Array(ip[12...19]) + [0, 6, 0, 20]
        tcp.replaceSubrange(16...17, with: Packet.checksum(pseudo + tcp))
        return Packet(bytes: ip + tcp)
    }

    private enum Flag {
        static let finish: UInt8 = 1, synchronise: UInt8 = 2, reset: UInt8 = 4, acknowledge: UInt8 = 16
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    /// The Internet checksum (RFC 1071) of an even number of bytes.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var sum = stride(from: 0, to: bytes.count, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(bytes[$1]) << 8 + UInt32(bytes[$1 + 1])
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return [UInt8(truncatingIfNeeded: ~sum >> 8), UInt8(truncatingIfNeeded: ~sum)]
    }
}
