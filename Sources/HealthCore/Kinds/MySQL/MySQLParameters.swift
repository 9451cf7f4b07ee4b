/// A parameter as it was written.
struct MySQLPair {
    var key: String
    var value: [UInt8]
    var index: Int
    /// False after a password: what looks like a key may be a part of one.
    var isNameable = true

    /// The key in lower case, without `_`, `-`, `.` and brackets, in which drivers differ.
    var plainKey: String {
        String(decoding: key.utf8.filter { !"_-[]. ".utf8.contains($0) }.map(ASCII.lowercased), as: UTF8.self)
    }

    var text: String { String(decoding: value, as: UTF8.self) }
    var isPassword: Bool { ["password", "passwd", "pwd", "pass"].contains(plainKey) }
    var isSocket: Bool { ["unixsocket", "socket", "socketpath", "localsocket"].contains(plainKey) }
}

/// Parameters that drivers put into the address of a MySQL server.
enum MySQLParameters {
    /// Takes all parameters; what no probe can act on is dropped with a warning.
    static func take(_ pairs: [MySQLPair], into target: inout MySQLTarget) throws(TargetError) {
        var dropped = DroppedKeys()
        for (place, pair) in pairs.enumerated() {
            var isKnown = try take(pair, into: &target)
            if !isKnown { isKnown = try takeTLS(pair, into: &target.service) }
            if isKnown,
                pairs[..<place].contains(where: { $0.plainKey == pair.plainKey && $0.value != pair.value })
            {
                throw TargetError(.parameter, at: pair.index, "given twice")
            }
            guard !isKnown else { continue }
            try requireDroppable(pair)
            dropped.add(pair.key, isNameable: pair.isNameable)
        }
        if let warning = dropped.warning { target.warnings.append(warning) }
    }

    /// Whether a parameter says who asks, or where.
    private static func take(_ pair: MySQLPair, into target: inout MySQLTarget) throws(TargetError) -> Bool {
        switch pair.plainKey {
        case _ where pair.isPassword:
            guard !pair.value.isEmpty else {
                target.warnings.append(try URIParts.warning(ofEmptyPassword: pair.index, target.context))
                target.service.hasEmptyPassword = true
                return true
            }
            let password = PasswordSource.given(Secret(pair.value))
            guard target.service.password == .none || target.service.password == password else {
                throw TargetError(.password, at: pair.index, "given before the host as well")
            }
            target.service.password = password
        case _ where pair.isSocket:
            do throws(TargetError) {
                target.endpoint = .unixSocket(path: try PathText.socket(pair.value[...]))
            } catch {
                throw TargetError(.path, at: pair.index, error.advice)
            }
            target.service.alternatives = []
        case "user", "username", "uid":
            guard !pair.value.isEmpty else {
                throw TargetError(.user, at: pair.index, "empty: is a variable unset?")
            }
            (target.service.user, target.service.userOrigin) = (pair.text, .target)
        case "db", "database", "dbname", "databasename":
            guard !pair.value.isEmpty else { return true }
            (target.service.database, target.service.databaseOrigin) = (pair.text, .target)
        default: return false
        }
        return true
    }

