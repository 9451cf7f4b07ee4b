import TestSupport
import Testing

/// A file of Tests/stacks: a public Compose file, of which the services, their checks and their edges are kept.
struct PublicStack: Sendable, CustomTestStringConvertible {
    let name: String
    /// What each service becomes: a server, or the port and the path of its check.
    let servers: KeyValuePairs<String, String>
    /// Which services start when all is brought up, and then when one more is let become its server.
    let order: KeyValuePairs<String, String>
    /// The same for gates, where the edges without a check make a difference.
    var gatedOrder: KeyValuePairs<String, String>?

    var testDescription: String { name }

    /// Who depends on a check that another service passes: the pair for a restart.
    var edge: (dependency: String, dependent: String)? {
        order.last { !$0.key.isEmpty && !$0.value.isEmpty }.map {
            ($0.key, $0.value.split(separator: " ").map(String.init)[0])
        }
    }

    /// Chains of checks of several kinds: what runs for every change.
    static let first = [
        PublicStack(
            name: "budibase",
            servers: [
                "couchdb": "5984/", "minio": "9000/minio/health/live", "redis": "redis",
                "worker": "4003/health",
                "apps": "4002/health", "proxy": "10000/",
            ],
            order: [
                "": "couchdb minio redis", "couchdb": "", "redis": "", "minio": "worker", "worker": "apps",
                "apps": "proxy",
            ]),
        PublicStack(
            name: "trigger",
            servers: [
                "clickhouse": "8123/ping", "docker-proxy": "2375/", "postgresql": "postgres",
                "redis": "redis",
                "electric": "3000/v1/health", "trigger": "3000/healthcheck", "supervisor": "8020/health",
            ],
            order: [
                "": "clickhouse docker-proxy postgresql redis", "clickhouse": "", "postgresql": "electric",
                "electric": "", "docker-proxy": "", "redis": "trigger", "trigger": "supervisor",
            ]),
        PublicStack(
            name: "nextcloud",
            servers: ["nextcloud-db": "mysql", "redis": "redis", "nextcloud": "80/status.php"],
            order: ["": "nextcloud-db redis", "redis": "", "nextcloud-db": "nextcloud"]),
    ]

    /// The other seven.
    static let rest = [
        PublicStack(
            name: "openpanel",
            servers: [
                "clickhouse": "8123/ping", "postgres": "postgres", "redis": "redis",
                "openpanel-api": "3000/healthcheck", "openpanel-worker": "3000/healthcheck",
                "openpanel-dashboard": "3000/api/healthcheck",
            ],
            order: [
                "": "clickhouse postgres redis", "redis": "", "clickhouse": "", "postgres": "openpanel-api",
                "openpanel-api": "openpanel-worker", "openpanel-worker": "openpanel-dashboard",
            ]),
        PublicStack(
            name: "wanderer",
            servers: ["search": "7700/health", "db": "8090/health", "web": "3000/"],
            order: ["": "search", "search": "db", "db": "web"]),
        PublicStack(
            name: "twenty",
            servers: [
                "postgres": "postgres", "redis": "redis", "twenty": "3000/healthz", "worker": "none",
            ],
            order: ["": "postgres redis", "postgres": "twenty", "redis": "", "twenty": "worker"]),
        PublicStack(
            name: "autobase",
            servers: ["autobase-db": "postgres", "autobase-api": "8080/api/v1/version", "autobase": "80/"],
            order: ["": "autobase-db", "autobase-db": "autobase-api", "autobase-api": "autobase"]),
        PublicStack(
            name: "flowise",
            servers: [
                "pg-record-manager": "postgres", "qdrant": "6333/", "redis-cache": "redis",
                "flowise": "3001/",
            ],
            order: [
                "": "pg-record-manager qdrant redis-cache", "pg-record-manager": "", "redis-cache": "",
                "qdrant": "flowise",
            ]),
        PublicStack(
            name: "billmora",
            servers: [
                "billmora-db": "mysql", "billmora-redis": "redis", "billmora-app": "none",
                "billmora-scheduler": "none", "billmora-worker": "none",
            ],
            order: [
                "": "billmora-db billmora-redis", "billmora-db": "",
                "billmora-redis": "billmora-app billmora-scheduler billmora-worker",
            ]),
        PublicStack(
            name: "faraday",
            servers: ["postgresql": "postgres", "redis": "redis", "faraday": "5985/"],
            order: ["": "postgresql redis", "postgresql": "", "redis": "faraday"]),
    ]

    /// Health by `pg_isready` and `redis-cli`, order by `depends_on`. To a gate, a container that runs is started,
    /// whatever its own gate waits for.
    static let classic = PublicStack(
        name: "classic",
        servers: [
            "nginx": "80/", "app": "3000/", "worker": "none", "db": "postgres", "redis": "redis",
        ],
        order: ["": "db redis", "redis": "", "db": "app nginx worker"],
        gatedOrder: ["": "db nginx redis", "redis": "", "db": "app worker"])
}
