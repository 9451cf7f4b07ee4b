import HealthCore
import Testing

@Suite("Addresses as frameworks and drivers write them")
struct DriverAddressTests {
    @Test(
        "a scheme is known by its other names, with a driver or without",
        arguments: [
            ("postgres", "postgres"), ("postgresql", "postgres"), ("postgresql+psycopg2", "postgres"),
            ("postgresql+asyncpg", "postgres"), ("db+postgresql", "postgres"),
            ("db+postgresql+psycopg2", "postgres"), ("ecto", "postgres"), ("psql", "postgres"),
            ("pgsql", "postgres"), ("pgx5", "postgres"), ("postgis", "postgres"), ("cockroachdb", "postgres"),
            ("jdbc:postgresql", "postgres"), ("r2dbc:postgresql", "postgres"),
            ("r2dbc:pool:postgresql", "postgres"), ("JDBC:postgresql", "postgres"), ("POSTGRES", "postgres"),
            ("valkey", "redis"), ("valkeys", "redis"), ("dragonfly", "redis"), ("keydb", "redis"),
            ("redis+ssl", "redis"), ("redis+cluster", "redis"), ("valkey+iovalkey", "redis"),
        ])
    func schemes(scheme: String, kind: String) throws {
        let target = try read("\(scheme)://u:secret@h:1234/0")
        #expect(target.kind == kind && target.endpoint == .network(host: "h", port: 1234))
        #expect(target.password == .given("secret") && target.name == "h")
    }

    @Test(
        "a driver that says TLS is never dropped",
        arguments: [
            ("pyamqp+ssl", "amqp"), ("librabbitmq+tls", "amqp"), ("amqp+amqps", "amqp"),
            ("nats+secure", "nats"),
            ("valkey+tls", "redis"), ("redis+sentinel+ssl", "redis"), ("http+tls", "http"),
            ("smtp+ssl", "smtp"),
        ])
    func schemesOverTLS(scheme: String, kind: String) throws {
        let target = try read("\(scheme)://h:1234\(scheme.contains("sentinel") ? "/m" : "")")
        #expect(target.kind == kind && target.tls != nil)
    }

    @Test("an address with a password and no user is a conflict, and not another level")
    func passwordOfNobody() {
        #expect(refusal { _ = try read("amqp://:secret@h/v") } != nil)
    }

    @Test(
        "what only looks like one of ours stays unknown",
        arguments: [
            "prisma+postgres", "x+redis", "db+mongodb", "memcached+tls", "mysql+ssl", "postgresql+tls",
            "nats+wss",
        ])
    func strangers(scheme: String) {
        #expect(refusal { _ = try read("\(scheme)://h/x") }?.contains("`\(scheme)` is unknown") == true)
    }

    static let modesCases: [(String, String?)] = [
        ("ssl=true", "require"), ("ssl=1", "require"), ("ssl", "require"), ("ssl=True", "require"),
        ("ssl=require", "require"), ("ssl=no-verify", "require"), ("ssl=verify-full", "verify-full"),
        ("ssl=false", "disable"), ("ssl=0", "disable"), ("sslmode=no-verify", "require"),
        ("sslMode=VERIFY_CA", "verify-ca"), ("sslmode=disable&ssl=true", "require"),
        ("ssl=false&sslmode=verify-full", "verify-full"), ("sslmode=require&ssl=no-verify", "require"),
        ("sslaccept=strict", nil), ("sslmode=prefer&sslaccept=strict", "prefer"),
        ("sslmode=require&sslaccept=strict", "verify-full"),
        ("sslmode=require&sslaccept=accept_invalid_certs", "require"),
        ("sslfactory=org.postgresql.ssl.NonValidatingFactory", "require"), ("requiressl=1", "require"),
        ("sslrootcert=system&sslmode=require", "verify-full"), ("sslmode=prefer&", "prefer"), ("", nil),
    ]

    @Test(
        "what says how to encrypt is in libpq's words, and the strongest of several counts",
        arguments: modesCases)
    func mode(query: String, mode: String?) throws {
        #expect(try read("postgres://h/db?\(query)").postgres.parameter("sslmode") == mode)
    }

