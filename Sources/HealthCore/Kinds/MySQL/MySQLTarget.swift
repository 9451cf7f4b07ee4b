/// Reads targets of MySQL and MariaDB as their drivers write them; user and database also from the images' variables.
struct MySQLTarget {
    var endpoint: Endpoint
    var service: MySQLService
    var warnings: [String] = []
    let context: ReadingContext

    /// A target without a user and a database of its own, such as a bare `host:3306`.
    init(at endpoint: Endpoint, _ context: ReadingContext) {
        func variable(_ name: String) -> String? {
            context.meaningful("MYSQL_\(name)") ?? context.meaningful("MARIADB_\(name)")
        }
        (self.endpoint, self.context) = (endpoint, context)
        let user = variable("USER")
        service = MySQLService(user: user ?? "root", userOrigin: user == nil ? .ours : .imageVariable)
        service.database = variable("DATABASE")
        if service.database != nil { service.databaseOrigin = .imageVariable }
    }

    /// Reads a URI after `mysql:`; that of a socket has its path where others have the database.
    init(uri text: ArraySlice<UInt8>, isSocket: Bool, _ context: ReadingContext) throws(TargetError) {
        self.init(at: .network(host: "", port: 3306), context)
        var parts = try URIParts(text)
        if let user = parts.user {
            try takeUser(user, parts.password, decoding: URIParts.decoded)
        }
        if isSocket {
            guard parts.authority.isEmpty else {
                throw TargetError(
                    .host, at: parts.authority.startIndex, "a socket has no host: mysql+unix:///path")
            }
            endpoint = .unixSocket(path: try PathText.socket(parts.path))
            try MySQLParameters.take(try Self.pairs(parts.query), into: &self)
            return
        }
        let place = Self.takeGoAddress(&parts)
        try takeDatabase(parts.path)
        try take(parts, at: place ?? parts.authority, isSocket: place != nil && parts.authority.isEmpty)
    }

    /// Takes what stands at a place, and the parameters.
    mutating func take(
        _ parts: URIParts, at place: ArraySlice<UInt8>, isSocket: Bool
    ) throws(TargetError) {
        let pairs = try Self.pairs(parts.query)
        if isSocket {
            endpoint = .unixSocket(path: try PathText.socket(place))
        } else {
            try takeHosts(place, orSocketIn: pairs)
        }
        try MySQLParameters.take(pairs, into: &self)
    }

    /// Reads PDO's `host=db;port=3306;dbname=app`.
    init(pdo text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        var pairs: [MySQLPair] = []
        for item in text.split(separator: UInt8(ascii: ";")).map(\.trimmed) where !item.isEmpty {
            let key = item.prefix { $0 != UInt8(ascii: "=") }
            guard !key.isEmpty, key.endIndex < item.endIndex else {
                throw TargetError(.parameter, at: item.startIndex, "not of the form key=value")
            }
            let isNameable = !pairs.contains { $0.isPassword }
            pairs.append(
                MySQLPair(
                    key: key.trimmed.text, value: Array(item[key.endIndex...].dropFirst()),
                    index: key.startIndex,
                    isNameable: isNameable))
        }
        try self.init(pairs, at: text.startIndex, context)
    }

    /// Takes pairs of PDO or of .NET's drivers, of which one names the host or a socket.
    init(_ pairs: [MySQLPair], at start: Int, _ context: ReadingContext) throws(TargetError) {
        self.init(at: .network(host: "", port: 3306), context)
        let hostKeys = ["host", "server", "datasource"]
        func value(_ keys: [String]) -> (ArraySlice<UInt8>, Int)? {
            pairs.last { keys.contains($0.plainKey) }.map { ($0.value[...], $0.index) }
        }
        if let (host, index) = value(hostKeys) {
            let port = try value(["port"]).map { port throws(TargetError) in
                try Self.moved(port.1) { () throws(TargetError) in try HostText.port(port.0) }
            }
            endpoint = .network(
                host: try Self.moved(index) { () throws(TargetError) in try HostText.host(host) },
                port: port ?? 3306)
        } else if !pairs.contains(where: \.isSocket) {
            throw TargetError(.host, at: start, "\(HostText.emptyHost), or unix_socket=/PATH")
        }
        let others = pairs.filter { !(hostKeys + ["port"]).contains($0.plainKey) }
        try MySQLParameters.take(others, into: &self)
    }

