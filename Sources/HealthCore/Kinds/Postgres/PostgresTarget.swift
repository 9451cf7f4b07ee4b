/// Reads PostgreSQL targets: URIs and conninfo strings as libpq reads them (L-33), and
/// who to log in as from the environment.
struct PostgresTarget {
    var service: PostgresService
    var notes: [String] = []

    struct Pair {
        var key: String
        var value: [UInt8]
        var index: Int
        /// False after a `password=`: what looks like a key may be the rest of an unquoted password.
        var isNameable = true
    }

    /// `host:5432`: nothing named but the place.
    init(host: String, port: UInt16, _ context: ReadingContext) {
        let place = PostgresService.Place(host: host, port: port, address: nil)
        service = Self.service(at: [place], user: nil, database: nil, context)
        service.parameters = LibPQParameters.defaultFiles(besides: [], context)
    }

    /// What follows `postgres:` in a URI.
    init(uri text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        let (pairs, placeOfHost) = try Self.pairs(uri: text)
        try self.init(pairs, placeOfHost: placeOfHost, context)
    }

    private static func pairs(
        uri text: ArraySlice<UInt8>
    ) throws(TargetError) -> (pairs: [Pair], placeOfHost: Int) {
        let parts = try URIParts(text)
        var pairs: [Pair] = []
        func append(
            _ key: String, _ value: ArraySlice<UInt8>?, _ part: TargetError.Part
        ) throws(TargetError) {
            guard let value, !value.isEmpty else { return }
            pairs.append(Pair(key: key, value: try URIParts.decoded(value, part), index: value.startIndex))
        }
        if let user = parts.user, user.isEmpty {
            throw TargetError(.user, at: user.startIndex, "empty: is a variable unset?")
        }
        try append("user", parts.user, .user)
        try append("password", parts.password, .password)
        let places = try parts.authority.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { place throws(TargetError) in try HostText.split(place) }
        if places.count == 1 {
            try append("host", places[0].host, .host)
            try append("port", places[0].port, .port)
        } else {
            // As libpq has them: two lists, in which an empty port is the usual one.
            let hosts = try places.map { place throws(TargetError) in
                try URIParts.decoded(place.host, .host)
            }
            .joined(separator: [UInt8(ascii: ",")])
            let ports = try places.map { place throws(TargetError) in
                try URIParts.decoded(place.port ?? [], .port)
            }.joined(separator: [UInt8(ascii: ",")])
            pairs.append(Pair(key: "host", value: Array(hosts), index: parts.authority.startIndex))
            pairs.append(Pair(key: "port", value: Array(ports), index: parts.authority.startIndex))
        }
        try append("dbname", parts.path.dropFirst(), .path)
        var seen: Set<String> = []
        for (key, value) in parts.query {
            let name = String(decoding: try URIParts.decoded(key, .parameter), as: UTF8.self)
            guard seen.insert(name).inserted else {
                throw TargetError(.parameter, at: key.startIndex, "given twice")
            }
            // A later pair wins over the authority, as in libpq.
            pairs.removeAll { $0.key == name }
            pairs.append(
                Pair(
                    key: name, value: try URIParts.decoded(value, .parameter), index: key.startIndex,
                    isNameable: !seen.contains("password")))
        }
        return (pairs, parts.authority.startIndex)
    }

    /// What follows `pg:`, libpq's `key=value …`.
    init(conninfo text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        var pairs: [Pair] = []
        var rest = text
        func skipSpaces() { rest = rest.drop(while: ASCII.isSpace) }
        skipSpaces()
        while let start = rest.indices.first {
            let key = rest.prefix { $0 != UInt8(ascii: "=") && !ASCII.isSpace($0) }
            rest = rest.dropFirst(key.count)
            skipSpaces()
            guard rest.first == UInt8(ascii: "="), !key.isEmpty else {
                throw TargetError(
                    .parameter, at: start, "`=` is missing; quote a value that has spaces: 'a b'")
            }
            rest = rest.dropFirst()
            skipSpaces()
            let value = try Self.takeValue(&rest)
            let name = String(decoding: key, as: UTF8.self)
            guard !pairs.contains(where: { $0.key == name }) else {
                throw TargetError(.parameter, at: start, "given twice")
            }
            let isNameable = !pairs.contains { $0.key == "password" }
            pairs.append(Pair(key: name, value: value, index: start, isNameable: isNameable))
            skipSpaces()
        }
        try self.init(try Self.expanded(pairs), placeOfHost: text.endIndex, context)
    }

