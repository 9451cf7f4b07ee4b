/// Reads PostgreSQL targets: URIs and conninfo strings like libpq (L-33), user and database also from the environment.
struct PostgresTarget {
    var service: PostgresService
    var notes: [String] = []
    var warnings: [String] = []

    /// A bare `host:5432`.
    init(host: String, port: UInt16, _ context: ReadingContext) {
        let place = PostgresService.Place(host: host, port: port, address: nil)
        service = Self.service(at: [place], user: nil, database: nil, context)
        service.parameters = LibPQParameters.defaultFiles(besides: [], context)
    }

    /// Reads a URI after `postgres:`.
    init(uri text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        let (pairs, placeOfHost) = try Self.pairs(uri: text)
        try self.init(pairs, placeOfHost: placeOfHost, context)
    }

    private static func pairs(
        uri text: ArraySlice<UInt8>
    ) throws(TargetError) -> (pairs: [PostgresPair], placeOfHost: Int) {
        let parts = try URIParts(text)
        var pairs: [PostgresPair] = []
        func append(
            _ key: String, _ value: ArraySlice<UInt8>?, _ part: TargetError.Part
        ) throws(TargetError) {
            guard let value, !value.isEmpty else { return }
            pairs.append(
                PostgresPair(key: key, value: try URIParts.decoded(value, part), index: value.startIndex))
        }
        if let user = parts.user, user.isEmpty {
            throw TargetError(.user, at: user.startIndex, "empty: is a variable unset?")
        }
        try append("user", parts.user, .user)
        if let password = parts.password {
            pairs.append(
                PostgresPair(
                    key: "password", value: try URIParts.decoded(password, .password),
                    index: password.startIndex))
        }
        let places = try parts.authority.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { place throws(TargetError) in try HostText.split(place) }
        if places.count == 1 {
            let host = places[0].host
            if !host.isEmpty {
                pairs.append(PostgresPair(key: "host", value: try Self.host(host), index: host.startIndex))
            }
            try append("port", places[0].port, .port)
        } else {
            // Like libpq: two lists, in which an empty port is 5432.
            let hosts = try places.map { place throws(TargetError) in try Self.host(place.host) }
                .joined(separator: [UInt8(ascii: ",")])
            let ports = try places.map { place throws(TargetError) in
                try URIParts.decoded(place.port ?? [], .port)
            }.joined(separator: [UInt8(ascii: ",")])
            pairs.append(PostgresPair(key: "host", value: Array(hosts), index: parts.authority.startIndex))
            pairs.append(PostgresPair(key: "port", value: Array(ports), index: parts.authority.startIndex))
        }
        try URIParts.requireNoParameters(in: parts.path)
        try append("dbname", parts.path.dropFirst(), .path)
        var seen: [String] = []
        for (key, value) in parts.query {
            var name = String(decoding: try URIParts.decoded(key, .parameter), as: UTF8.self)
            var bytes = try URIParts.decoded(value, .parameter)
            if let directory = DriverParameters.socketDirectory(name, bytes) {
                (name, bytes) = ("host", directory)
            }
            if seen.contains(name) {
                let first = pairs.first { $0.key == name }?.value ?? []
                // Scripts add a parameter that is there already.
                guard bytes != first else { continue }
                // SQLAlchemy writes several hosts so.
                guard name == "host" else {
                    if LibPQParameters.known(to: .max).contains(name) {
                        throw TargetError(.parameter, at: key.startIndex, "given twice")
                    }
                    continue
                }
                bytes = first + [UInt8(ascii: ",")] + bytes
            }
            // A later pair wins over the authority, as in libpq.
            pairs.removeAll { $0.key == name }
            pairs.append(
                PostgresPair(
                    key: name, value: bytes, index: key.startIndex, isNameable: !seen.contains("password")))
            seen.append(name)
        }
        return (pairs, parts.authority.startIndex)
    }

    /// A host of a URI, decoded; the `%` of a zone need not be encoded.
    private static func host(_ text: ArraySlice<UInt8>) throws(TargetError) -> [UInt8] {
        IPLiteral.zoned(String(decoding: text, as: UTF8.self)) == nil
            ? try URIParts.decoded(text, .host) : Array(text)
    }

