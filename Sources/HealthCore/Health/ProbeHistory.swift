/// The results of a target's last probes, in two bytes each: six bits for the reason, ten for the duration.
package struct ProbeHistory: Sendable {
    /// One remembered probe.
    package struct Entry: Sendable, Equatable {
        /// Why the probe failed; nil if it found the target ready.
        package let reason: Reason?
        /// How long the probe took, at most a thirty-second part less.
        package let microseconds: Int64
    }

    /// The most probes that are remembered.
    package static let limit = 60

    private var codes: [UInt16] = []
    /// The place of the oldest code, once there are as many as are remembered.
    private var oldest: UInt8 = 0

    package init() {}

    /// Remembers one probe, and forgets the oldest beyond the limit.
    package mutating func record(_ reason: Reason?, nanoseconds: Int64) {
        let code = Self.code(of: reason) << 10 | Self.code(ofTime: nanoseconds / 1000)
        guard codes.count == Self.limit else {
            // A target that was asked once is asked again: no room is left over by doubling.
            if codes.isEmpty { codes.reserveCapacity(Self.limit) }
            return codes.append(code)
        }
        let place = Int(clamping: oldest)
        codes[place] = code
        oldest = place + 1 == Self.limit ? 0 : oldest + 1
    }

    /// How many probes are remembered.
    package var count: Int { codes.count }

    /// The remembered probes, the oldest first.
    package var entries: [Entry] {
        let start = Int(clamping: oldest)
        return (codes[start...] + codes[..<start]).map { code in
            Entry(
                reason: Self.reason(of: code >> 10), microseconds: Self.time(of: code & 0x3FF))
        }
    }

    // MARK: Codes

    /// Zero for no reason.
    private static func code(of reason: Reason?) -> UInt16 {
        guard let reason, let index = Reason.allCases.firstIndex(of: reason) else { return 0 }
        return UInt16(truncatingIfNeeded: index + 1)
    }

    private static func reason(of code: UInt16) -> Reason? {
        code == 0 ? nil : Reason.allCases[Int(truncatingIfNeeded: code) - 1]
    }

    /// Below 32 the number itself; else five bits that say how far the number is shifted, and the five bits behind its
    /// first one. That reaches to 19 hours.
    private static func code(ofTime time: Int64) -> UInt16 {
        let time = min(max(0, time), (64 << 30) - 1)
        guard time >= 32 else { return UInt16(truncatingIfNeeded: time) }
        let shift = Int64.bitWidth - time.leadingZeroBitCount - 6
        return UInt16(truncatingIfNeeded: shift + 1) << 5 | UInt16(truncatingIfNeeded: time >> shift) & 31
    }

    private static func time(of code: UInt16) -> Int64 {
        let (shift, rest) = (Int64(truncatingIfNeeded: code >> 5), Int64(truncatingIfNeeded: code & 31))
        return shift == 0 ? rest : (32 + rest) << (shift - 1)
    }
}
