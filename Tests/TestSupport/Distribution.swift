/// The distribution that the tests run on.
package enum Distribution {
    /// Its name and version: `debian-12`.
    package static let name = "\(value("ID"))-\(value("VERSION_ID"))"

    private static func value(_ key: String) -> String {
        let line = readText("/etc/os-release").split(separator: "\n").first { $0.hasPrefix(key + "=") }
        return (line?.dropFirst(key.count + 1).filter { $0 != "\"" }) ?? "unknown"
    }
}
