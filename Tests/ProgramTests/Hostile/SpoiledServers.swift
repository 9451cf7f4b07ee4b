import HealthCore
import TestSupport

/// One way of asking a real server through a proxy, and what the server must have said for a yes.
struct SpoiledPeer: Sendable {
    let name: String
    /// The word of the kind of its target.
    let kind: String?
    let proxy: MutatingProxy
    let arguments: [String]
    /// How many bytes the server says when nothing is spoiled.
    var size = 0
    /// Whether the verdict is in what was delivered.
    let isVerdict: @Sendable (MutatingProxy.Conversation, _ size: Int) -> Bool

    /// Whether the server said yes, and the program got it.
    func isTold(_ conversation: MutatingProxy.Conversation) -> Bool { isVerdict(conversation, size) }
}

/// The real servers behind the proxies: each has an odd value to tell, which no spoiled byte makes by chance.
final class SpoiledServers: Sendable {
    private static let value = "odd-7f3a9c"

    private let postgres: PostgresServer
    private let redis: RedisServer
    private let nginx: NginxServer
    private let mariadb: MariaDBServer
    private let postfix: PostfixServer
    private let nats: NATSServer
    private let grpc: GRPCServer
    private let memcached: MemcachedServer
    private let rabbit: RabbitServer
    private let authority: Certificates
    private let securePort: UInt16

    init() throws {
        authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1", "DNS:localhost"])
        let secure = try FreePort.make()
        securePort = secure
        // It takes its time to start.
        rabbit = try RabbitServer(pair)
        memcached = try MemcachedServer()
        redis = try RedisServer.started([
            "tls-port": "\(secure)", "tls-cert-file": pair.certificate, "tls-key-file": pair.key,
            "tls-ca-cert-file": authority.authority, "tls-auth-clients": "no",
        ])
        _ = redis.command(["SET", "key", Self.value])
        nginx = try NginxServer(
            "location / { return 200 '\(Self.value)'; }", certificate: pair)
        postfix = try PostfixServer(pair)
        mariadb = try MariaDBServer.started([
            "--ssl-cert=\(pair.certificate)", "--ssl-key=\(pair.key)", "--max-connections=200",
            "--max-connect-errors=1000000",
        ])
        try mariadb.execute("CREATE USER app@'%' IDENTIFIED BY 'secret'")
        nats = try NATSServer("authorization {user: app, password: secret}")
        grpc = try GRPCServer()
        postgres = try PostgresServer(
            settings: ["ssl": "on", "max_connections": "200"],
            hba: ["host all app all scram-sha-256", "host all all all trust"])
        try postgres.writeData("server.key", readText(pair.key))
        try postgres.writeData("server.crt", readText(pair.certificate))
        try postgres.start()
        try postgres.createRole("app", password: "secret")
        try rabbit.waitUntilUp()
    }