    /// A URI as `dbname` stands for what it says, as `PQconnectdbParams` has it: what follows it wins over it, and it
    /// over what it follows.
    private static func expanded(_ pairs: [Pair]) throws(TargetError) -> [Pair] {
        guard let place = pairs.firstIndex(where: { $0.key == "dbname" }) else { return pairs }
        let name = pairs[place]
        let schemes = ["postgres:", "postgresql:"].map { Array($0.utf8) }
        guard let scheme = schemes.first(where: { name.value.starts(with: $0 + Array("//".utf8)) }) else {
            return pairs
        }
        var said: [Pair]
        do {
            said = try Self.pairs(uri: name.value.dropFirst(scheme.count)).pairs
        } catch {
            throw TargetError(error.part, at: name.index, error.advice)
        }
        for index in said.indices { said[index].index = name.index }
        return pairs[..<place] + said + pairs[(place + 1)...]
    }

    /// A bare or a quoted value; a backslash takes the next byte as it is.
    private static func takeValue(_ rest: inout ArraySlice<UInt8>) throws(TargetError) -> [UInt8] {
        let start = rest.startIndex
        let quoted = rest.first == UInt8(ascii: "'")
        if quoted { rest = rest.dropFirst() }
        var value: [UInt8] = []
        while let byte = rest.first {
            if quoted ? byte == UInt8(ascii: "'") : ASCII.isSpace(byte) {
                if quoted { rest = rest.dropFirst() }
                return value
            }
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\\") {
                if let next = rest.popFirst() { value.append(next) }
            } else {
                value.append(byte)
            }
        }
        if quoted { throw TargetError(.parameter, at: start, "a quote that does not end") }
        return value
    }

    private init(_ pairs: [Pair], placeOfHost: Int, _ context: ReadingContext) throws(TargetError) {
        var values: [String: Pair] = [:]
        var notes: [String] = []
        var parameters: [PostgresService.Parameter] = []
        for pair in pairs {
            try LibPQParameters.check(pair.key, pair.value, at: pair.index)
            if pair.key == "password", pair.value.isEmpty {
                throw TargetError(.password, at: pair.index, "empty: is a variable unset?")
            }
            switch LibPQParameters.handling(of: pair.key, pair.value, by: context.libPQVersion) {
            case .ours: values[pair.key] = pair.value.isEmpty ? nil : pair
            case .dropped(let note): notes.append(note)
            case .passed(let key, let value): parameters.append(.init(key: key, value: Secret(value)))
            case .refused(let advice): throw TargetError(.parameter, at: pair.index, advice)
            case nil:
                let shown = pair.isNameable ? "`\(PrintableText.word(pair.key.utf8))`" : "such parameter"
                throw TargetError(
                    .parameter, at: pair.index,
                    "libpq knows no \(shown); waitfor's own settings are --set NAME.key=value")
            }
        }
        if parameters.contains(where: { $0.key == "sslrootcert" && $0.value == Secret("system".utf8) }) {
            parameters.removeAll { $0.key == "sslmode" }
            parameters.append(.init(key: "sslmode", value: Secret("verify-full".utf8)))
        }
        if let service = values["service"] {
            throw TargetError(.parameter, at: service.index, "`service` is not supported: write the host")
        }
        if values["connect_timeout"] != nil {
            notes.append("connect_timeout is not used: --attempt-timeout bounds the whole attempt")
        }
        func text(_ key: String) -> String? {
            values[key].map { String(decoding: $0.value, as: UTF8.self) }
        }
        let places = try Self.places(
            host: values["host"]?.value, port: values["port"],
            hostIndex: pairs.last { $0.key == "host" }?.index ?? placeOfHost,
            address: values["hostaddr"])
        service = Self.service(at: places, user: text("user"), database: text("dbname"), context)
        // Who writes `dbname=` means the user's name, whatever PGDATABASE says.
        if let name = pairs.last(where: { $0.key == "dbname" }), name.value.isEmpty {
            (service.database, service.databaseOrigin) = (service.user, service.userOrigin)
        }
        service.parameters = parameters + LibPQParameters.defaultFiles(besides: parameters, context)
        if let password = values["password"] {
            service.password = .given(Secret(password.value))
        } else if let path = text("passfile") {
            service.password = .passFile(path: path)
        }
        self.notes = notes
    }

    /// Never the OS user (L-8): a container's UID has no name, and `root` is no role.
    private static func service(
        at places: [PostgresService.Place], user: String?, database: String?, _ context: ReadingContext
    ) -> PostgresService {
        let (user, userOrigin) = named(user, "PGUSER", "POSTGRES_USER", context)
        let (database, databaseOrigin) = named(database, "PGDATABASE", "POSTGRES_DB", context)
        return PostgresService(
            user: user, userOrigin: userOrigin, database: database, databaseOrigin: databaseOrigin,
            places: places)
    }

    private static func named(
        _ own: String?, _ libpqVariable: String, _ imageVariable: String, _ context: ReadingContext
    ) -> (String, PostgresService.Origin) {
        if let own { return (own, .target) }
        if let value = context.meaningful(libpqVariable) { return (value, .libpqVariable) }
        if let value = context.meaningful(imageVariable) { return (value, .imageVariable) }
        return ("postgres", .ours)
    }
}
