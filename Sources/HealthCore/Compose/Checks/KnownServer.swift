/// A server whose image, port and variables are known.
struct KnownServer: Sendable {
    /// The key of YAML that asks it.
    let key: String
    let port: UInt16
    /// The last parts of the names of its images, without a tag.
    var images: [String] = []
    /// Options of its own command that say the port.
    var portOptions: [String] = []
    /// Variables of its image that say the port.
    var portVariables: [String] = []

    static let postgres = KnownServer(
        key: "postgres", port: 5432,
        images: [
            "postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha", "pgvecto-rs",
            "vchord-postgres", "pgautoupgrade", "spilo", "paradedb", "postgres-pgvector", "pg_search",
        ],
        portOptions: ["-p", "--port", "port"], portVariables: ["PGPORT", "POSTGRESQL_PORT_NUMBER"])
    static let redis = KnownServer(
        key: "redis", port: 6379,
        images: [
            "redis", "valkey", "keydb", "dragonfly", "redis-stack", "redis-stack-server", "valkey-bundle",
            "kvrocks",
        ],
        portOptions: ["--port"], portVariables: ["REDIS_PORT_NUMBER", "VALKEY_PORT_NUMBER"])
    static let mysql = KnownServer(
        key: "mysql", port: 3306, images: ["mysql", "mariadb", "mysql-server", "percona", "percona-server"],
        portOptions: ["-P", "--port"],
        portVariables: ["MYSQL_TCP_PORT", "MYSQL_PORT_NUMBER", "MARIADB_PORT_NUMBER"])
    static let memcached = KnownServer(
        key: "memcached", port: 11211, images: ["memcached"], portOptions: ["-p", "--port"])
    static let rabbitmq = KnownServer(
        key: "amqp", port: 5672, images: ["rabbitmq"], portVariables: ["RABBITMQ_NODE_PORT"])
    static let nats = KnownServer(key: "nats", port: 4222, images: ["nats"], portOptions: ["-p", "--port"])
    static let mongo = KnownServer(
        key: "tcp", port: 27017,
        images: ["mongo", "mongodb", "mongodb-community-server", "percona-server-mongodb"],
        portOptions: ["--port"])

    /// The ones that speak no protocol of waitfor's are asked for their port, or for their own health.
    static let all: [KnownServer] = [
        postgres, redis, mysql, memcached, rabbitmq, nats, mongo,
        KnownServer(key: "tcp", port: 9092, images: ["kafka", "redpanda", "cp-kafka"]),
        KnownServer(key: "tcp", port: 2181, images: ["zookeeper", "cp-zookeeper"]),
        KnownServer(key: "tcp", port: 9042, images: ["cassandra", "scylla"]),
        KnownServer(key: "tcp", port: 1433, images: ["mssql", "azure-sql-edge"]),
        KnownServer(key: "tcp", port: 9200, images: ["elasticsearch", "opensearch"]),
        KnownServer(key: "tcp", port: 8123, images: ["clickhouse-server", "clickhouse"]),
        KnownServer(key: "tcp", port: 9000, images: ["minio"]),
        KnownServer(key: "tcp", port: 1883, images: ["eclipse-mosquitto", "mosquitto"]),
        KnownServer(key: "tcp", port: 7700, images: ["meilisearch"]),
        KnownServer(key: "tcp", port: 6333, images: ["qdrant"]),
        KnownServer(key: "tcp", port: 3310, images: ["clamav"]),
    ]

    /// The server of an image; nil for one that is not known.
    static func of(_ image: ComposeText?) -> KnownServer? {
        guard let image else { return nil }
        let path = image.value.prefix { $0 != "@" }
        let last = path.split(separator: "/").last ?? ""
        let name = last.prefix { $0 != ":" }.lowercased()
        return all.first { $0.images.contains(name) }
    }
}

extension ComposeService {
    /// The words of its command, and those of the text that a shell in it runs.
    func commandWords() -> [ShellWord] {
        let variables = CheckVariables(service: self)
        var words: [ShellWord] = []
        for command in [entrypoint, command] {
            switch command {
            case nil: continue
            case .text(let text): words += Self.words(of: text, variables, depth: 1)
            case .words(let list): words += list.map { ShellWord($0) }
            }
        }
        // The text of `sh -c`.
        return words.flatMap { word -> [ShellWord] in
            guard word.text.value.utf8.contains(where: ASCII.isSpace) else { return [word] }
            return [word] + Self.words(of: word.text, variables, depth: 2)
        }
    }

    private static func words(of text: ComposeText, _ variables: CheckVariables, depth: Int) -> [ShellWord] {
        let tokens = (try? ShellLexer.tokens(of: text, variables, depth: depth)) ?? []
        return tokens.compactMap { if case .word(let word) = $0 { word } else { nil } }
    }

    /// The value of an option in its command: `--port 6380`, `--port=6380`, `-p6380`, `-c port=6380`.
    func commandValue(_ options: [String]) -> ShellWord? {
        var found: ShellWord?
        var rest = commandWords()[...]
        while let word = rest.popFirst() {
            for option in options {
                if word.isWord(option), option.hasPrefix("-") {
                    found = rest.first
                } else if let value = word.dropping(prefix: "\(option)=") {
                    found = value
                } else if option.utf8.count == 2, option.hasPrefix("-"),
                    let value = word.dropping(prefix: option),
                    value.value.flatMap({ UInt16($0, radix: 10) }) != nil
                {
                    found = value
                }
            }
        }
        return found
    }

    /// The port of a server in it: its command's, its variables', or the usual one.
    func port(of server: KnownServer) -> ShellWord {
        func isPort(_ word: ShellWord) -> Bool { (word.value.flatMap { UInt16($0, radix: 10) } ?? 0) > 0 }
        // An option like `-p` may be another program's.
        if KnownServer.of(image)?.key == server.key || image == nil,
            let word = commandValue(server.portOptions), isPort(word) || !word.unset.isEmpty
        {
            return word
        }
        let variables = CheckVariables(service: self)
        if let found = variables.first(of: server.portVariables), isPort(found.word) { return found.word }
        return ShellWord(ComposeText("\(server.port)"))
    }
}
