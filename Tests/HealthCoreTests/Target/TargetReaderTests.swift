import HealthCore
import Testing

@Suite("Reading a target")
struct TargetReaderTests {
    static let kinds: [(String, String, Endpoint)] = [
        ("db:5432", "postgres", .network(host: "db", port: 5432)),
        ("db:6379", "redis", .network(host: "db", port: 6379)),
        ("db:80", "tcp", .network(host: "db", port: 80)),
        ("db:65535", "tcp", .network(host: "db", port: 65535)),
        ("db:05432", "postgres", .network(host: "db", port: 5432)),
        ("tcp://db:5432", "tcp", .network(host: "db", port: 5432)),
        ("TCP://db:1", "tcp", .network(host: "db", port: 1)),
        ("tcp://[::1]:6379", "tcp", .network(host: "::1", port: 6379)),
        ("[::1]:5432", "postgres", .network(host: "::1", port: 5432)),
        ("[fe80::1:2]:80", "tcp", .network(host: "fe80::1:2", port: 80)),
        ("[fe80::1%eth0]:80", "tcp", .network(host: "fe80::1%eth0", port: 80)),
        ("tcp://[fe80::1%25eth0.2]:80", "tcp", .network(host: "fe80::1%eth0.2", port: 80)),
        ("http://[fe80::1%2]/", "http", .network(host: "fe80::1%2", port: 80)),
        ("redis://[fe80::1%25br-0]", "redis", .network(host: "fe80::1%br-0", port: 6379)),
        ("postgres://[fe80::1%25eth0]:5433/app", "postgres", .network(host: "fe80::1%eth0", port: 5433)),
        ("postgres://[fe80::1%eth0]/app", "postgres", .network(host: "fe80::1%eth0", port: 5432)),
        ("pg:host=fe80::1%eth0 user=app", "postgres", .network(host: "fe80::1%eth0", port: 5432)),
        ("127.0.0.1:6379", "redis", .network(host: "127.0.0.1", port: 6379)),
        ("db.example.org.:80", "tcp", .network(host: "db.example.org.", port: 80)),
        ("my_db-1:80", "tcp", .network(host: "my_db-1", port: 80)),
        // A scheme needs its `//`: these are hosts.
        ("redis:6379", "redis", .network(host: "redis", port: 6379)),
        ("postgres:5432", "postgres", .network(host: "postgres", port: 5432)),
        ("unix:80", "tcp", .network(host: "unix", port: 80)),
        ("unix:///run/app.sock", "unix", .unixSocket(path: "/run/app.sock")),
        ("unix:///run/a%20b", "unix", .unixSocket(path: "/run/a b")),
    ]

    @Test("the well-known ports and the schemes say what answers there", arguments: kinds)
    func kind(text: String, kind: String, endpoint: Endpoint) throws {
        let target = try read(text)
        #expect(target.kind == kind)
        #expect(target.endpoint == endpoint)
    }

