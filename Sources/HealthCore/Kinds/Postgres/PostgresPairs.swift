/// A parameter as it was written.
struct PostgresPair {
    var key: String
    var value: [UInt8]
    var index: Int
    /// False after a `password=`: what looks like a key may be the rest of an unquoted password.
    var isNameable = true
}

/// What parameters say together, in libpq's words.
struct PostgresPairs {
    private(set) var ours: [String: PostgresPair] = [:]
    private(set) var parameters: [PostgresService.Parameter] = []
    private(set) var notes: [String] = []
    private(set) var warnings: [String] = []
    private var modes: [String] = []
    private var isVerified = false
    private var dropped = DroppedKeys()

    init(_ pairs: [PostgresPair], _ context: ReadingContext) throws(TargetError) {
        let isJava =
            context.isJava && !pairs.contains { DriverParameters.trustsAnybody($0.key, $0.value) }
        for pair in pairs {
            let text = String(decoding: pair.value, as: UTF8.self)
            switch DriverParameters.meaning(of: pair.key, text, isJava: isJava) {
            case nil: try take(pair, context)
            case .dropped: dropped.add(pair.key, isNameable: pair.isNameable)
            case .verified: isVerified = true
            case .refused(let advice): throw TargetError(.parameter, at: pair.index, advice)
            case .parameter(let key, let value):
                // A key of libpq's own says more than a driver's word for it.
                guard !pairs.contains(where: { $0.key == key && key != "sslmode" }) else { continue }
                var renamed = pair
                (renamed.key, renamed.value) = (key, Array(value.utf8))
                try take(renamed, context)
            }
        }
        settleMode()
        if ours["connect_timeout"] != nil {
            notes.append("connect_timeout is not used: --attempt-timeout bounds the whole attempt")
        }
        if let warning = dropped.warning { warnings.append(warning) }
    }

    private mutating func take(_ pair: PostgresPair, _ context: ReadingContext) throws(TargetError) {
        try LibPQParameters.check(pair.key, pair.value, at: pair.index)
        switch LibPQParameters.handling(of: pair.key, pair.value, by: context.libPQVersion) {
        case .ours: ours[pair.key] = pair
        case .idle(let note): notes.append(note)
        case .dropped: dropped.add(pair.key, isNameable: pair.isNameable)
        case .passed("sslmode", let value): modes.append(String(decoding: value, as: UTF8.self))
        case .passed(let key, let value): parameters.append(.init(key: key, value: Secret(value)))
        case .refused(let advice):
            let isTold = pair.isNameable || LibPQParameters.known(to: .max).contains(pair.key)
            throw TargetError(
                .parameter, at: pair.index,
                isTold ? advice : "libpq knows no such parameter; quote a password that has blanks")
        }
    }

    /// Of several modes the strongest counts: nothing that somebody wrote is weakened.
    private mutating func settleMode() {
        func strength(_ mode: String) -> Int { DriverParameters.modes.firstIndex(of: mode) ?? -1 }
        var mode = modes.max { strength($0) < strength($1) }
        if isVerified, let asked = mode, strength(asked) >= strength("require") { mode = "verify-full" }
        if parameters.contains(where: { $0.key == "sslrootcert" && $0.value == Secret("system".utf8) }) {
            mode = "verify-full"
        }
        if let mode { parameters.append(.init(key: "sslmode", value: Secret(mode.utf8))) }
    }
}

extension PostgresPair {
    /// A list of hosts, some with a port behind a colon, as two lists; nil where no host has one.
    var withoutPorts: (hosts: PostgresPair, ports: PostgresPair)? {
        var (hosts, ports): ([ArraySlice<UInt8>], [ArraySlice<UInt8>]) = ([], [])
        for host in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let isPlace = host.first.map { $0 == ASCII.slash || $0 == UInt8(ascii: "@") } ?? true
            guard !isPlace, !IPLiteral.isAddress(String(decoding: host, as: UTF8.self)),
                let parts = try? HostText.split(host)
            else {
                (hosts, ports) = (hosts + [host], ports + [[]])
                continue
            }
            (hosts, ports) = (hosts + [parts.host], ports + [parts.port ?? []])
        }
        guard ports.contains(where: { !$0.isEmpty }) else { return nil }
        func list(_ key: String, _ items: [ArraySlice<UInt8>]) -> PostgresPair {
            PostgresPair(key: key, value: Array(items.joined(separator: [UInt8(ascii: ",")])), index: index)
        }
        return (list("host", hosts), list("port", ports))
    }
}
