internal import EventLoop
internal import Glibc
internal import HealthCore

/// The parameters for libpq: all settings that libpq would otherwise look up in the environment, the home
/// directory or the password database (architecture: the static program has no such database).
struct ConnectionParameters {
    private(set) var pairs: [(key: String, value: Secret)]

    init(
        _ service: PostgresService, _ place: PostgresService.Place, _ address: SocketAddress,
        _ password: Secret?
    ) {
        pairs = [
            ("user", Secret(service.user.utf8)), ("dbname", Secret(service.database.utf8)),
            ("passfile", Secret(LibPQParameters.noFile.utf8)),
        ]
        add("host", place.host)
        // TLS verifies the name; the address keeps libpq from resolving it.
        if !place.isSocket { add("hostaddr", address.host) }
        add("port", "\(place.port)")
        if let password { pairs.append(("password", password)) }
        let given = service.parameters.map(\.key)
        // Kerberos is disabled: its library would read files and resolve names behind our back.
        if !given.contains("gssencmode") { add("gssencmode", "disable") }
        if !given.contains("application_name"), getenv("PGAPPNAME") == nil {
            add("application_name", "waitfor")
        }
        for parameter in service.parameters {
            let isSystem = parameter.key == "sslrootcert" && parameter.value == Secret("system".utf8)
            pairs.append((parameter.key, isSystem ? Secret(SystemAuthorities.file.utf8) : parameter.value))
        }
    }

    /// Whether TLS begins without an SSLRequest (libpq 17), so that no byte of the server says that it offers TLS.
    var beginsWithTLS: Bool {
        let given = pairs.last { $0.key == "sslnegotiation" }?.value
        return given ?? getenv("PGSSLNEGOTIATION").map { Secret(String(cString: $0).utf8) }
            == Secret("direct".utf8)
    }

    /// The value that libpq uses, the last one of a key; nil if the value is empty.
    func last(_ key: String) -> String? {
        let value = pairs.last { $0.key == key }?.value.reveal { String(decoding: $0, as: UTF8.self) }
        return value?.isEmpty == false ? value : nil
    }

    private mutating func add(_ key: String, _ value: String) {
        pairs.append((key, Secret(value.utf8)))
    }

    /// Runs `body` with the keywords and values of these parameters as C strings.
    func withCStrings<Result>(_ body: (CStringList, CStringList) -> Result) -> Result {
        Self.withCStrings(pairs.map { Array($0.key.utf8) }, pairs.map { $0.value.reveal { $0 } }, body)
    }

    /// A list of strings with a nil at its end.
    typealias CStringList = UnsafePointer<UnsafePointer<CChar>?>

    /// Runs `body` with keywords and their values as C strings.
    static func withCStrings<Result>(
        _ keys: [[UInt8]], _ values: [[UInt8]?], _ body: (CStringList, CStringList) -> Result
    ) -> Result {
        func list(_ strings: UnsafePointer<UnsafeMutablePointer<CChar>?>) -> CStringList {
            UnsafeRawPointer(strings).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
        }
        return CStrings.with(keys) { keys in CStrings.with(values) { body(list(keys), list($0)) } }
    }
}
