/// Parameters that frameworks and drivers put into the address of a PostgreSQL server, in libpq's words.
enum DriverParameters {
    /// What a parameter says to libpq.
    enum Meaning: Equatable {
        /// It is about the driver's own pools, types and times.
        case dropped
        case parameter(key: String, value: String)
        /// Verify the certificate, if TLS is asked for at all (Prisma's `sslaccept=strict`).
        case verified
        case refused(advice: String)
    }

    /// What a parameter says, if it is one of a driver's; `isJava` where the address begins with `jdbc:` or `r2dbc:`.
    static func meaning(of key: String, _ value: String, isJava: Bool) -> Meaning? {
        let word = value.lowercased()
        switch key.lowercased() {
        case "ssl", "tls", "usessl", "use_ssl", "usetls": return mode(word, isJava: isJava)
        case "sslmode", "tlsmode": return sslmode(value, isTheirs: key != "sslmode")
        case "sslaccept": return sslaccept(word)
        case "sslfactory": return sslfactory(value)
        case "rejectunauthorized": return rejection(word)
        case "sslidentity":
            return .refused(
                advice: "sslidentity is a PKCS #12 file: write sslcert and sslkey, of PEM files")
        // A role that the session takes on; the role that a server has is a setting of waitfor's.
        case "role" where !["primary", "standby"].contains(word): return .dropped
        case "targetservertype": return session(word)
        case let name where renamed[name] != nil && renamed[name] != key:
            return renamed[name].map { .parameter(key: $0, value: value) }
        case let name where dropped.contains(name): return .dropped
        default: return nil
        }
    }

    /// Whether a key may decide who is let in, or how well a connection is protected: such a key is never dropped
    /// unless it is in a table here.
    static func isProtected(_ key: String) -> Bool {
        let name = key.lowercased()
        return ["ssl", "tls", "gss", "require", "channel"].contains { name.hasPrefix($0) }
            || ["auth", "cert", "verify", "password"].contains { name.mentions($0) }
    }

    /// The modes of `sslmode`, the weakest first.
    static let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

    /// libpq's keys by what drivers call them, in lower case.
    private static let renamed = [
        "sslrootcert": "sslrootcert", "sslcert": "sslcert", "sslkey": "sslkey", "sslpassword": "sslpassword",
        "sslsni": "sslsni", "gssencmode": "gssencmode", "channelbinding": "channel_binding",
        "requireauth": "require_auth", "applicationname": "application_name",
        "clientencoding": "client_encoding", "username": "user", "database": "dbname",
        "databasename": "dbname",
        "target_session_attributes": "target_session_attrs",
    ]

    /// Keys that look like libpq's, or like those that protect, and are not.
    private static let dropped: Set<String> = [
        "connecttimeout", "connectiontimeout", "keepalive", "loadbalancehosts", "loadbalancetimeout",
        "sslresponsetimeout", "gssresponsetimeout", "gssusedefaultcreds", "trustservercertificate",
        "requirelocktimeout", "authenticationpluginclassname",
    ]

    /// `ssl=true` of a driver in Java verifies the certificate and its name; elsewhere it only encrypts.
    private static func mode(_ word: String, isJava: Bool) -> Meaning {
        switch word {
        case "", "true", "1", "yes", "on", "t":
            .parameter(key: "sslmode", value: isJava ? "verify-full" : "require")
        case "false", "0", "no", "off", "f": .parameter(key: "sslmode", value: "disable")
        default:
            sslmode(word, isTheirs: true)
                ?? .refused(advice: "ssl is true, false, no-verify or a mode of sslmode")
        }
    }

    /// A mode in the letters of a driver: most take capitals as well.
    private static func sslmode(_ text: String, isTheirs: Bool) -> Meaning? {
        let spelled = ["no-verify": "require", "verifyca": "verify-ca", "verifyfull": "verify-full"]
        let word = text.lowercased()
        let mode = spelled[word] ?? String(word.map { $0 == "_" ? "-" : $0 })
        guard modes.contains(mode), isTheirs || mode != text else { return nil }
        return .parameter(key: "sslmode", value: mode)
    }

    /// `rejectUnauthorized` of Node's TLS.
    private static func rejection(_ word: String) -> Meaning {
        switch Flag.parse(word) {
        case true?: .verified
        case false?: .dropped
        case nil: .refused(advice: "rejectUnauthorized is true or false")
        }
    }

    /// The directory of a socket that pg8000 names whole (`unix_sock=/cloudsql/instance/.s.PGSQL.5432`), and Postgrex by
    /// its directory; nil for another key. Both ask there, whatever host the address has.
    static func socketDirectory(_ key: String, _ value: [UInt8]) -> [UInt8]? {
        guard key != "socket_dir" else { return value }
        guard key == "unix_sock" else { return nil }
        let name = value.split(separator: ASCII.slash).last ?? []
        return name.starts(with: PostgresService.Place.socketPrefix.utf8)
            ? Array(value.dropLast(name.count + 1)) : value
    }

    private static func sslaccept(_ word: String) -> Meaning {
        switch word {
        case "strict": .verified
        case "accept_invalid_certs": .dropped
        default: .refused(advice: "sslaccept is strict or accept_invalid_certs")
        }
    }

    /// Whether a parameter takes back what `ssl=true` means in Java.
    static func trustsAnybody(_ key: String, _ value: [UInt8]) -> Bool {
        key.lowercased() == "sslfactory" && value[...].text.hasSuffix(nonValidating)
    }

    private static let nonValidating = ".NonValidatingFactory"

    private static func sslfactory(_ name: String) -> Meaning {
        if name.hasSuffix(nonValidating) { return .parameter(key: "sslmode", value: "require") }
        if name.hasSuffix(".LibPQFactory") { return .dropped }
        return .refused(
            advice: "sslfactory cannot be met: write sslmode, and sslrootcert for the certificate to trust")
    }

    private static func session(_ word: String) -> Meaning {
        let attributes = [
            "any": "any", "preferprimary": "any", "primary": "primary", "master": "primary",
            "secondary": "standby", "slave": "standby", "prefersecondary": "prefer-standby",
            "preferslave": "prefer-standby",
        ]
        return attributes[word].map { .parameter(key: "target_session_attrs", value: $0) }
            ?? .refused(
                advice: "targetServerType is any, primary, secondary, preferPrimary or preferSecondary")
    }
}