    @Test("only what a port gave away is inferred")
    func inferred() throws {
        for text in ["db:5432", "db:6379", "db=db:5432"] { #expect(try read(text).isInferred) }
        for text in ["db:80", "tcp://db:5432", "postgres://db:5432", "redis://db", "unix:///s"] {
            #expect(try !read(text).isInferred)
        }
        #expect(try read("env:DB", ["DB": "db:5432"]).isInferred)
    }

    static let names: [(String, String)] = [
        ("db.example.org:80", "db"), ("db:80", "db"), ("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "::1"),
        ("[fe80::1%eth0]:80", "fe80::1%eth0"), ("unix://@app", "@app"),
        ("postgres://u:p@Main.example.org/x", "Main"), ("redis://cache", "cache"),
        ("unix:///run/app.sock", "app.sock"),
        ("redis+unix:///run/redis.sock", "redis.sock"), ("postgres://%2Frun%2Fpg/db", "pg"),
        ("pg:host=/var/run/postgresql", "postgresql"), ("pg:hostaddr=10.0.0.1", "10.0.0.1"),
        ("main=db:80", "main"), ("Main_1-a=db:80", "Main_1-a"), ("main=[::1]:80", "main"),
        ("main=postgres://h?sslmode=disable", "main"), ("main=pg:host=h", "main"), ("x=unix:///a=b", "x"),
        // Here the first `=` has a `:` or a `/` before it.
        ("pg:host=h", "h"), ("postgres://h?sslmode=disable", "h"), ("unix:///a=b", "a\\x3db"),
        // What is made into a name has nothing that ends a line, a word or a string.
        ("file:///run/a%0Awaitfor_ready%201", "a\\x0awaitfor_ready\\x201"),
        ("unix:///run/%1B[31m%22%5C", "\\x1b[31m\\x22\\x5c"), ("file:///run/b%C3%A9", "b\\xc3\\xa9"),
        ("file:///run/ready?token=secret", "ready"), ("unix:///run/user:pw@sock", "user:pw\\x40sock"),
        ("exec:TOKEN=secret prog", "command"), ("exec:curl http://u:pw@h/?q", "curl"),
        ("exec:http://u:pw@h/x", "command"), ("exec:/usr/bin/pg_isready -q", "pg_isready"),
        ("exec:[\"/x/a b\"]", "command"), ("exec:\"/x y/z\" a", "command"),
        ("http://h.test/a?token=secret", "h"), ("redis+unix:///run/r.sock?db=1", "r.sock"),
        ("file:///\(String(repeating: "x", count: 255))", String(repeating: "x", count: 200)),
        // A name of the agent's own becomes the place, or has the kind before it.
        ("shutdown:80", "shutdown:80"), ("ping.example.org:80", "ping.example.org:80"),
        ("redis://probes", "probes:6379"), ("file:///run/shutdown", "file:shutdown"),
        ("unix:///run/ping", "unix:ping"), ("dns:shutdown", "dns:shutdown"), ("exec:ping -c1 h", "exec:ping"),
        ("postgres:///d?host=/run/probes", "postgres:probes"), ("Shutdown:80", "Shutdown"),
    ]

    @Test("the name is given, or the host's first label, or the socket's base name", arguments: names)
    func name(text: String, name: String) throws {
        #expect(try read(text).name == name)
    }

    @Test("a name that an agent's own check has is refused where it was written, and replaced where not")
    func takenNames() throws {
        for name in ["ping", "probes", "shutdown"] {
            let sentence = "target \(name): the agent's own check has this name: choose another"
            #expect(refusal { _ = try read("\(name)=db:5432") } == sentence)
            #expect(refusal { _ = try read("\(name)=env:NOTHING") } == sentence)
            #expect(try read("env:\(name)", [name: "redis://cache"]).name == "cache:6379")
            #expect(try read("db=env:\(name)", [name: "redis://cache"]).name == "db")
        }
        #expect(try read("env:MY VAR", ["MY VAR": "a:1"]).name == "MY\\x20VAR")
        let settings = ["shutdown:80.timeout=5s"]
        #expect(try read(["shutdown:80"], set: settings)[0].settings.timeout == .seconds(5))
    }

    @Test("env: takes the target from a variable, and its name from it unless one is given")
    func variable() throws {
        let variables = ["DATABASE_URL": "postgres://app:secret@db/app", "CACHE": "cache:6379"]
        let target = try read("env:DATABASE_URL", variables)
        #expect(target.name == "DATABASE_URL")
        #expect(target.endpoint == .network(host: "db", port: 5432))
        #expect(try target.postgres.password == .given("secret"))
        #expect(try read("db=env:DATABASE_URL", variables).name == "db")
        #expect(try read("env:CACHE", variables).kind == "redis")
    }

    static let empty = "empty: is a variable unset? write 127.0.0.1 for this machine"
    static let schemes = (Kinds.forms.map(\.scheme) + ["env"]).joined(separator: ", ")
    static let absolute = "not an absolute path: three slashes, unix:///run/app.sock"
    static let ipv4 = "not an IPv4 address: four numbers up to 255"
    static let byte = "not a character of a host name"

    static let notAName = "not the name of a variable: write env:DATABASE_URL, without `$`"

    static let mistakes = [
        Mistake("▸", "target", empty),
        Mistake("▸db", "target", "write host:port, or a URI like unix:///path"),
        Mistake("▸/run/app.sock", "target", "write host:port, or a URI like unix:///path"),
        Mistake("redis▸//db:6379", "scheme", "a `:` is missing here: redis://"),
        Mistake(
            "▸psql 'postgres://db/app'", "scheme", "what stands before `postgres://` is no part of an address"
        ),
        Mistake("▸:5432", "host", empty), Mistake("tcp://▸:80", "host", empty),
        Mistake("tcp://▸", "host", empty),
        Mistake("db:▸", "port", "empty: is a variable unset?"),
        Mistake("db:▸0", "port", "not a port from 1 to 65535"),
        Mistake("db:▸65536", "port", "not a port from 1 to 65535"),
        Mistake("db:54▸x2", "port", "not a digit"),
        Mistake("db:▸+80", "port", "not a digit"), Mistake("db:▸-1", "port", "not a digit"),
        Mistake("db:80▸ ", "port", "not a digit"),
        Mistake("db:▸٣", "port", "not a digit"),
        Mistake("db:▸99999999999999999999", "port", "not a port from 1 to 65535"),
        Mistake("tcp://db▸", "port", "missing: write host:port"),
        Mistake("[::1]▸x:80", "host", "only `:port` may follow `]`"),
        Mistake("▸[::1:80", "host", "`[` without `]`"), Mistake("[▸]:80", "host", "not an IPv6 address"),
        Mistake("[▸fe80::1%]:80", "host", "not an IPv6 address"),
        Mistake("[▸fe80::1%interface-of-16c]:80", "host", "not an IPv6 address"),
        Mistake("[▸fe80%eth0]:80", "host", "not an IPv6 address"),
        Mistake("[▸127.0.0.1]:80", "host", "not an IPv6 address"),
        Mistake(":▸:1:80", "host", "a second `:`; an IPv6 address needs brackets: [::1]:5432"),
        Mistake("db:80▸:90", "host", "a second `:`; an IPv6 address needs brackets: [::1]:5432"),
        Mistake("a:1▸,b:2", "host", "one host a target: write one target for each"),
        Mistake("▸1.2.3:80", "host", ipv4), Mistake("▸1.2.3.256:80", "host", ipv4),
        Mistake("▸01.2.3.4:80", "host", ipv4),
        Mistake("▸1.2.3.4.:80", "host", ipv4), Mistake("▸127.1:80", "host", ipv4),
        Mistake("▸2130706433:80", "host", ipv4),
        Mistake("▸db.1:80", "host", ipv4), Mistake("d▸*b:80", "host", "`*` is \(byte)"),
        Mistake("▸{db}:80", "host", "`{` is \(byte)"),
        Mistake("d▸\u{1B}b:80", "host", byte),
        Mistake("gr▸öße:80", "host", byte), Mistake("1db▸=host:80", "host", byte),
        Mistake("▸=db:80", "host", byte),
        Mistake("${DB}:80", "variable", "DB is not set; write ${DB:-default} if it may be missing"),
        Mistake("▸.:80", "host", "not a host name"), Mistake("▸a..b:80", "host", "not a host name"),
        Mistake("▸.a:80", "host", "not a host name"),
        Mistake("▸\(String(repeating: "a", count: 64)):80", "host", "not a host name"),
        Mistake("▸\(String(repeating: "a.", count: 127)):80", "host", "not a host name"),
        Mistake("app▸@db:5432", "user", "a user needs a scheme: postgres://USER:PASSWORD@host:port/db"),
        Mistake(
            "app:secret▸@db:5432", "user", "a user needs a scheme: postgres://USER:PASSWORD@host:port/db"),
        Mistake("db:5432▸/app", "path", "nothing may follow host:port; a path needs a scheme"),
        Mistake("tcp://db:80▸/", "path", "nothing may follow host:port; a path needs a scheme"),
        Mistake("▸postgre://u:secret@h/db", "scheme", "`postgre` is unknown; did you mean `postgres://`?"),
        Mistake("▸mongodb://h", "scheme", "`mongodb` is unknown; tcp://h:27017 asks for the bare port"),
        Mistake(
            "▸mongodb://root:p@ss@h:3307/x", "scheme",
            "`mongodb` is unknown; tcp://h:3307 asks for the bare port"
        ),
        Mistake(
            "▸kafka+x://h", "scheme", "`kafka+x` is unknown; tcp://h:9092 asks for the bare port"),
        Mistake("grpc://h▸", "port", "missing: gRPC has no usual one"),
        Mistake(
            "grpc://h:1/s?▸ssl_x=1", "parameter",
            "`ssl_x` is not known, and cannot be dropped: it may say whom to trust"),
        Mistake("grpc://▸u:S3C@h:1/s", "user", "gRPC has none: a token goes into header_file"),
        Mistake(
            "▸wss://h/x", "scheme", "`wss` is unknown; write https://…; tcp://h:443 asks for the bare port"),
        Mistake(
            "▸x+y://h:1", "scheme",
            "`x+y` is unknown; known are \(schemes); tcp://h:1 asks for the bare port"),
        Mistake(
            "▸://h", "scheme", "unknown; known are \(schemes); tcp://h:PORT asks for the bare port"),
        Mistake("unix://▸run/app.sock", "path", absolute), Mistake("unix://▸", "path", absolute),
        Mistake("unix://▸/", "path", absolute),
        Mistake(
            "unix://▸/\(String(repeating: "a", count: 107))", "path",
            "longer than the 107 bytes a socket's path may have"),
        Mistake("unix:///▸%zz", "path", RedisTargetTests.hexadecimal),
        Mistake("env:▸", "variable", notAName), Mistake("env:UNSET", "variable", "UNSET is not set"),
        Mistake("env:▸A=B", "variable", notAName),
    ]

    @Test("what is no target is refused by part and place", arguments: mistakes)
    func refuses(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }

    @Test("a refusal names the target by its name, or by its place, and never shows its text")
    func labels() {
        #expect(refusal { _ = try read(["a:1", "b:x"]) } == "target 2: port, at character 3: not a digit")
        #expect(
            refusal { _ = try read(["a:1", "main=b:x"]) } == "target main: port, at character 8: not a digit")
    }

    @Test("a host may be called pg or env")
    func hostsLikeSchemes() throws {
        #expect(try read("pg:5432").kind == "postgres")
        #expect(try read("pg:80").endpoint == .network(host: "pg", port: 80))
        #expect(try read("env:80").endpoint == .network(host: "env", port: 80))
    }

    @Test("a variable that is not set, is empty, or holds another env: is refused")
    func refusesVariables() {
        func sentence(_ value: String) -> String? { refusal { _ = try read("env:DB", ["DB": value]) } }
        #expect(sentence("") == "target 1: variable: DB is empty")
        #expect(sentence("env:OTHER") == "target 1: variable: DB must hold a target, not another env:")
        #expect(sentence("db:x") == "target 1: variable: DB: port, at character 4: not a digit")
        #expect(
            sentence("secret")
                == "target 1: variable: DB: target, at character 1: write host:port, or a URI like unix:///path"
        )
        #expect(refusal { _ = try read("main=env:DB") } == "target main: variable: DB is not set")
        #expect(refusal { _ = try read("env:D\u{1B}B") } == "target 1: variable: D\\x1bB is not set")
        #expect(refusal { _ = try read("env:password hunter2") } == "target 1: variable: *** is not set")
    }

    @Test("a socket's path may have 107 bytes")
    func longestPath() throws {
        let path = "/" + String(repeating: "a", count: 106)
        #expect(try read("unix://\(path)").endpoint == .unixSocket(path: path))
    }

    @Test("kinds have a word for reports and a title for people")
    func titles() throws {
        let titles = try ["h:5432", "h:6379", "h:80", "unix:///s"].map { try read($0).title }
        #expect(titles == ["PostgreSQL", "Redis", "TCP", "Unix socket"])
        #expect(Endpoint.network(host: "::1", port: 80).description == "[::1]:80")
        #expect(Endpoint.network(host: "db", port: 80).description == "db:80")
        #expect(Endpoint.unixSocket(path: "/s").description == "/s")
    }
}
