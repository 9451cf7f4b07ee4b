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
        let (text, goSocket) = Self.withoutGoAddress(text)
        let parts = try URIParts(text)
        try takeUserinfo(parts)
        var pairs = try Self.pairs(parts.query)
        if isSocket {
            guard parts.authority.isEmpty else {
                throw TargetError(
                    .host, at: parts.authority.startIndex, "a socket has no host: mysql+unix:///path")
            }
            endpoint = .unixSocket(path: try PathText.socket(parts.path))
        } else {
            try takeDatabase(parts.path)
            if let goSocket {
                pairs.append(MySQLPair(key: "socket", value: Array(goSocket), index: goSocket.startIndex))
            }
            try takeHosts(parts.authority, orSocketIn: pairs)
        }
        try MySQLParameters.take(pairs, into: &self)
    }

    /// Reads PDO's `host=db;port=3306;dbname=app`.
    init(pdo text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        self.init(at: .network(host: "", port: 3306), context)
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
        func value(_ key: String) -> (ArraySlice<UInt8>, Int)? {
            pairs.last { $0.plainKey == key }.map { ($0.value[...], $0.index) }
        }
        if let (host, index) = value("host") {
            let port = try value("port").map { port throws(TargetError) in
                try Self.moved(port.1) { () throws(TargetError) in try HostText.port(port.0) }
            }
            endpoint = .network(
                host: try Self.moved(index) { () throws(TargetError) in try HostText.host(host) },
                port: port ?? 3306)
        } else if !pairs.contains(where: \.isSocket) {
            throw TargetError(.host, at: text.startIndex, "\(HostText.emptyHost), or unix_socket=/PATH")
        }
        pairs.removeAll { $0.plainKey == "host" || $0.plainKey == "port" }
        try MySQLParameters.take(pairs, into: &self)
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

    private mutating func takeUserinfo(_ parts: URIParts) throws(TargetError) {
        guard let user = parts.user else { return }
        guard !user.isEmpty else {
            throw TargetError(.user, at: user.startIndex, "empty: is a variable unset?")
        }
        service.user = String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
        service.userOrigin = .target
        guard let password = parts.password else { return }
        if password.isEmpty {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
            service.hasEmptyPassword = true
        } else {
            service.password = .given(Secret(try URIParts.decoded(password, .password)))
        }
    }

    private mutating func takeDatabase(_ path: ArraySlice<UInt8>) throws(TargetError) {
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

    /// Go's address, `user:password@tcp(db:3306)/app`, as a URI has it; the path of `unix(…)` apart.
    private static func withoutGoAddress(
        _ text: ArraySlice<UInt8>
    ) -> (text: ArraySlice<UInt8>, socket: ArraySlice<UInt8>?) {
        for word in ["tcp(", "unix("] {
            let start = text.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? text.startIndex + 2
            guard start < text.endIndex, text[start...].starts(with: word.utf8),
                let end = text[start...].firstIndex(of: UInt8(ascii: ")"))
            else { continue }
            let place = text[(start + word.utf8.count)..<end]
            let isSocket = word == "unix("
            let host: ArraySlice<UInt8> = isSocket ? [] : place
            return (Array(text[..<start] + host + text[(end + 1)...])[...], isSocket ? place : nil)
        }
        return (text, nil)
    }
}
