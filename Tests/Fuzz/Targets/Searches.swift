@testable import HealthCore

/// Whatever stands in resolv.conf and in the variables, the host itself is among the names, each once, and each one a
/// name that c-ares can be given; a line that says a list after all others is the list.
@Sendable func fuzzSearches(_ bytes: [UInt8]) {
    let parts = bytes.parts(4)
    let host = "db.test"
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    let list = SearchList(
        resolvConf: parts[0], localDomain: parts[1].isEmpty ? nil : texts[1], options: texts[2],
        hostName: texts[3])
    let names = list.names(of: host)
    Invariant.hold(names.contains(host) && Set(names).count == names.count, "the host, once: \(names)")
    Invariant.hold(names.count <= 65, "an end: \(names.count)")
    for name in names {
        Invariant.hold(
            name.hasPrefix(host) && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a name: \(name)")
    }
    let last = SearchList(
        resolvConf: parts[0] + Array("\nsearch a.test b.test\noptions ndots:2\n".utf8), localDomain: nil,
        options: nil, hostName: texts[3])
    Invariant.hold(
        last.names(of: host) == ["db.test.a.test", "db.test.b.test", "db.test"], "the last line: \(last)")
    let alias = SearchList.alias(of: texts[1], in: parts[0])
    Invariant.hold(alias == nil || !texts[1].utf8.contains(UInt8(ascii: ".")), "an alias of \(texts[1])")
}