    @Test("in Java `ssl=true` verifies the certificate and its name", arguments: ["jdbc", "r2dbc"])
    func java(wrapper: String) throws {
        let service = try read("\(wrapper):postgresql://h/db?ssl=true").postgres
        #expect(service.parameter("sslmode") == "verify-full")
        #expect(
            try read("\(wrapper):postgresql://h/db?ssl=true&sslmode=require").postgres
                .parameter("sslmode") == "verify-full")
    }

    static let renamedCases = [
        ("targetServerType=primary", "target_session_attrs", "primary"),
        ("targetServerType=preferSecondary", "target_session_attrs", "prefer-standby"),
        ("ApplicationName=x", "application_name", "x"),
        ("channelBinding=require", "channel_binding", "require"),
        ("sslRootCert=/a", "sslrootcert", "/a"), ("gssEncMode=disable", "gssencmode", "disable"),
    ]

    @Test("a driver's word is the parameter of libpq's that it means", arguments: renamedCases)
    func renamed(query: String, key: String, value: String) throws {
        #expect(try read("postgres://h/db?\(query)").postgres.parameter(key) == value)
    }

    @Test("who and where are read from a driver's words, and never twice")
    func places() throws {
        let service = try read("jdbc:postgresql://h:1/db?user=app&password=secret&prepareThreshold=0")
            .postgres
        #expect(service.user == "app" && service.password == .given("secret") && service.database == "db")
        let other = try read("postgres://h?username=app&databaseName=x").postgres
        #expect(other.user == "app" && other.database == "x")
        #expect(try read("postgres://app@h/db?database=x").postgres.database == "db")
    }

    static let droppedCases = [
        ("postgres://h/db?serverVersion=16&charset=utf8", "serverVersion, charset"),
        ("postgres://h/db?pool=5&encoding=unicode&timeout=5000", "pool, encoding, timeout"),
        ("postgres://h/db?x-migrations-table=m&search_path=a", "x-migrations-table, search_path"),
        ("postgres://h/db?connectTimeout=3&loadBalanceHosts=true", "connectTimeout, loadBalanceHosts"),
        ("postgres://h/db?a%20b=1&ok=1", "ok, 1 more"), ("postgres://h/db?%C3%A4=1", "1"),
        ("postgres://h/db?password=p&left=x&over=y", "2"),
        ("pg:host=h password=secret TimeZone=UTC", "1"), ("pg:host=h TimeZone=UTC", "TimeZone"),
        ("redis://h?family=0&protocol=3", "family, protocol"), ("redis://h?password=p&left=x", "1"),
        ("redis://:pw@h/?allowUsernameInURI=true", "allowUsernameInURI"),
    ]

    @Test("all else is dropped with one line, which never shows a value", arguments: droppedCases)
    func dropped(text: String, keys: String) throws {
        let said = "parameters that mean nothing to a probe are dropped: \(keys)"
        #expect(try read(text).warnings == [said])
    }

    static let protectedCases = [
        "sslfoo", "tls_x", "gssfoo", "requirepeers2x", "channel", "my_auth_mode", "certPins", "noverify",
    ]

    @Test("a key that may protect is never dropped", arguments: protectedCases)
    func protected(key: String) {
        for text in ["postgres://h/db?\(key)=secret", "redis://h?\(key)=secret"] {
            let said = refusal { _ = try read(text) } ?? ""
            #expect(said.contains("`\(key)`") && !said.contains("secret"), "\(text): \(said)")
        }
    }

    @Test("a password that is empty is none, is warned of, and PostgreSQL is logged in to all the same")
    func emptyPasswords() throws {
        for text in ["postgres://app:@h/db", "pg:host=h password=", "postgres://h/db?password="] {
            let target = try read(text)
            #expect(try target.postgres.password == .none && target.postgres.level == .query, "\(text)")
            #expect(target.warnings == ["its password is empty, which is no password: is a variable unset?"])
        }
        for text in ["redis://:@h", "redis://default:@h/0", "valkey://u:@h"] {
            let target = try read(text)
            #expect(
                try target.redis.password == .none && target.redis.user == nil && target.warnings.count == 1)
        }
    }

    @Test("hosts with their ports are read out of `host`, one or several")
    func hosts() throws {
        for text in [
            "postgresql+psycopg2://u:p@/app?host=a:1&host=b:2", "postgres:///app?host=a:1,b:2",
            "pg:host=a:1,b:2 dbname=app", "Host=a:1,b:2;Database=app",
        ] {
            let places = try read(text).postgres.places
            #expect(places.map(\.host) == ["a", "b"] && places.map(\.port) == [1, 2], "\(text)")
        }
        let mixed = try read("pg:host=::1,[::2]:7,/run/pg,c").postgres.places
        #expect(
            mixed.map(\.host) == ["::1", "::2", "/run/pg", "c"] && mixed.map(\.port) == [5432, 7, 5432, 5432])
    }

    @Test(
        "without a host PGHOST, PGHOSTADDR and PGPORT are the place",
        arguments: ["pg:", "postgres:///app", "pg:dbname=app"])
    func ambientHost(text: String) throws {
        let place = try read(text, ["PGHOST": "db", "PGPORT": "5433"]).postgres.places
        #expect(place.map(\.host) == ["db"] && place.map(\.port) == [5433])
        #expect(try read(text, ["PGHOST": "a,b", "PGPORT": "1,2"]).postgres.places.map(\.port) == [1, 2])
        #expect(try read("pg:host=own", ["PGHOST": "db", "PGPORT": "5433"]).postgres.places[0].port == 5432)
        #expect(refusal { _ = try read(text, ["PGPORT": "5433"]) }?.contains("host") == true)
    }

    static let pairsCases: [(String, String, String)] = [
        ("host=db user=app", "db", "app"),
        ("host=db port=5432 user=app password=secret sslmode=disable", "db", "app"),
        ("user=app host=db", "db", "app"), ("dbname=x host=db user='a b'", "db", "a b"),
        ("Host=db;Port=5432;Username=app;Password=secret;Database=app", "db", "app"),
        ("Server=db;User Id=app;Password='se;cret'", "db", "app"),
        ("host=db;uid=app;SSL Mode=Require;", "db", "app"),
        ("Host=db;Username=app;Include Error Detail=true;Pooling=false", "db", "app"),
    ]

    @Test("pairs without a scheme are libpq's or Npgsql's where all of the text is", arguments: pairsCases)
    func pairs(text: String, host: String, user: String) throws {
        for target in [try read(text), try read("env:X", ["X": text])] {
            #expect(try target.postgres.places[0].host == host && target.postgres.user == user)
        }
        #expect(try read("x=\(text)").name == "x")
    }

    static let namesCases = [
        ("host=db:5432", "host", "db"), ("user=tcp://db:1", "user", "db"), ("port=redis://db", "port", "db"),
        ("dbname=postgres://db/x?a=b", "dbname", "db"), ("Host=db:5432", "Host", "db"),
    ]

    @Test("one pair alone, or a first key that is nobody's, is NAME=TARGET", arguments: namesCases)
    func names(text: String, name: String, host: String) throws {
        let target = try read(text)
        #expect(target.name == name && target.endpoint.host == host)
        #expect(refusal { _ = try read("foo=db bar=app") } != nil)
        #expect(refusal { _ = try read("Foo=db;Host=app") } != nil)
    }

    @Test("StackExchange's configuration is read: places, then options")
    func stackExchange() throws {
        let target = try read("cache:6380,password=se=cret,ssl=True,abortConnect=False,defaultDatabase=2")
        #expect(target.endpoint == .network(host: "cache", port: 6380) && target.tls != nil)
        #expect(try target.redis.password == .given("se=cret") && target.redis.database == 2)
        let several = try read("a,b:7,password=x").redis
        #expect(several.alternatives == [.network(host: "b", port: 7)])
        #expect(try read("s1:26379,serviceName=main,password=x").redis.sentinelMaster == "main")
        #expect(refusal { _ = try read("a:1,b:2") } != nil)
    }

    static let sentinelsCases = [
        "redis+sentinel://a:1,b:2/m/3", "redis-sentinel://a:1,b:2/3#m",
        "sentinel://a:1;sentinel://b:2/3?master_name=m",
        "redis+sentinel://a:1,b:2/3?sentinelMasterId=m",
    ]

    @Test("several Sentinels are read, and the master's name wherever it is", arguments: sentinelsCases)
    func sentinels(text: String) throws {
        let target = try read(text)
        let service = try target.redis
        #expect(
            target.endpoint == .network(host: "a", port: 1)
                && service.alternatives == [.network(host: "b", port: 2)])
        #expect(service.sentinelMaster == "m" && service.database == 3 && service.role == .master)
    }

    @Test("a Sentinel without the name of a master needs one, and takes it as a setting")
    func namelessMaster() throws {
        let text = "x=sentinel://a;sentinel://b/0"
        #expect(
            refusal { _ = try read(text) }?.hasPrefix("x.master: the name of the master is missing") == true)
        #expect(try read([text], set: ["x.master=m"])[0].redis.sentinelMaster == "m")
        #expect(
            refusal { _ = try read(["x=redis://h"], set: ["x.sentinel_password=m"]) }?.contains("Sentinel")
                == true)
    }

    @Test("a list of addresses of which one is cut short is a mistake or a target, and no end of the program")
    func shortItems() throws {
        for separator in [";", ","] {
            for scheme in ["redis", "sentinel"] {
                for item in ["", "r", "/", "@", ":", "//", "a@", "@/", "\u{FF}"] {
                    for place in 0..<3 {
                        var items = ["a", "b", "c"]
                        items[place] = item
                        let text = items.map { "\(scheme)://\($0)" }.joined(separator: separator)
                        let refused = refusal { _ = try read("x=\(text)?master=m") }
                        #expect(refused.map { !$0.isEmpty } ?? true, "\(text)")
                    }
                }
            }
        }
    }

    @Test("TLS of Redis clients is ours, and never less than was written")
    func redisTLS() throws {
        #expect(try read("rediss://h?ssl_cert_reqs=none").tls?.isInsecure == true)
        #expect(try read("rediss://h?ssl_cert_reqs=CERT_REQUIRED").tls?.isInsecure == false)
        #expect(try read("rediss://h?ssl_check_hostname=false").tls?.verifiesName == false)
        #expect(
            refusal { _ = try read("rediss://h?ssl_ca_certs=%2Fa") }
                == "h.ca_file: cannot read /a: it must exist, be readable and have at most 64 KiB")
        #expect(try read("redis://h?ssl=true").tls != nil && read("rediss://h?ssl=false").tls != nil)
        #expect(try read("rediss://h/#insecure").tls?.isInsecure == true && read("redis://h").tls == nil)
    }

    static let socketsCases = [
        ("redis:///run/r.sock", "redis", "/run/r.sock"),
        ("unix://:pw@/run/r.sock?db=1", "redis", "/run/r.sock"),
        ("unix:///run/r.sock?db=1", "redis", "/run/r.sock"),
        ("redis+socket:///run/r.sock", "redis", "/run/r.sock"),
        ("redis-socket:///run/r.sock?database=1", "redis", "/run/r.sock"),
        ("unix:///run/r.sock", "unix", "/run/r.sock"),
        ("unix:/run/r.sock", "unix", "/run/r.sock"), ("unix://@app", "unix", "@app"),
        ("http+unix:///run/h.sock:/_ping", "http", "/run/h.sock"),
        ("http+unix://%2Frun%2Fh.sock/_ping", "http", "/run/h.sock"),
        ("http://unix:/run/h.sock:/_ping", "http", "/run/h.sock"),
    ]

    @Test("a socket is a socket however its owner writes it", arguments: socketsCases)
    func sockets(text: String, kind: String, path: String) throws {
        let target = try read(text)
        #expect(target.kind == kind && target.endpoint == .unixSocket(path: path))
        guard let service = target.service as? HTTPService else { return }
        #expect(service.path == "/_ping")
    }

    @Test("what follows the host of a Redis address is a database where it is a number")
    func redisPaths() throws {
        #expect(try read("redis://h/2/").redis.database == 2 && read("redis://h/2/").warnings == [])
        for text in ["redis://h/messages", "redis://h/messages/symfony/consumer"] {
            #expect(try read(text).redis.database == 0)
            #expect(try read(text).warnings == ["its path is no database, and is dropped"])
        }
    }

    @Test("`@` is a letter like others in the path and the query of HTTP (RFC 3986 §3.3, §3.4)")
    func atSigns() throws {
        for path in ["/@myorg/pkg", "/health?to=a@b.c"] {
            let service = try #require(try read("http://h\(path)").service as? HTTPService)
            #expect(service.requestTarget.reveal { $0.elementsEqual(path.utf8) })
        }
    }
}
