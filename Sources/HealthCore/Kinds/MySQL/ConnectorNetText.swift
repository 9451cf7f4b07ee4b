/// The connection string of MySQL's drivers for .NET, `Server=db;Port=3306;Uid=app;Pwd=…`, which begins like Npgsql's.
enum ConnectorNetText {
    /// Keys that PostgreSQL's driver does not have.
    private static let own: Set<String> = [
        "allowpublickeyretrieval", "allowuservariables", "allowzerodatetime", "convertzerodatetime",
        "treattinyasboolean", "characterset", "charset", "guidformat", "oldguids", "allowloadlocalinfile",
        "connectionprotocol", "defaultcommandtimeout", "serverrsapublickeyfile", "usecompression", "sslca",
    ]
    private static let modes = ["none", "preferred", "required"]

    /// Whether pairs are surely MySQL's: by the port, or by a word that PostgreSQL's driver does not know.
    static func isMeant(_ pairs: [PostgresPair]) -> Bool {
        pairs.contains { pair in
            let value = String(decoding: pair.value, as: UTF8.self).lowercased()
            return switch pair.key.lowercased() {
            case "port": value == "3306"
            case "sslmode": modes.contains(value)
            case let key: own.contains(key)
            }
        }
    }

    /// Refuses pairs that are as well PostgreSQL's: MySQL's driver has these words, and PostgreSQL's takes them.
    static func requireTold(_ pairs: [PostgresPair], in text: ArraySlice<UInt8>) throws(TargetError) {
        func isWritten(_ keys: String...) -> Bool {
            pairs.contains { pair in
                let key = text[pair.index...].prefix { $0 != UInt8(ascii: "=") }
                return keys.contains(key.trimmed.text.lowercased())
            }
        }
        let port = pairs.last { $0.key == "port" }.map { String(decoding: $0.value, as: UTF8.self) }
        guard isWritten("server"), isWritten("uid", "pwd"), port != "5432" else { return }
        throw TargetError(
            .target, at: text.startIndex,
            "PostgreSQL or MySQL? Port=5432 or Port=3306 tells, or write mysql://USER:PASSWORD@HOST/DATABASE")
    }

    /// The pairs of such a text, as PDO's are; nil where it is none of MySQL's.
    static func pairs(_ text: ArraySlice<UInt8>) -> [MySQLPair]? {
        guard let pairs = NpgsqlText.pairs(text), isMeant(pairs) else { return nil }
        return pairs.map {
            MySQLPair(key: $0.key, value: $0.value, index: $0.index, isNameable: $0.isNameable)
        }
    }
}
