/// Numeric addresses by the grammar of `inet_pton`. libpq and `inet_aton` accept `1.2.3` as an address too, and dial
/// an unintended host: here `1.2.3` is neither an address nor a name.
package enum IPLiteral {
    /// Whether a text is an IPv4 address: four decimal numbers up to 255 without leading zeros.
    package static func isIPv4(_ text: some StringProtocol) -> Bool {
        var (dots, digits, number) = (0, 0, 0)
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard digits > 0 else { return false }
                (dots, digits, number) = (dots + 1, 0, 0)
            } else {
                guard ASCII.isDigit(byte), digits == 0 || number > 0 else { return false }
                (digits, number) = (digits + 1, number * 10 + Int(clamping: byte - UInt8(ascii: "0")))
                guard number <= 255 else { return false }
            }
        }
        return dots == 3 && digits > 0
    }

    /// Whether a text is an IPv6 address: eight groups, at most one `::`, optionally an IPv4 tail.
    package static func isIPv6(_ text: String) -> Bool {
        guard let end = text.utf8.endOfFirst("::".utf8) else { return groups(text[...]) == 8 }
        let head = text[..<text.utf8.index(end, offsetBy: -2)]
        let tail = text[end...]
        guard let before = head.isEmpty ? 0 : groups(head, endsText: false),
            let after = tail.isEmpty ? 0 : groups(tail)
        else { return false }
        return before + after <= 7
    }

    /// An IPv6 address with its zone, as in `fe80::1%eth0`, where URIs have `%25` for the `%` (RFC 6874); nil for any
    /// other text.
    package static func zoned(_ text: String) -> (address: String, zone: String)? {
        guard let percent = text.utf8.firstIndex(of: ASCII.percent) else { return nil }
        let address = String(text[..<percent])
        var zone = text.utf8[percent...].dropFirst()
        if zone.starts(with: "25".utf8), zone.count > 2 { zone = zone.dropFirst(2) }
        // The names of interfaces are that short.
        guard (1...15).contains(zone.count), zone.allSatisfy(TargetName.isPlain), isIPv6(address) else {
            return nil
        }
        return (address, String(Substring(zone)))
    }

    /// Whether a text is a numeric address, with or without a zone.
    package static func isAddress(_ text: String) -> Bool {
        isIPv4(text) || isIPv6(text) || zoned(text) != nil
    }

    /// The number of 16-bit groups, separated by single colons; nil if a part is not a group.
    private static func groups(_ text: Substring, endsText: Bool = true) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var count = 0
        for (place, part) in parts.enumerated() {
            if endsText, place == parts.count - 1, isIPv4(part) {
                count += 2
            } else if (1...4).contains(part.utf8.count),
                part.utf8.allSatisfy({ ASCII.hexadecimal($0) != nil })
            {
                count += 1
            } else {
                return nil
            }
        }
        return count
    }
}
