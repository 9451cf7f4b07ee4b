import Glibc
import TestSupport

/// The servers and files of the cases, as they are named in them: `db:5432`, `redis:6379`. It is made inside a
/// namespace, whose ports are nobody else's.
final class FieldLab {
    static let hosts = "127.0.0.1 localhost db redis cache postgres s1 s2 s3\n"

    let directory: TemporaryDirectory
    private let postgres: PostgresServer
    private let others: [AnyObject]
    /// What stands for a port or a path in a case.
    private var words: [String: String]

    init() throws {
        directory = try TemporaryDirectory()
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["DNS:db", "DNS:localhost"], common: "db")
        postgres = try Self.postgres(pair)
        let redis = try Self.redis(6379)
        let locked = try Self.redis(6380, ["requirepass": "pw"])
        let encrypted = try Self.redis(
            6390,
            [
                "port": "0", "tls-port": "6400", "tls-cert-file": pair.certificate, "tls-key-file": pair.key,
                "tls-ca-cert-file": authority.authority, "tls-auth-clients": "no",
            ])
        let sentinel = try RedisSentinel(watching: redis, port: 26379)
        let lockedSentinel = try RedisSentinel(watching: locked, password: "pw")
        let pooler = try PgBouncer(before: postgres, login: "user=app password=secret dbname=app")
        let web = try NginxServer(
            """
            listen 127.0.0.1:8084 http2; listen 127.0.0.1:8081;
            location / { if ($host != "example.com") { return 444; } return 200 "hello"; }
            location /plain { return 200 "{\\"status\\":\\"UP\\"}"; }
            location /@myorg/pkg { return 200; }
            """, certificate: pair)
        others = [redis, locked, encrypted, sentinel, lockedSentinel, pooler, web, authority]
        words = [
            "LAB": directory.path, "REDIS_SOCKET": redis.unixSocket, "LOCKED_SOCKET": locked.unixSocket,
            "LOCKED_SENTINEL": "\(lockedSentinel.port)", "POOLER": "\(pooler.port)", "WEB": "\(web.port)",
            "SECURE": "\(web.securePort)", "WEB_SOCKET": web.socket,
        ]
        try writeFiles(authority, pair)
    }

    private static func postgres(_ pair: Certificates.Pair) throws -> PostgresServer {
        let server = try PostgresServer(
            settings: ["ssl": "on"],
            hba: [
                "hostssl all sslonly all trust", "host all sslonly all reject",
                "host all postgres,airflow all trust",
                "host all all all scram-sha-256",
            ], port: 5432)
        try server.writeData("server.crt", readText(pair.certificate))
        try server.writeData("server.key", readText(pair.key))
        try server.start()
        try server.createRole("app", password: "secret")
        for role in ["sslonly", "airflow"] { try server.createRole(role) }
        for database in ["app", "airflow"] { try server.sql("CREATE DATABASE \(database)") }
        return server
    }

    private static func redis(_ port: UInt16, _ settings: [String: String] = [:]) throws -> RedisServer {
        let server = try RedisServer(settings, port: port)
        try server.start()
        return server
    }

    private func writeFiles(_ authority: Certificates, _ pair: Certificates.Pair) throws {
        for folder in ["root", "authorities"] {
            guard mkdir(directory.file(folder), 0o755) == 0 else { throw SupportError("mkdir") }
        }
        try directory.write("authorities/ca.pem", readText(authority.authority))
        try directory.write("pgpass", "*:*:*:*:secret\n", mode: 0o644)
        try directory.write("hdr", "Host: example.com\n")
        try directory.write("url", "postgres://app:secret@db:5432/app\n")
        try directory.write("pw", "pw\n")
        for (name, text) in [
            ("cr", "secret\r\n"), ("newlines", "secret\n\n"), ("empty", ""), ("newline", "\n"),
        ] { try directory.write("pw-\(name)", text) }
        try directory.write("c.crt", readText(pair.certificate))
        try directory.write("c.key", readText(pair.key), mode: 0o644)
        let other = try Certificates(name: "Other")
        try directory.write("other.crt", readText(other.authority))
        for (name, text) in [
            ("crlf.sh", "#!/bin/sh\r\necho\r\n"), ("noint.sh", "#!/no/such\n"),
            ("env.sh", "#!/usr/bin/env nosuch\n"),
        ] { try directory.write(name, text, mode: 0o755) }
        let strange = ForeignProgram.bytes(machine: ForeignProgram.own, loader: "/lib/no-such-loader.so")
        try writeFile(directory.file("dyn"), strange, mode: 0o755)
        // The key of another certificate.
        try directory.write("pg.key", readText(other.directory.file("ca.key")), mode: 0o600)
    }

    /// Replaces what stands for ports and paths.
    func filled(_ text: String, port: UInt16? = nil) -> String {
        var words = words
        if let port { words["PORT"] = "\(port)" }
        // The longest first: one name may begin with another.
        return words.sorted { $0.key.utf8.count > $1.key.utf8.count }.reduce(text) { text, word in
            text.split(separator: word.key, omittingEmptySubsequences: false).joined(separator: word.value)
        }
    }
}
