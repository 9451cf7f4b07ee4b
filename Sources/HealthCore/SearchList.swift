/// The names that a name server is asked for a host: the search list of resolver(5), read as glibc reads it. From
/// version 1.20 on, c-ares keeps to itself what it read there.
package struct SearchList: Equatable, Sendable {
    /// Twice as many as a pod of Kubernetes may have: each is a lookup.
    private static let mostDomains = 64
    /// glibc's limit.
    private static let mostDots = 15

    private var domains: [String] = []
    /// With so many dots a host is first queried as it is.
    private var dotsOfWholeName = 1

    /// - Parameters:
    ///   - resolvConf: the contents of /etc/resolv.conf.
    ///   - localDomain: LOCALDOMAIN, which takes the place of the file's list.
    ///   - options: RES_OPTIONS, which come after the file's.
    ///   - hostName: the machine's name, whose domain is the list if nothing else says one.
    package init(resolvConf: [UInt8], localDomain: String?, options: String?, hostName: String) {
        var list: [ArraySlice<UInt8>]?
        for line in resolvConf.split(separator: ASCII.lineFeed) {
            let words = Self.words(line)
            // A keyword begins its line, and without a value it says nothing.
            guard let keyword = words.first, keyword.startIndex == line.startIndex, words.count > 1 else {
                continue
            }
            let values = words.dropFirst()
            switch String(decoding: keyword, as: UTF8.self) {
            case "search": list = Array(values)
            case "domain": list = Array(values.prefix(1))
            case "options": values.forEach { readOption($0) }
            default: break
            }
        }
        if let options { Self.words(Array(options.utf8)[...]).forEach { readOption($0) } }
        if let localDomain { list = Self.words(Array(localDomain.utf8)[...]) }
        let ofHost = Array(hostName.utf8).drop { $0 != UInt8(ascii: ".") }.dropFirst()
        domains = (list ?? [ofHost]).prefix(Self.mostDomains).compactMap(Self.name)
    }

    /// The names to query, in order, until one has an address.
    package func names(of host: String) -> [String] {
        if host.utf8.last == UInt8(ascii: ".") { return [host] }
        // The domain `.` is the root: the host as it is.
        let longer = domains.map { $0 == "." ? host : "\(host).\($0)" }
        let dots = host.utf8.count { $0 == UInt8(ascii: ".") }
        let names = dots >= dotsOfWholeName ? [host] + longer : longer + [host]
        return names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The name that a file of HOSTALIASES has in the place of a host without a dot; it is the only one to query.
    package static func alias(of host: String, in file: [UInt8]) -> String? {
        let host = host.utf8.map(ASCII.lowercased)
        guard !host.contains(UInt8(ascii: ".")) else { return nil }
        let found = file.split(separator: ASCII.lineFeed).lazy.map(words)
            .first { $0.count > 1 && $0[0].map(ASCII.lowercased) == host }
        return found.flatMap { name($0[1]) }
    }

    private mutating func readOption(_ word: ArraySlice<UInt8>) {
        guard word.starts(with: "ndots:".utf8) else { return }
        // As C's `atoi`, but with an end.
        dotsOfWholeName = word.dropFirst("ndots:".utf8.count).prefix(while: ASCII.isDigit).reduce(0) {
            min($0 * 10 + Int(truncatingIfNeeded: $1 & 0x0F), Self.mostDots)
        }
    }

    /// The words before a comment.
    private static func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        line.split(whereSeparator: ASCII.isSpace).prefix {
            $0.first != UInt8(ascii: "#") && $0.first != UInt8(ascii: ";")
        }
    }

    /// A word that can be a name. A zero would end the name for c-ares.
    private static func name(_ word: ArraySlice<UInt8>) -> String? {
        guard !word.isEmpty, word.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: word, as: UTF8.self)
    }
}
