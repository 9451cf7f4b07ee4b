internal import CLibPQ
package import EventLoop
internal import Glibc
package import HealthCore

/// The ping of `pg_isready`, with its laxer verdict: libpq's own PQping, which blocks until it has an answer.
/// Names are resolved by us: libpq would ask libc, and a static libc loads modules of the image's.
package struct ServerPing {
    /// PQping's verdict; its number is the exit code (L-15).
    package enum Answer: Int32, Sendable {
        case accepting, rejecting, noResponse, noAttempt
    }

    /// A malformed connection string, without libpq's message, which could quote a password.
    package struct Malformed: Error {}

    /// The options of the command line.
    package struct Options: Sendable {
        package var host: String?
        package var port: String?
        package var user: String?
        package var database: String?
        /// Seconds, as libpq reads them: an empty text, 0 and less wait for ever.
        package var timeout = "3"

        package init() {}
    }

    private let options: Options
    /// The settings of the connection string, and those of the environment and the service file.
    private let given: Conninfo
    private let defaults: Conninfo

    package init(_ options: Options) throws(Malformed) {
        OpenSSL.prepare()
        self.options = options
        let text = options.database ?? ""
        let isString = text.contains("=") || text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
        guard let defaults = Conninfo.defaults, let given = isString ? Conninfo(text) : Conninfo.empty else {
            throw Malformed()
        }
        (self.given, self.defaults) = (given, defaults)
    }

    // The connection string wins over the options, and they over the environment (L-17).
    private var host: String? { given["host"] ?? options.host ?? defaults["host"] }
    private var address: String? { given["hostaddr"] ?? defaults["hostaddr"] }
    private var port: String { given["port"] ?? options.port ?? defaults["port"] ?? "5432" }

    /// Host and port in the form of the original `pg_isready`.
    package var shownPlace: String { "\(address ?? host ?? "/var/run/postgresql"):\(port)" }

    /// Whether no user is given. libpq would then take the account that the process runs under, whose name a static
    /// libc cannot look up.
    package var needsAccount: Bool { given["user"] == nil && options.user == nil && defaults["user"] == nil }

    /// The places with the numeric addresses of all hosts; nil if no name has to be resolved, or if libpq has to refuse
    /// the lists itself.
    package func resolved(_ dialer: Dialer, until deadline: Instant) async -> Places? {
        guard address?.isEmpty != false, let host, !host.isEmpty else { return nil }
        let hosts = host.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let ports = port.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard [1, hosts.count].contains(ports.count) else { return nil }
        var places = Places()
        for (index, host) in hosts.enumerated() {
            let port = ports.count == 1 ? ports[0] : ports[index]
            if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") {
                places.add(host, "", port)
                continue
            }
            // After a host that cannot be resolved the next host is tried (L-10).
            for address in await Self.addresses(of: host, dialer, until: deadline) {
                places.add(host, address, port)
            }
        }
        return places
    }

    private static func addresses(of host: String, _ dialer: Dialer, until deadline: Instant) async
        -> [String]
    {
        var number = in_addr()
        if inet_aton(host, &number) == 1 {
            let value = UInt32(bigEndian: number.s_addr)
            return [[24, 16, 8, 0].map { "\(value >> $0 & 0xFF)" }.joined(separator: ".")]
        }
        let found = try? await dialer.addresses(of: .network(host: host, port: 1), until: deadline)
        return found?.map(\.host) ?? []
    }

    /// Pings, and blocks until the answer. `account` is the name of the process's user, if it has one.
    package func ask(_ places: Places?, account: String?) -> Answer {
        var pairs: [(String, String?)] = [
            ("host", options.host), ("port", options.port), ("user", options.user),
            ("dbname", options.database),
            ("connect_timeout", options.timeout), ("fallback_application_name", "pg_isready"),
        ]
        // Parameters after `dbname` win over the parameters in its connection string.
        if let places { pairs += places.pairs }
        if needsAccount, let account { pairs.append(("user", account)) }
        let answer = ConnectionParameters.withCStrings(
            pairs.map { Array($0.0.utf8) }, pairs.map { $0.1.map { Array($0.utf8) } }
        ) { PQpingParams($0, $1, 1) }
        return Answer(rawValue: Int32(clamping: answer.rawValue)) ?? .noAttempt
    }

    /// Hosts with their addresses and ports, as libpq takes them.
    package struct Places: Sendable {
        private var hosts: [String] = []
        private var addresses: [String] = []
        private var ports: [String] = []

        mutating func add(_ host: String, _ address: String, _ port: String) {
            hosts.append(host)
            addresses.append(address)
            ports.append(port)
        }

        var pairs: [(String, String?)] {
            // No host can be asked: the invalid port 0 ends the attempt after libpq has judged all settings.
            guard !hosts.isEmpty else { return [("hostaddr", "127.0.0.1"), ("port", "0")] }
            return [
                ("host", hosts.joined(separator: ",")), ("hostaddr", addresses.joined(separator: ",")),
                ("port", ports.joined(separator: ",")),
            ]
        }
    }
}

/// The settings that have a value, by keyword.
private struct Conninfo: Sendable {
    private var values: [(key: String, value: String)] = []

    static let empty = Conninfo()

    private init() {}

    /// The settings of a connection string; nil if the string is malformed.
    init?(_ text: String) {
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(text, &message)
        PQfreemem(message)
        guard let options else { return nil }
        self.init(options)
    }

    /// The settings of the environment; nil if its service is unknown.
    static var defaults: Conninfo? { PQconndefaults().map(Conninfo.init) }

    /// Takes over the options, and frees them.
    private init(_ options: UnsafeMutablePointer<PQconninfoOption>) {
        defer { PQconninfoFree(options) }
        var next = options
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val {
                values.append((String(cString: keyword), String(cString: value)))
            }
            next += 1
        }
    }

    subscript(_ key: String) -> String? { values.first { $0.key == key }?.value }
}
