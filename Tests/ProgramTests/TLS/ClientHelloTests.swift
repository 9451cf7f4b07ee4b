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
}
