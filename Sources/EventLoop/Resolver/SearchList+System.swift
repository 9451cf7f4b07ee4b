internal import Files
internal import Glibc
internal import HealthCore

extension SearchList {
    /// More than such a file ever has.
    private static let fileLimit = 65536

    /// The names to query for a host on this machine. Its files are read anew for every lookup.
    static func namesHere(of host: String) -> [String] {
        if let path = variable("HOSTALIASES"), let alias = alias(of: host, in: contents(path)) {
            return [alias]
        }
        var machine = utsname()
        uname(&machine)
        let hostName = withUnsafeBytes(of: machine.nodename) {
            String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        let list = SearchList(
            resolvConf: contents("/etc/resolv.conf"), localDomain: variable("LOCALDOMAIN"),
            options: variable("RES_OPTIONS"), hostName: hostName)
        return list.names(of: host)
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The contents of a file; none if it cannot be read.
    private static func contents(_ path: String) -> [UInt8] {
        (try? SmallFile(path).contents(atMost: fileLimit)) ?? []
    }
}
