import Glibc

/// The parts of RFC 1035 that a scripted server needs: one question in, address records out.
struct DNSMessage {
    let identifier: [UInt8]
    let recursionDesired: Bool
    let name: String
    let type: UInt16
    // As received, so that the answer repeats the letters' case.
    let question: [UInt8]

    /// Reads a query; nil for anything that is not one.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 16, bytes[2] & 0x80 == 0, bytes[4] == 0, bytes[5] == 1 else { return nil }
        identifier = Array(bytes[0..<2])
        recursionDesired = bytes[2] & 1 == 1
        var labels: [String] = []
        var at = 12
        while at < bytes.count, bytes[at] != 0 {
            let end = at + 1 + Int(bytes[at])
            guard bytes[at] < 64, end < bytes.count else { return nil }
            labels.append(String(decoding: bytes[(at + 1)..<end], as: UTF8.self).lowercased())
            at = end
        }
        guard at + 4 < bytes.count else { return nil }
        name = labels.joined(separator: ".")
        type = UInt16(bytes[at + 1]) << 8 | UInt16(bytes[at + 2])
        question = Array(bytes[12..<(at + 5)])
    }

    /// The bytes of an answer with these records, which all have the name asked for.
    func answer(code: UInt8 = 0, isTruncated: Bool = false, records: [[UInt8]] = []) -> [UInt8] {
        let flags: [UInt8] = [
            0x80 | (isTruncated ? 2 : 0) | (recursionDesired ? 1 : 0), 0x80 | code,
        ]
        let counts: [UInt8] = [0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        // A record: a pointer to the name in the question, type, class IN, 0 s to live, data.
        let body = records.flatMap { data in
            [0xc0, 12, UInt8(type >> 8), UInt8(type & 0xff), 0, 1, 0, 0, 0, 0, 0, UInt8(data.count)] + data
        }
        return identifier + flags + counts + question + body
    }

    /// The bytes of an address if it is of the type asked for, A or AAAA.
    func data(of address: String) -> [UInt8]? {
        var four = in_addr()
        var six = in6_addr()
        if type == DNSServer.QueryType.a.rawValue, inet_pton(AF_INET, address, &four) == 1 {
            return withUnsafeBytes(of: &four) { Array($0) }
        }
        if type == DNSServer.QueryType.aaaa.rawValue, inet_pton(AF_INET6, address, &six) == 1 {
            return withUnsafeBytes(of: &six) { Array($0) }
        }
        return nil
    }
}
