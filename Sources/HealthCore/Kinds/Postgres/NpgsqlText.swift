/// Npgsql's connection string, `Host=db;Username=app;Password=…`, as libpq's pairs.
enum NpgsqlText {
    /// libpq's keys by Npgsql's, in lower case and without blanks.
    private static let keys = [
        "host": "host", "server": "host", "port": "port", "username": "user", "userid": "user",
        "user": "user",
        "uid": "user", "password": "password", "psw": "password", "pwd": "password", "database": "dbname",
        "dbname": "dbname",
        "passfile": "passfile", "sslcertificate": "sslcert", "rootcertificate": "sslrootcert",
        "targetsessionattributes": "target_session_attrs", "gssencryptionmode": "gssencmode",
        "options": "options",
    ]

    /// The pairs; nil where the text is not all pairs, at least two of them, that begin with one of Npgsql's keys.
    static func pairs(_ text: ArraySlice<UInt8>) -> [PostgresPair]? {
        // Names of targets have a `=` behind them as well: those are told apart first.
        guard text.contains(UInt8(ascii: ";")) else { return nil }
        var pairs: [PostgresPair] = []
        var rest = text
        while !rest.isEmpty {
            let start = rest.startIndex
            let key = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
            rest = rest.dropFirst(key.count)
            let name = String(decoding: key.filter { $0 != ASCII.space }, as: UTF8.self)
            // The last semicolon may have nothing behind it.
            if name.isEmpty, rest.allSatisfy({ $0 == UInt8(ascii: ";") }) { break }
            guard rest.popFirst() == UInt8(ascii: "="), !name.isEmpty, let value = takeValue(&rest) else {
                return nil
            }
            let isNameable = !pairs.contains { $0.key == "password" }
            let known = keys[name.lowercased()]
            guard known != nil || !pairs.isEmpty else { return nil }
            pairs.append(
                PostgresPair(
                    key: known ?? (name.lowercased() == "sslmode" ? "sslMode" : name), value: value,
                    index: start,
                    isNameable: isNameable))
        }
        return pairs.count > 1 ? pairs : nil
    }

    /// A value up to its semicolon; in quotes, of which two in a row are one.
    private static func takeValue(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        rest = rest.drop { $0 == ASCII.space }
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == ASCII.quote else {
            let value = rest.prefix { $0 != UInt8(ascii: ";") }
            rest = rest.dropFirst(value.count + 1)
            return Array(value.trimmed)
        }
        var value: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.popFirst() {
            if byte != quote {
                value.append(byte)
            } else if rest.first == quote {
                value.append(byte)
                rest = rest.dropFirst()
            } else {
                rest = rest.drop { $0 == ASCII.space }
                return rest.isEmpty || rest.popFirst() == UInt8(ascii: ";") ? value : nil
            }
        }
        return nil
    }
}
