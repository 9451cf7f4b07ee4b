/// The parts of `//[user[:password]@][host[:port]][/path][?key=value&…]`, still encoded.
///
/// This parser is stricter than libpq on purpose: libpq splits at the first `@`, so that the rest of an unescaped
/// password becomes a host, a path or a query.
struct URIParts {
    var user: ArraySlice<UInt8>?
    var password: ArraySlice<UInt8>?
    var authority: ArraySlice<UInt8>
    var path: ArraySlice<UInt8> = []
    /// Its pairs; a key alone has an empty value.
    var query: [(key: ArraySlice<UInt8>, value: ArraySlice<UInt8>)] = []

    /// The query as it was written; nil without a `?`.
    private(set) var queryText: ArraySlice<UInt8>?

    /// Takes what follows `scheme:`. In HTTP's path and query an `@` is a letter, the query need not be pairs, and a
    /// fragment is nobody's business but the browser's.
    init(_ whole: ArraySlice<UInt8>, isHTTP: Bool = false) throws(TargetError) {
        var text = whole
        if isHTTP, let end = whole.dropFirst(2).firstIndex(where: { "/?#".utf8.contains($0) }) {
            text = whole[..<(whole[end...].firstIndex(of: UInt8(ascii: "#")) ?? whole.endIndex)]
        }
        guard text.starts(with: "//".utf8) else {
            throw TargetError(.scheme, at: text.startIndex, "`//` must follow")
        }
        if let index = text.firstIndex(where: { $0 <= 0x20 || $0 == 0x7F }) {
            throw TargetError(.target, at: index, "a space or control character: percent-encode it")
        }
        if let index = text.firstIndex(of: UInt8(ascii: "#")) {
            throw TargetError(.target, at: index, "an unescaped `#`: \(TargetError.percentEncode)")
        }
        let body = text.dropFirst(2)
        let end = body.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? body.endIndex
        authority = body[..<end]
        if !isHTTP, body[end...].contains(UInt8(ascii: "@")) {
            throw TargetError(
                .password, at: end,
                "an `@` comes after this: \(TargetError.percentEncode), or write %40 for that `@`")
        }
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
            try takeUserinfo(upTo: at)
        }
        let question = body[end...].firstIndex(of: UInt8(ascii: "?")) ?? body.endIndex
        path = body[end..<question]
        if question < body.endIndex { queryText = body[(question + 1)...] }
        if !isHTTP { try takeQuery(body[question...].dropFirst()) }
    }

    /// Takes what follows an authority of another form: `/app?key=value`.
    init(pathAndQuery text: ArraySlice<UInt8>) throws(TargetError) {
        let question = text.firstIndex(of: UInt8(ascii: "?")) ?? text.endIndex
        (authority, path) = ([], text[..<question])
        try takeQuery(text[question...].dropFirst())
    }

    private mutating func takeUserinfo(upTo at: Int) throws(TargetError) {
        let userinfo = authority[..<at]
        if let first = userinfo.firstIndex(of: UInt8(ascii: "@")) {
            throw TargetError(.password, at: first, "an unescaped `@`: \(TargetError.percentEncode)")
        }
        authority = authority[(at + 1)...]
        guard let colon = userinfo.firstIndex(of: UInt8(ascii: ":")) else {
            user = userinfo
            return
        }
        user = userinfo[..<colon]
        password = userinfo[(colon + 1)...]
    }

    private mutating func takeQuery(_ text: ArraySlice<UInt8>) throws(TargetError) {
        for var pair in text.split(separator: UInt8(ascii: "&")) {
            // An address that was copied out of HTML has `&amp;`.
            if pair.starts(with: "amp;".utf8) { pair = pair.dropFirst(4) }
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            guard !key.isEmpty else {
                throw TargetError(.parameter, at: pair.startIndex, "not of the form key=value")
            }
            query.append((key, pair[key.endIndex...].dropFirst()))
        }
    }

    /// What is said of `user:@`; an empty password that came out of a variable is a mistake.
    static func warning(ofEmptyPassword index: Int, _ context: ReadingContext) throws(TargetError) -> String {
        guard !context.hasVariables else {
            throw TargetError(
                .password, at: index, "empty: is a variable unset? without a password, drop the `:`")
        }
        return "its password is empty, which is no password: is a variable unset?"
    }

    /// Refuses a path in which parameters stand behind a `&` or a `;`, where a `?` should be: a password may be one.
    static func requireNoParameters(in path: ArraySlice<UInt8>) throws(TargetError) {
        guard let mark = path.firstIndex(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") }),
            path[mark...].contains(UInt8(ascii: "="))
        else { return }
        throw TargetError(.path, at: mark, "parameters begin with a `?`, and have a `&` between them")
    }

    /// Decodes percent-encoding.
    static func decoded(
        _ text: ArraySlice<UInt8>, _ part: TargetError.Part
    ) throws(TargetError) -> [UInt8] {
        do throws(PercentEncoding.DecodingError) { return try PercentEncoding.decoded(text) } catch {
            throw TargetError(
                part, at: error.index,
                "`%` must be followed by two hexadecimal digits, not 00: percent-encode a `%` itself as %25")
        }
    }
}
