/// Parameters that drivers put into the address of a Redis server.
enum RedisParameters {
    /// Whether a parameter has the name of the master that a Sentinel is asked for.
    static func namesMaster(_ key: ArraySlice<UInt8>) -> Bool {
        ["master", "mastername", "masterset", "servicename"].contains(plain(key)) || asksSentinel(key)
    }

    /// Whether a parameter makes the servers of `redis://` Sentinels.
    static func asksSentinel(_ key: ArraySlice<UInt8>) -> Bool {
        ["sentinelmasterid", "sentinelmaster", "redissentinel", "sentinelservice"].contains(plain(key))
    }

    /// Whether what follows `tcp:` or `tls:` has a parameter of Predis's: a bare port has none.
    static func isOfPredis(_ rest: ArraySlice<UInt8>) -> Bool {
        guard let question = rest.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return rest[(question + 1)...].split(separator: UInt8(ascii: "&")).contains { pair in
            ["password", "auth", "username", "database", "db", "alias"].contains(
                plain(pair.prefix { $0 != UInt8(ascii: "=") }))
        }
    }

    /// Takes all parameters; what no probe can act on is dropped with a warning.
    static func take(
        _ query: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)], into target: inout RedisTarget,
        pathHasDatabase: Bool, _ context: ReadingContext
    ) throws(TargetError) {
        var (dropped, ofTLS) = (DroppedKeys(), DroppedKeys())
        // What is said about TLS may stand before the switch that turns it on, which an address has that is no rediss://.
        var tls = target.tls ?? TLSSettings()
        for (place, (key, value)) in query.enumerated() {
            let name = String(decoding: try URIParts.decoded(key, .parameter), as: UTF8.self)
            let isNameable = !query[..<place].contains {
                ["password", "auth", "pass"].contains(plain($0.key))
            }
            var isKnown = try take(key, value, into: &target, pathHasDatabase: pathHasDatabase, context)
            if !isKnown, try take(key, value, into: &tls) {
                isKnown = true
                ofTLS.add(name, isNameable: isNameable)
            }
            let isSecond = query[..<place].contains { $0.key == key && $0.value != value }
            if isKnown, isSecond { throw TargetError(.parameter, at: key.startIndex, "given twice") }
            guard !isKnown else { continue }
            try requireDroppable(name, value.text, at: key.startIndex, isNameable: isNameable)
            dropped.add(name, isNameable: isNameable)
        }
        if target.tls != nil { target.tls = tls }
        if let warning = dropped.warning { target.warnings.append(warning) }
        if target.tls == nil, let names = ofTLS.names {
            target.warnings.append(
                "without TLS these parameters mean nothing: \(names); with TLS it is rediss://")
        }
    }

    private static func requireDroppable(
        _ name: String, _ value: String, at index: Int, isNameable: Bool
    ) throws(TargetError) {
        func mistake(_ advice: String) -> TargetError {
            TargetError(.parameter, at: index, isNameable ? advice : "not a parameter that can be dropped")
        }
        if let meant = NearestWord.of(name, among: ["database", "password", "username"]) {
            throw mistake("a Redis URI has no `\(DroppedKeys.shown(name))`; did you mean `\(meant)`?")
        }
        // A switch is a driver's: none of these settings is one.
        let isOwn = (RedisService.settings + Setting.passwords).contains { $0.key == name }
        if isOwn, Flag.parse(value) == nil {
            throw mistake("`\(name)` is a setting of waitfor's own: --set NAME.\(name)=VALUE")
        }
        // OpenSSL's own limits are in force.
        if ["sslprotocols", "sslminversion"].contains(plain(Array(name.utf8)[...])) { return }
        if DriverParameters.isProtected(name) {
            throw mistake(
                "`\(DroppedKeys.shown(name))` is not known, and cannot be dropped: it may say whom to trust")
        }
    }

    /// Whether a parameter is one of those that mean something here.
    private static func take(
        _ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, into target: inout RedisTarget,
        pathHasDatabase: Bool, _ context: ReadingContext
    ) throws(TargetError) -> Bool {
        let name = plain(key)
        let isPassword = ["password", "auth", "pass"].contains(name)
        let text = String(
            decoding: try URIParts.decoded(value, isPassword ? .password : .parameter), as: UTF8.self)
        switch name {
        case "db", "database", "dbindex":
            let number = try RedisTarget.database(value)
            guard !pathHasDatabase || number == target.service.database else {
                throw TargetError(.database, at: key.startIndex, "given in the path as well")
            }
            target.service.database = number
        case _ where isPassword:
            guard !text.isEmpty else {
                target.warnings.append(try URIParts.warning(ofEmptyPassword: value.startIndex, context))
                return true
            }
            let password = PasswordSource.given(Secret(text.utf8))
            guard target.service.password == .none || target.service.password == password else {
                throw TargetError(.password, at: key.startIndex, "given before the host as well")
            }
            target.service.password = password
        case "username", "user": if !text.isEmpty { target.service.user = text }
        case "ssl", "tls", "usessl", "usetls":
            // TLS that the scheme asks for is not taken back.
            if Flag.parse(text) ?? text.isEmpty, target.tls == nil { target.tls = TLSSettings() }
        case _ where namesMaster(key): break
        default: return false
        }
        return true
    }

    /// Whether a parameter is one of those that say how TLS is spoken.
    private static func take(
        _ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>, into tls: inout TLSSettings
    ) throws(TargetError) -> Bool {
        let text = String(decoding: try URIParts.decoded(value, .parameter), as: UTF8.self)
        let word = text.lowercased()
        switch plain(key) {
        case "sslcertreqs":
            let levels = ["none": true, "optional": false, "required": false]
            let level = word.split(separator: "_").last.map(String.init) ?? word
            guard let isInsecure = levels[level] else {
                throw TargetError(
                    .parameter, at: key.startIndex, "ssl_cert_reqs is none, optional or required")
            }
            if isInsecure { tls.isInsecure = true }
        case "verifypeer", "sslverifypeer", "sslverify", "tlsverify", "sslparamsverifymode", "verifymode",
            "rejectunauthorized", "sslrejectunauthorized", "tlsrejectunauthorized":
            switch word {
            case "none", "false", "0", "no", "off": tls.isInsecure = true
            case "ca": tls.verifiesName = false
            case "full", "true", "1", "yes", "on", "peer": break
            default:
                throw TargetError(.parameter, at: key.startIndex, "one of none, ca and full, or a switch")
            }
        case "skipverify", "insecureskipverify", "tlsskipverify", "tlsinsecure", "sslinsecure", "insecure":
            if Flag.parse(text) == true { tls.isInsecure = true }
        case "sslcheckhostname", "verifypeername", "sslverifypeername":
            if Flag.parse(text) == false { tls.verifiesName = false }
        case "sslcacerts", "sslcafile", "tlsca", "tlscacert": tls.authorityFile = text
        case "sslcertfile", "tlscert": tls.certificateFile = text
        case "sslkeyfile", "tlskey": tls.keyFile = text
        case "sslhost", "tlsservername": tls.serverName = text
        default: return false
        }
        return true
    }

    /// A key in lower case, without `_`, `-` and brackets, in which drivers differ: `ssl[verify_peer]` is `sslverifypeer`.
    private static func plain(_ key: ArraySlice<UInt8>) -> String {
        String(decoding: key.filter { !"_-[].".utf8.contains($0) }.map(ASCII.lowercased), as: UTF8.self)
    }
}
