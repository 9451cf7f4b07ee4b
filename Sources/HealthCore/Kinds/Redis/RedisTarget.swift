/// Reads Redis targets (R-15, R-17), and the forms that drivers write.
struct RedisTarget {
    /// The server or Sentinel to ask first; the others are in `service.alternatives`. One endpoint alone makes no array,
    /// whose type is dear.
    var endpoint: Endpoint
    var service = RedisService()
    var tls: TLSSettings?
    var warnings: [String] = []

    /// The transport that the scheme selects.
    enum Transport {
        case network, unixSocket
        /// A Sentinel; the path has the name of the master to ask for.
        case sentinel
    }

    /// A bare `host:6379`.
    init(endpoint: Endpoint) {
        self.endpoint = endpoint
    }

    /// What follows the scheme and its colon; `tls` where the scheme asks for TLS.
    init(
        uri text: ArraySlice<UInt8>, _ transport: Transport, tls: TLSSettings? = nil,
        _ context: ReadingContext
    ) throws(TargetError) {
        let (text, fragment) = Self.splitFragment(text)
        var parts = try URIParts(Self.joined(text))
        if parts.authority.isEmpty, !parts.query.isEmpty { Self.takeSymfonyHosts(&parts) }
        // Only with parameters: a plain address is to cost little.
        let asksSentinel =
            transport == .sentinel
            || (!parts.query.isEmpty && transport == .network
                && parts.query.contains { RedisParameters.asksSentinel($0.key) })
        var path = parts.path.dropFirst()
        self.tls = tls
        if transport == .unixSocket || (parts.authority.isEmpty && path.first.map(ASCII.isDigit) == false) {
            guard parts.authority.isEmpty else {
                throw TargetError(
                    .host, at: parts.authority.startIndex, "a socket has no host: redis+unix:///path")
            }
            endpoint = .unixSocket(path: try PathText.socket(parts.path))
            path = []
        } else {
            let usual: UInt16 = asksSentinel ? 26379 : 6379
            let first = parts.authority.prefix { $0 != UInt8(ascii: ",") }
            endpoint = try Self.place(first, usual)
            if first.count < parts.authority.count {
                service.alternatives = try Self.places(parts.authority.dropFirst(first.count + 1), usual)
            }
        }
        try takeUserinfo(parts, context)
        if asksSentinel { try takeMaster(&path, fragment, parts.query) }
        if !asksSentinel, let fragment, fragment.elementsEqual("insecure".utf8) {
            self.tls?.isInsecure = true
        }
        try URIParts.requireNoParameters(in: path)
        try takePath(path)
        if !parts.query.isEmpty {
            try RedisParameters.take(parts.query, into: &self, pathHasDatabase: !path.isEmpty, context)
        }
    }

    private static func place(_ text: ArraySlice<UInt8>, _ usual: UInt16) throws(TargetError) -> Endpoint {
        if text.first == ASCII.slash { return .unixSocket(path: try PathText.socket(text)) }
        let (host, port) = try HostText.split(text)
        return .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? usual)
    }

    private static func places(_ text: ArraySlice<UInt8>, _ usual: UInt16) throws(TargetError) -> [Endpoint] {
        try text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { text throws(TargetError) in try place(text, usual) }
    }

    /// The name of a Sentinel's master is in the path, the fragment or a parameter; what else is a number is a database.
    private mutating func takeMaster(
        _ path: inout ArraySlice<UInt8>, _ fragment: ArraySlice<UInt8>?,
        _ query: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)]
    ) throws(TargetError) {
        var name = fragment ?? query.first { RedisParameters.namesMaster($0.key) }?.value ?? []
        if name.isEmpty {
            name = path.prefix { $0 != ASCII.slash }
            // kombu's path is a database, and its master's name is somewhere else.
            if name.allSatisfy(ASCII.isDigit), !name.isEmpty {
                name = []
            } else {
                path = path.dropFirst(name.count + 1)
            }
        }
        service.sentinelMaster = String(decoding: try URIParts.decoded(name, .path), as: UTF8.self)
        service.role = .master
    }

    private mutating func takeUserinfo(_ parts: URIParts, _ context: ReadingContext) throws(TargetError) {
        guard let user = parts.user else { return }
        guard let password = parts.password else {
            throw TargetError(
                .user, at: user.startIndex,
                "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`")
        }
        guard !password.isEmpty else {
            warnings.append(try URIParts.warning(ofEmptyPassword: password.startIndex, context))
            return
        }
        service.user =
            user.isEmpty ? nil : String(decoding: try URIParts.decoded(user, .user), as: UTF8.self)
        service.password = .given(Secret(try URIParts.decoded(password, .password)))
    }

    /// A number is a database; any other word is the name of a queue or a stream, which no probe looks at.
    private mutating func takePath(_ path: ArraySlice<UInt8>) throws(TargetError) {
        let word = path.prefix { $0 != ASCII.slash }
        guard let first = word.first else { return }
        let isNumber = ASCII.isDigit(first) || first == UInt8(ascii: "-")
        if isNumber { service.database = try Self.database(word) }
        let rest = path.dropFirst(word.count).drop { $0 == ASCII.slash }
        if !isNumber || !rest.isEmpty { warnings.append("its path is no database, and is dropped") }
    }

    /// The number of a database.
    static func database(_ text: ArraySlice<UInt8>) throws(TargetError) -> Int {
        guard !text.isEmpty, text.allSatisfy(ASCII.isDigit),
            let number = Int32(String(decoding: text, as: UTF8.self), radix: 10)
        else { throw TargetError(.database, at: text.startIndex, "not a number from 0") }
        return Int(clamping: number)
    }

    /// What follows the last `#`, which no password is: that would have an `@` after it.
    private static func splitFragment(
        _ text: ArraySlice<UInt8>
    ) -> (text: ArraySlice<UInt8>, fragment: ArraySlice<UInt8>?) {
        guard let hash = text.lastIndex(of: UInt8(ascii: "#")), !text[hash...].contains(UInt8(ascii: "@"))
        else { return (text, nil) }
        return (text[..<hash], text[(hash + 1)...])
    }

    /// kombu's list of URIs, `sentinel://a/0;sentinel://b/0`, as one URI with a list of hosts; others put commas.
    private static func joined(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let separators = [UInt8(ascii: ";"), UInt8(ascii: ",")]
        guard let separator = separators.first(where: { text.contains($0) }) else { return text }
        let items = text.split(separator: separator)
        let isList = items.dropFirst().allSatisfy { $0.endOfFirst("://".utf8) != nil }
        guard items.count > 1, isList, let first = items.first else { return text }
        // The path of the last one counts; user and password are the first one's.
        let hosts = items.enumerated().map { place, item in
            let start = place == 0 ? item.startIndex : item.endOfFirst("://".utf8) ?? item.startIndex
            // The first item begins with the `//` of the whole text.
            let authority = item[start...].dropFirst(place == 0 ? 2 : 0)
            let end = place == items.count - 1 ? nil : authority.firstIndex(of: ASCII.slash)
            let address = item[start..<(end ?? item.endIndex)]
            let at = place == 0 ? nil : address.lastIndex(of: UInt8(ascii: "@"))
            return at.map { address[($0 + 1)...] } ?? address
        }
        return first.isEmpty ? text : Array(hosts.joined(separator: [UInt8(ascii: ",")]))[...]
    }
}