    /// Reads a conninfo string after `pg:`: `key=value …`.
    init(conninfo text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        try self.init(try Self.expanded(try Self.pairs(conninfo: text)), placeOfHost: text.endIndex, context)
    }

    /// The pairs of Npgsql.
    init(npgsql pairs: [PostgresPair], _ context: ReadingContext) throws(TargetError) {
        try self.init(pairs, placeOfHost: pairs.first?.index ?? 0, context)
    }

    /// Whether a text without a scheme is pairs of libpq's, at least two, of which the first is surely one.
    static func isConninfo(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(where: ASCII.isSpace), let pairs = try? pairs(conninfo: text),
            let first = pairs.first, pairs.count > 1
        else {
            return false
        }
        return LibPQParameters.known(to: .max).contains(first.key)
    }

    private static func pairs(conninfo text: ArraySlice<UInt8>) throws(TargetError) -> [PostgresPair] {
        var pairs: [PostgresPair] = []
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
            guard
                !pairs.contains(where: { $0.key == name }) || !LibPQParameters.known(to: .max).contains(name)
            else { throw TargetError(.parameter, at: start, "given twice") }
            let isNameable = !pairs.contains { $0.key == "password" }
            pairs.append(PostgresPair(key: name, value: value, index: start, isNameable: isNameable))
            skipSpaces()
        }
        return pairs
    }

    /// Replaces a `dbname` that is a URI by the pairs of the URI, like `PQconnectdbParams`: a later pair overrides an
    /// earlier one.
    private static func expanded(_ pairs: [PostgresPair]) throws(TargetError) -> [PostgresPair] {
        guard let place = pairs.firstIndex(where: { $0.key == "dbname" }) else { return pairs }
        let name = pairs[place]
        let schemes = ["postgres:", "postgresql:"].map { Array($0.utf8) }
        guard let scheme = schemes.first(where: { name.value.starts(with: $0 + Array("//".utf8)) }) else {
            return pairs
        }
        var said: [PostgresPair]
        do {
            said = try Self.pairs(uri: name.value.dropFirst(scheme.count)).pairs
        } catch {
            throw TargetError(error.part, at: name.index, error.advice)
        }
        for index in said.indices { said[index].index = name.index }
        var expanded = pairs
        expanded.replaceSubrange(place...place, with: said)
        return expanded
    }

    /// Takes a bare or a quoted value; a backslash escapes the next byte.
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

    private init(_ pairs: [PostgresPair], placeOfHost: Int, _ context: ReadingContext) throws(TargetError) {
        let said = try PostgresPairs(pairs, context)
        (notes, warnings) = (said.notes, said.warnings)
        let values = said.ours.filter { !$0.value.value.isEmpty }
        if let service = values["service"] {
            throw TargetError(.parameter, at: service.index, "`service` is not supported: write the host")
        }
        func text(_ key: String) -> String? {
            values[key].map { String(decoding: $0.value, as: UTF8.self) }
        }
        let places = try Self.places(values, placeOfHost: said.ours["host"]?.index ?? placeOfHost, context)
        service = Self.service(at: places, user: text("user"), database: text("dbname"), context)
        // An empty `dbname=` means the user's name, and overrides PGDATABASE.
        if said.ours["dbname"]?.value.isEmpty == true {
            (service.database, service.databaseOrigin) = (service.user, service.userOrigin)
        }
        service.parameters =
            said.parameters + LibPQParameters.defaultFiles(besides: said.parameters, context)
        if let password = values["password"] {
            service.password = .given(Secret(password.value))
        } else if let empty = said.ours["password"] {
            service.hasEmptyPassword = true
            warnings.append(try URIParts.warning(ofEmptyPassword: empty.index, context))
        } else if let path = text("passfile") {
            service.password = .passFile(path: path)
        }
    }

    /// The service with its user and database. The OS user is no default (L-8): a container's UID has no name, and
    /// `root` is no role.
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
