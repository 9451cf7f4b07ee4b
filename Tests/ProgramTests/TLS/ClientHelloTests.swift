import Synchronization
import TestSupport
import Testing

/// The first message of the program's sessions, libpq's among them.
struct ClientHelloTests {
    /// The types of the extensions in the first record of a session; nil if it is no ClientHello.
    private static func extensions(_ record: [UInt8]) -> [Int]? {
        var rest = record[...]
        func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
        func number(_ bytes: Int) -> Int { take(bytes).reduce(0) { $0 << 8 | Int($1) } }
        // The record's type, version and length; the message's type and length; the version and the random bytes.
        guard number(1) == 22, number(4) >= 0, number(1) == 1 else { return nil }
        _ = take(3 + 2 + 32)
        // The session, the ciphers and the methods of compression; then the length of all extensions.
        for size in [1, 2, 1] { _ = take(number(size)) }
        _ = number(2)
        var types: [Int] = []
        while rest.count >= 4 {
            types.append(number(2))
            _ = take(number(2))
        }
        return types
    }

    @Test(
        "no session offers to take a compressed certificate, which nothing in the static program could expand",
        .needsTheStaticProgram,
        arguments: ["https://localhost:", "rediss://localhost:", "postgres://u:p@localhost:"])
    func certificateCompression(target: String) throws {
        let seen = Mutex<[UInt8]>([])
        let server = try LoopbackServer { connection in
            // PostgreSQL's client asks first whether there is TLS.
            var bytes = connection.read()
            if bytes.first == 0 {
                connection.write("S")
                bytes = connection.read()
            }
            // A message larger than one read would end in no extension that is looked for.
            while bytes.count > 5, bytes.count < 5 + Int(bytes[3]) << 8 + Int(bytes[4]) {
                let more = connection.read()
                guard !more.isEmpty else { break }
                bytes += more
            }
            seen.withLock { $0 = bytes }
        }
        defer { server.stop() }
        let mode = target.hasPrefix("postgres") ? "/d?sslmode=require" : "/"
        _ = try Asked("db=\(target)\(server.port)\(mode)")
        let types = try #require(Self.extensions(seen.withLock { $0 }))
        // supported_versions is there in every session that could do TLS 1.3.
        #expect(types.contains(43), "\(types)")
        #expect(!types.contains(27), "\(types)")
    }

    /// Whether OpenSSL compresses certificates: from 3.2 on.
    private static let compresses =
        (try? Program.run("/usr/bin/openssl", ["s_server", "-help"]))?.errors.contains("-cert_comp ") == true

    @Test(
        "a server that compresses its certificate for those who take it so is ready",
        .needsTheStaticProgram, .enabled(if: compresses, "this OpenSSL is older than 3.2"),
        arguments: [
            ("https://127.0.0.1:", "/", ["-www"], "", "200"),
            ("rediss://127.0.0.1:", "", ["-quiet"], "+PONG\r\n", "PONG"),
            // A request for a password.
            (
                "postgres://u@127.0.0.1:", "/d?sslmode=require&sslnegotiation=direct",
                ["-quiet", "-alpn", "postgresql"], "R\0\0\0\u{8}\0\0\0\u{3}",
                "asks for a login"
            ),
        ])
    func compressedCertificate(
        target: String, rest: String, options: [String], answer: String, words: String
    ) throws {
        let authority = try Certificates()
        let pair = try authority.sign("server", names: ["IP:127.0.0.1"])
        let port = try FreePort.make()
        let files = ["-cert", pair.certificate, "-key", pair.key, "-cert_comp"]
        let server = try Program(
            "/usr/bin/openssl", ["s_server", "-accept", "127.0.0.1:\(port)"] + files + options,
            standardInput: .open
        ).start()
        defer { server.stop() }
        try #require(
            eventually(within: 10) { (try? HTTPPlace.port(port).connect()) != nil }, "\(server.standardError)"
        )
        let other = try Program.run(
            "/usr/bin/openssl", ["s_client", "-msg", "-connect", "127.0.0.1:\(port)"], within: 10)
        #expect(other.output.contains(", CompressedCertificate"), "the control: \(other)")
        // It is sent to the next client.
        server.write(answer)
        let insecure = target.hasPrefix("postgres") ? [] : ["insecure=true"]
        let asked = try Asked("db=\(target)\(port)\(rest)", insecure)
        #expect(asked.verdict == "ready" && asked.message.contains(words), "\(asked)")
    }
}