    /// A mistake in a value, at the place of its pair.
    private static func moved<Value>(_ index: Int, _ read: () throws(TargetError) -> Value)
        throws(TargetError)
        -> Value
    {
        do throws(TargetError) { return try read() } catch {
            throw TargetError(error.part, at: index, error.advice)
        }
    }

    private static func pairs(
        _ query: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]
    ) throws(TargetError) -> [MySQLPair] {
        var pairs: [MySQLPair] = []
        for (key, value) in query {
            let isNameable = !pairs.contains { $0.isPassword }
            pairs.append(
                MySQLPair(
                    key: String(decoding: try URIParts.decoded(key, .parameter), as: UTF8.self),
                    value: try URIParts.decoded(value, .parameter), index: key.startIndex,
                    isNameable: isNameable))
        }
        return pairs
    }

    mutating func takeUser(
        _ user: ArraySlice<UInt8>, _ password: ArraySlice<UInt8>?,
        decoding decode: (ArraySlice<UInt8>, TargetError.Part) throws(TargetError) -> [UInt8]
    ) throws(TargetError) {
        guard !user.isEmpty else {
            throw TargetError(.user, at: user.startIndex, "empty: is a variable unset?")
        }
        service.user = String(decoding: try decode(user, .user), as: UTF8.self)
        service.userOrigin = .target
        guard let password else { return }
        if password.isEmpty {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
            service.hasEmptyPassword = true
        } else {
            service.password = .given(Secret(try decode(password, .password)))
        }
    }

    mutating func takeDatabase(_ path: ArraySlice<UInt8>) throws(TargetError) {
        try URIParts.requireNoParameters(in: path)
        let name = try URIParts.decoded(path.dropFirst(), .path)
        guard !name.isEmpty else { return }
        service.database = String(decoding: name, as: UTF8.self)
        service.databaseOrigin = .target
    }

    /// A list of hosts, of which the first that can be reached is asked.
    private mutating func takeHosts(
        _ authority: ArraySlice<UInt8>, orSocketIn pairs: [MySQLPair]
    ) throws(TargetError) {
        if authority.isEmpty, pairs.contains(where: \.isSocket) { return }
        var places: [Endpoint] = []
        for text in authority.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let (host, port) = try HostText.split(text)
            let decoded = try URIParts.decoded(host, .host)
            if decoded.first == ASCII.slash {
                places.append(.unixSocket(path: try PathText.socket(decoded[...])))
                continue
            }
            // An empty port is the usual one, as for mysql's own shell.
            let number = try port.flatMap { port throws(TargetError) in
                port.isEmpty ? nil : try HostText.port(port)
            }
            places.append(.network(host: try HostText.host(host), port: number ?? 3306))
        }
        guard let first = places.first else {
            throw TargetError(.host, at: authority.startIndex, HostText.emptyHost)
        }
        endpoint = first
        service.alternatives = Array(places.dropFirst())
    }

    /// Takes Go's `tcp(db:3306)` or `unix(/run/x.sock)` out of a URI's parts, whose authority is empty behind a socket;
    /// nil where there is none.
    private static func takeGoAddress(_ parts: inout URIParts) -> ArraySlice<UInt8>? {
        let authority = parts.authority
        if authority.starts(with: "tcp(".utf8), authority.last == UInt8(ascii: ")") {
            return authority.dropFirst(4).dropLast()
        }
        guard authority.elementsEqual("unix(".utf8), let end = parts.path.firstIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let path = parts.path
        (parts.authority, parts.path) = ([], path[(end + 1)...])
        return path[..<end]
    }
}