    /// Ways to ask, with proxies of their own, and what they cost when nothing is spoiled.
    func peers() throws -> [SpoiledPeer] {
        let (place, key) = ("127.0.0.1", "x.expect_key=key=\(Self.value)")
        let body = "x.expect_body=\(Self.value)"
        let trusted = "x.ca_file=\(authority.authority)"
        let query = ["x.query=SELECT '\(Self.value)'", "x.expect_value=\(Self.value)"]
        // hiredis does not look at what ends a text: its length has said where that is.
        let pong = Array("+PONG\r\n$\(Self.value.utf8.count)\r\n\(Self.value)".utf8)
        let row = Self.dataRow
        var peers: [SpoiledPeer] = []
        func add(
            _ name: String, _ port: UInt16, _ target: (UInt16) -> String, _ settings: [String],
            _ isVerdict: @escaping @Sendable (MutatingProxy.Conversation, Int) -> Bool
        ) throws {
            let proxy = try MutatingProxy(to: port)
            let (sets, text) = (settings.flatMap { ["--set", $0] }, target(proxy.port))
            let scheme = String(text.prefix { $0 != ":" })
            let kind = Kinds().first { $0.forms.contains { $0.scheme == scheme } }
            peers.append(
                SpoiledPeer(
                    name: name, kind: kind?.word, proxy: proxy, arguments: sets + ["x=\(text)"],
                    isVerdict: isVerdict))
        }
        try add("Redis", redis.port, { "redis://\(place):\($0)" }, [key]) { conversation, _ in
            conversation.delivered.starts(with: pong)
        }
        try add("nginx", nginx.port, { "http://\(place):\($0)/" }, [body]) { conversation, _ in
            let text = String(decoding: conversation.delivered, as: UTF8.self)
            let head = text.utf8.prefix(12)
            let isGood = head.starts(with: "HTTP/1.".utf8) && [0x32, 0x33].contains(head.dropFirst(9).first)
            return isGood && text.contains(Self.value)
        }
        try add("Postfix", postfix.port(.open), { "smtp://\(place):\($0)" }, []) { conversation, _ in
            let line = conversation.delivered.prefix { $0 != UInt8(ascii: "\n") }
            return line.starts(with: "220".utf8) && line.count < conversation.delivered.count
        }
        try add("memcached", memcached.port, { "memcached://\(place):\($0)" }, []) { conversation, _ in
            let line = conversation.delivered.prefix { $0 != UInt8(ascii: "\n") }
            return line.starts(with: "VERSION ".utf8) && line.count < conversation.delivered.count
        }
        try add("RabbitMQ", rabbit.port, { "amqp://guest:guest@\(place):\($0)" }, []) { conversation, _ in
            // Connection.OpenOk, and behind it Connection.CloseOk.
            let bytes = conversation.delivered
            let opened = bytes.indices.first { bytes[$0...].starts(with: [0, 10, 0, 41]) }
            return opened.map { start in
                bytes[start...].indices.contains { bytes[$0...].starts(with: [0, 10, 0, 51]) }
            } ?? false
        }
        try add("NATS", nats.port, { "nats://app:secret@\(place):\($0)" }, []) { conversation, _ in
            // Its words count in any case.
            let said = String(decoding: conversation.delivered, as: UTF8.self).lowercased()
            return said.hasPrefix("info") && said.utf8.endOfFirst("\npong".utf8) != nil
        }
        try add("ping", postgres.port, { "postgres://app@\(place):\($0)/postgres?sslmode=disable" }, []) {
            conversation, _ in conversation.delivered.first == UInt8(ascii: "R")
        }
        try add(
            "query", postgres.port, { "postgres://app:secret@\(place):\($0)/postgres?sslmode=disable" }, query
        ) { conversation, _ in
            let bytes = conversation.delivered
            return bytes.indices.contains { bytes[$0...].starts(with: row) }
        }
        try add("gRPC", grpc.port, { "grpc://\(place):\($0)" }, []) { conversation, _ in
            let bytes = conversation.delivered
            return bytes.indices.contains { bytes[$0...].starts(with: HTTP2Frames.serving) }
        }
        try add(
            "Redis over TLS", securePort, { "rediss://\(place):\($0)" }, [key, trusted], isWhole(_:size:))
        try add(
            "nginx over TLS", nginx.securePort, { "https://\(place):\($0)/" }, [body, trusted],
            isWhole(_:size:))
        try add(
            "query over TLS", postgres.port,
            { "postgres://app:secret@\(place):\($0)/postgres?sslmode=require" }, query, isWhole(_:size:))
        let inRow = [UInt8(Self.value.utf8.count)] + Array(Self.value.utf8)
        try add(
            "MariaDB", mariadb.port, { "mysql://app:secret@\(place):\($0)/?ssl-mode=DISABLED" }, query
        ) { conversation, _ in
            let bytes = conversation.delivered
            return bytes.indices.contains { bytes[$0...].starts(with: inRow) }
        }
        try add(
            "MariaDB over TLS", mariadb.port, { "mysql://app:secret@\(place):\($0)/" },
            query + [trusted, "x.ssl_mode=VERIFY_IDENTITY"]
        ) { [self] conversation, size in
            // The greeting is in the clear: what it says wrongly ends the login, or does not matter.
            var behind = conversation
            (behind.said, behind.delivered) = (
                Self.behindPacket(conversation.said), Self.behindPacket(conversation.delivered)
            )
            return isWhole(behind, size: size - (conversation.said.count - behind.said.count))
        }
        for index in peers.indices { peers[index].size = try measured(peers[index]) }
        return peers
    }

    /// TLS tells every turned byte of its records: all came as they were said, but for the alert that ends the session.
    private func isWhole(_ conversation: MutatingProxy.Conversation, size: Int) -> Bool {
        // An alert of TLS 1.3 is known by its size only.
        let said = records(conversation.said).filter { $0[0] != 21 && $0.count != 1 + 19 }
        let whole = zip(said, records(conversation.delivered)).prefix { $0 == $1 }
        return whole.count == said.count && said.map(\.count).reduce(0, +) >= size - 100
    }

    /// The whole records, type and content. Nobody looks at the version in their heads, nor at a "change cipher spec" that
    /// stands between them (RFC 8446 §5, §5.1). PostgreSQL says `S` before the first.
    private func records(_ bytes: [UInt8]) -> [[UInt8]] {
        var (records, rest) = ([[UInt8]](), bytes.first == UInt8(ascii: "S") ? bytes.dropFirst() : bytes[...])
        while rest.count >= 5 {
            let head = Array(rest.prefix(5))
            let size = Int(head[3]) << 8 | Int(head[4])
            guard rest.count >= 5 + size else { break }
            if head[0] != 20 { records.append([head[0]] + rest.dropFirst(5).prefix(size)) }
            rest = rest.dropFirst(5 + size)
        }
        return records
    }

    /// What follows the first packet of MySQL's.
    private static func behindPacket(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count >= 4 else { return [] }
        return Array(bytes.dropFirst(4 + Int(bytes[0]) + Int(bytes[1]) << 8))
    }

    private func measured(_ peer: SpoiledPeer) throws -> Int {
        peer.proxy.spoil(nil, size: 0)
        let finished = try Program.run(Program.waitfor, ["check", "-t", "10s"] + peer.arguments)
        guard finished.exitCode == 0 else { throw SupportFailure("\(peer.name): \(finished)") }
        return peer.proxy.conversation.said.count
    }

    /// The one message of PostgreSQL's that has the value in it.
    private static var dataRow: [UInt8] {
        let size = UInt8(value.utf8.count)
        return [UInt8(ascii: "D"), 0, 0, 0, 4 + 2 + 4 + size, 0, 1, 0, 0, 0, size] + Array(value.utf8)
    }
}
