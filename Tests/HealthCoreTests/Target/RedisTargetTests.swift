import HealthCore
import Testing

@Suite("Redis targets")
struct RedisTargetTests {
    struct Read: Sendable, CustomTestStringConvertible {
        let text: String
        var endpoint = Endpoint.network(host: "h", port: 6379)
        var user: String?
        var password = PasswordSource.none
        var database = 0
        var testDescription: String { text }
    }

    static let targets = [
        Read(text: "redis://h"), Read(text: "redis://h/"), Read(text: "REDIS://h"), Read(text: "redis://h?"),
        Read(text: "h:6379"), Read(text: "redis://h:7000", endpoint: .network(host: "h", port: 7000)),
        Read(text: "redis://[::1]:7000/2", endpoint: .network(host: "::1", port: 7000), database: 2),
        Read(text: "redis://[::1]", endpoint: .network(host: "::1", port: 6379)),
        //
        Read(
            text: "redis://user:secret@localhost:6379/0", endpoint: .network(host: "localhost", port: 6379),
            user: "user", password: .given("secret")),
        Read(text: "redis://h/15", database: 15), Read(text: "redis://h?db=3", database: 3),
        Read(text: "redis://h/?db=3", database: 3),
        Read(text: "redis://h?password=s%26t", password: .given("s&t")),
        Read(text: "redis://h?password=&db=1&db=1", database: 1),
        Read(text: "redis://h?password=s&db=1", password: .given("s"), database: 1),
        //
        Read(text: "redis://:secret@h", password: .given("secret")),
        Read(text: "redis://us%3Aer:se%40cret@h", user: "us:er", password: .given("se@cret")),
        Read(text: "redis://u:a:b@h", user: "u", password: .given("a:b")),
        //
        Read(text: "redis+unix:///run/redis.sock", endpoint: .unixSocket(path: "/run/redis.sock")),
        Read(
            text: "redis+unix:///run/redis.sock?db=2", endpoint: .unixSocket(path: "/run/redis.sock"),
            database: 2),
        Read(
            text: "redis+unix://u:p@/run/a%20b.sock?db=2", endpoint: .unixSocket(path: "/run/a b.sock"),
            user: "u",
            password: .given("p"), database: 2),
        Read(
            text: "redis+unix:///s?password=p", endpoint: .unixSocket(path: "/s"), password: .given("p")),
    ]

    @Test("URIs as the registration and redis-cli read them (R-15, R-16, R-17)", arguments: targets)
    func reads(expected: Read) throws {
        let target = try read(expected.text)
        let service = try target.redis
        #expect(target.endpoint == expected.endpoint)
        #expect(target.kind == "redis")
        #expect(service.user == expected.user)
        #expect(service.password == expected.password)
        #expect(!service.passwordIsAmbient)
        #expect(service.database == expected.database)
    }

    static let hexadecimal =
        "`%` must be followed by two hexadecimal digits, not 00: percent-encode a `%` itself as %25"
    static let encode = "percent-encode `@ / ? #` in the password"
    static let empty = "empty: is a variable unset? write 127.0.0.1 for this machine"
    static let absolute = "not an absolute path: three slashes, unix:///run/app.sock"

    static let mistakes = [
        // to redis-cli it is a password, to others a user.
        Mistake("redis://▸x@h", "user", "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`"),
        Mistake(
            "redis+unix://▸x@/s", "user", "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`"),
        Mistake("redis://▸", "host", empty), Mistake("redis://▸/0", "host", empty),
        Mistake("redis://▸:6379", "host", empty),
        Mistake("redis://u:p@▸/0", "host", empty),
        Mistake("redis://h:▸", "port", "empty: is a variable unset?"),
        Mistake("redis://h:6▸x", "port", "not a digit"),
        Mistake("redis://h:▸0", "port", "not a port from 1 to 65535"),
        Mistake("redis://h:▸65536/1", "port", "not a port from 1 to 65535"),
        Mistake("redis://h/▸-1", "database", "not a number from 0"),
        Mistake("redis://h/▸0x", "database", "not a number from 0"),
        Mistake("redis://h?db=▸", "database", "not a number from 0"),
        Mistake("redis://h/▸2147483648", "database", "not a number from 0"),
        Mistake("redis://h/0?▸db=1", "database", "given in the path as well"),
        Mistake("redis://h?db=0&▸db=1", "parameter", "given twice"),
        Mistake("redis://u:p@h?▸password=x", "password", "given before the host as well"),
        Mistake(
            "redis://h/0▸&ssl=true", "path", "parameters begin with a `?`, and have a `&` between them"),
        Mistake(
            "redis://h?▸passwrd=x", "parameter", "a Redis URI has no `passwrd`; did you mean `password`?"),
        Mistake(
            "redis://h?▸role=master", "parameter",
            "`role` is a setting of waitfor's own: --set NAME.role=VALUE"),
        Mistake(
            "redis://h?▸tls_cert_pins=x", "parameter",
            "`tls_cert_pins` is not known, and cannot be dropped: it may say whom to trust"),
        Mistake("redis://h?password=a&▸verify=b", "parameter", "not a parameter that can be dropped"),
        Mistake("redis://h?▸ssl_cert_reqs=x", "parameter", "ssl_cert_reqs is none, optional or required"),
        Mistake("redis://u:▸%zz@h", "password", hexadecimal),
        Mistake("redis://▸%00:p@h", "user", hexadecimal),
        Mistake("redis://h?password=▸%1", "password", hexadecimal),
        Mistake("redis://u:p▸@ss@h", "password", "an unescaped `@`: \(encode)"),
        Mistake(
            "redis://u:p▸/w@h", "password", "an `@` comes after this: \(encode), or write %40 for that `@`"),
        Mistake("redis://u:p▸#w@h", "target", "an unescaped `#`: \(encode)"),
        Mistake("redis+unix://▸h/s", "host", "a socket has no host: redis+unix:///path"),
        Mistake("redis+unix://▸", "path", absolute), Mistake("redis+unix://▸/", "path", absolute),
        Mistake("redis+unix:///run/▸%zz", "path", hexadecimal),
    ]

    @Test("what is no Redis target is refused by part and place", arguments: mistakes)
    func refuses(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }
}
