/// libpq's password file: lines of `host:port:database:user:password`, `*` as wildcard, backslash as escape.
package enum PassFile {
    /// The password of the first line that matches.
    package static func password(
        in contents: [UInt8], host: String, port: UInt16, database: String, user: String
    ) -> Secret? {
        let wanted = [host, "\(port)", database, user].map { Array($0.utf8) }
        for line in contents[...].lines where line.first != UInt8(ascii: "#") {
            let fields = fields(line)
            guard fields.count == 5 else { continue }
            let matches = zip(fields, wanted).allSatisfy { $0.isWildcard || $0.bytes == $1 }
            if matches { return fields[4].bytes.isEmpty ? nil : Secret(fields[4].bytes) }
        }
        return nil
    }

    /// Whether a line matches this target at one of its hosts.
    package static func hasLine(_ contents: [UInt8], for service: PostgresService) -> Bool {
        service.places.contains { password(in: contents, for: service, at: $0) != nil }
    }

    /// The password of the line that matches this target at one of its hosts. Like libpq, the lookup takes the default
    /// socket directory for `localhost`.
    package static func password(
        in contents: [UInt8], for service: PostgresService, at place: PostgresService.Place
    ) -> Secret? {
        let host = place.host == "/var/run/postgresql" ? "localhost" : place.host
        return password(
            in: contents, host: host, port: place.port, database: service.database, user: service.user)
    }

    private struct Field {
        var bytes: [UInt8] = []
        var isEscaped = false
        var isWildcard: Bool { bytes == [UInt8(ascii: "*")] && !isEscaped }
    }

    /// Splits a line at its colons. Like libpq, text after the fifth field is ignored.
    private static func fields(_ line: ArraySlice<UInt8>) -> [Field] {
        var fields = [Field()]
        var rest = line
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = rest.popFirst() {
                fields[fields.count - 1].bytes.append(next)
                fields[fields.count - 1].isEscaped = true
            } else if byte == UInt8(ascii: ":") {
                if fields.count == 5 { return fields }
                fields.append(Field())
            } else {
                fields[fields.count - 1].bytes.append(byte)
            }
        }
        return fields
    }
}
