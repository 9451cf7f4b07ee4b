internal import EventLoop
internal import Glibc
internal import HealthCore

/// What libpq is told: everything it would otherwise look up in the environment, the home
/// directory or the password database (architecture: the static program has no such database).
struct ConnectionParameters {
    private(set) var pairs: [(key: String, value: Secret)]

    init(_ service: PostgresService, _ place: PostgresService.Place, _ address: SocketAddress, _ password: Secret?) {
        pairs = [
            ("user", Secret(service.user.utf8)), ("dbname", Secret(service.database.utf8)),
            ("passfile", Secret(LibPQParameters.noFile.utf8)),
        ]
        add("host", place.host)
        // The name stays for TLS; the address keeps libpq from resolving it.
        if !place.isSocket { add("hostaddr", address.host) }
        add("port", "\(place.port)")
        if let password { pairs.append(("password", password)) }
        let given = service.parameters.map(\.key)
        // Kerberos would read files and resolve names behind our back.
        if !given.contains("gssencmode") { add("gssencmode", "disable") }
        if !given.contains("application_name"), getenv("PGAPPNAME") == nil {
            add("application_name", "waitfor")
        }
        for parameter in service.parameters {
            let isSystem = parameter.key == "sslrootcert" && parameter.value == Secret("system".utf8)
            pairs.append((parameter.key, isSystem ? Secret(TrustStores.systemFile.utf8) : parameter.value))
        }
    }

    /// Whether TLS begins without being asked for (libpq 17): then no byte of the server says that it is offered.
    var beginsWithTLS: Bool {
        let given = pairs.last { $0.key == "sslnegotiation" }?.value
        return given ?? getenv("PGSSLNEGOTIATION").map { Secret(String(cString: $0).utf8) }
            == Secret("direct".utf8)
    }

    /// The value that libpq takes; nil if it is empty.
    func last(_ key: String) -> String? {
        let value = pairs.last { $0.key == key }?.value.reveal { String(decoding: $0, as: UTF8.self) }
        return value?.isEmpty == false ? value : nil
    }

    private mutating func add(_ key: String, _ value: String) {
        pairs.append((key, Secret(value.utf8)))
    }

    /// Runs `body` with both lists as C wants them: NUL-terminated strings, a nil at the end.
    func withCStrings<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let keys = pairs.map { strdup($0.key) }
        let values = pairs.map { pair in
            pair.value.reveal { strndup(Array($0.map(CChar.init(bitPattern:))), $0.count) }
        }
        defer { for string in keys + values { free(string) } }
        var keyList = keys.map { UnsafePointer<CChar>($0) } + [nil]
        var valueList = values.map { UnsafePointer<CChar>($0) } + [nil]
        return body(&keyList, &valueList)
    }
}