    /// Whether a parameter says how TLS is spoken, or how the password may be sent without.
    private static func takeTLS(
        _ pair: MySQLPair, into service: inout MySQLService
    ) throws(TargetError) -> Bool {
        func ask(for mode: MySQLTLSMode) {
            service.chosenMode = MySQLTLSMode.stronger(service.chosenMode, mode)
        }
        func mistake(_ advice: String) -> TargetError { TargetError(.parameter, at: pair.index, advice) }
        let flag = Flag.parse(pair.text)
        switch pair.plainKey {
        case "sslmode", "tlsmode":
            guard let mode = MySQLTLSMode(word: pair.text) else {
                throw mistake(
                    "\(pair.plainKey == "sslmode" ? "ssl_mode" : "its mode") is \(MySQLTLSMode.words)")
            }
            ask(for: mode)
        case "ssl", "tls", "usessl", "usetls":
            if let flag {
                // Go verifies where others only encrypt.
                ask(for: flag ? pair.plainKey == "tls" ? .verifyIdentity : .required : .disabled)
            } else if let mode = MySQLTLSMode(word: pair.text) {
                ask(for: mode)
            } else if pair.value.first == UInt8(ascii: "{") {
                guard let mode = mode(ofNode: pair.value) else {
                    throw mistake(
                        "\(pair.plainKey) is such as {\"rejectUnauthorized\":true}; files: ssl_ca=/PATH")
                }
                ask(for: mode)
            } else {
                throw mistake("\(pair.plainKey) is true, false, or a mode: \(MySQLTLSMode.words)")
            }
        case "requiressl": if flag == true { ask(for: .required) }
        case "ssldisabled": if flag == true { ask(for: .disabled) }
        case "sslverifycert", "verifyservercertificate", "sslverifyservercert", "rejectunauthorized",
            "sslrejectunauthorized":
            if flag == true { ask(for: .verifyCA) }
        case "sslverifyidentity", "sslcheckhostname": if flag == true { ask(for: .verifyIdentity) }
        case "trustservercertificate", "disablesslhostnameverification": break
        case "sslaccept":
            switch pair.text.lowercased() {
            case "strict": ask(for: .verifyIdentity)
            case "accept_invalid_certs": ask(for: .required)
            default: throw mistake("sslaccept is strict or accept_invalid_certs")
            }
        case "sslca", "sslrootcert", "serversslcert": service.tls.authorityFile = try path(pair)
        case "sslcert": service.tls.certificateFile = try path(pair)
        case "sslkey": service.tls.keyFile = try path(pair)
        case "allowpublickeyretrieval", "getserverpublickey": service.asksPublicKey = flag == true
        case "serverpublickeypath", "serverrsapublickeyfile", "serverpublickey", "serverpublickeyfile":
            service.publicKeyFile = try path(pair)
        default: return false
        }
        return true
    }

    /// The mode that the options of Node's TLS ask for, `{"rejectUnauthorized":true}`, which is their default; nil where
    /// they also say whom to trust, or cannot be read.
    private static func mode(ofNode options: [UInt8]) -> MySQLTLSMode? {
        func value(_ key: String) -> String?? {
            (try? JSONPointer(members: [key]).value(in: options)).map { $0?.text }
        }
        let others = ["ca", "cert", "key", "pfx", "servername", "checkServerIdentity"]
        guard others.allSatisfy({ value($0) == .some(nil) }) else { return nil }
        let isNamed = value("verifyIdentity") == .some("true")
        switch value("rejectUnauthorized") {
        case .some("true"), .some(nil): return isNamed ? .verifyIdentity : .verifyCA
        case .some("false"): return .required
        default: return nil
        }
    }

    private static func path(_ pair: MySQLPair) throws(TargetError) -> String {
        guard pair.value.first == ASCII.slash || pair.value.first == UInt8(ascii: "."),
            !pair.value.contains(0)
        else {
            throw TargetError(
                .parameter, at: pair.index, "`\(DroppedKeys.shown(pair.key))` is the path of a file")
        }
        return pair.text
    }

    /// Keys that look like those that protect, and take nothing away from what is decided here: OpenSSL's own limits
    /// are in force, and what may be sent to whom does not depend on them.
    private static let harmless: Set<String> = [
        "allowcleartextpasswords", "allownativepasswords", "allowoldpasswords", "allowfallbacktoplaintext",
        "passwordcharacterencoding", "defaultauthenticationplugin", "authenticationplugins",
        "disabledauthenticationplugins", "authplugin", "authpluginname", "restrictedauth", "tlsversion",
        "tlsversions", "enabledtlsprotocols", "enabledsslprotocolsuites", "tlsciphersuites", "sslcipher",
        "enabledsslciphersuites", "sslciphersuites", "tlsciphers", "requiredefaultauth",
    ]

    private static func requireDroppable(_ pair: MySQLPair) throws(TargetError) {
        func mistake(_ advice: String) -> TargetError {
            TargetError(
                .parameter, at: pair.index, pair.isNameable ? advice : "not a parameter that can be dropped")
        }
        let shown = DroppedKeys.shown(pair.key)
        if let meant = NearestWord.of(
            pair.key, among: ["database", "password", "username", "ssl_mode", "ssl_ca"])
        {
            throw mistake("no `\(shown)` is known; did you mean `\(meant)`?")
        }
        if (MySQLService.settings + Setting.passwords).contains(where: { $0.key == pair.key }) {
            throw mistake("`\(shown)` is a setting of waitfor's own: --set NAME.\(shown)=VALUE")
        }
        guard DriverParameters.isProtected(pair.key), !harmless.contains(pair.plainKey) else { return }
        throw mistake("`\(shown)` is not known, and cannot be dropped: it may say whom to trust")
    }
}
