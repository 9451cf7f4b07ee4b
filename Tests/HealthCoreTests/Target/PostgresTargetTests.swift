import HealthCore
import Testing

@Suite("PostgreSQL targets")
struct PostgresTargetTests {
    @Test("a URI names user, password, host, port and database (LU-1)")
    func wholeURI() throws {
        let target = try read("postgresql://u:s@host:12345/db")
        #expect(target.endpoint == .network(host: "host", port: 12345))
        #expect(target.name == "host")
        #expect(target.kind == "postgres")
        #expect(!target.isInferred)
        let service = try target.postgres
        #expect(service.user == "u")
        #expect(service.userOrigin == .target)
        #expect(service.database == "db")
        #expect(service.databaseOrigin == .target)
        #expect(service.password == .given("s"))
    }

    static let endpoints: [(String, Endpoint)] = [
        ("postgres://host", .network(host: "host", port: 5432)),
        ("postgres://host:/", .network(host: "host", port: 5432)),  // LU-10
        ("postgres://host/", .network(host: "host", port: 5432)),
        ("postgres://host:6543?", .network(host: "host", port: 6543)),
        ("POSTGRES://host", .network(host: "host", port: 5432)),
        ("postgresql://[::1]:12345/db", .network(host: "::1", port: 12345)),  // LU-4
        ("postgresql://[::1]/db", .network(host: "::1", port: 5432)),
        ("postgresql://127.0.0.1", .network(host: "127.0.0.1", port: 5432)),
        ("postgres://%68ost:5%3432", .network(host: "host", port: 5432)),
        // LU-5, and the directory as a parameter.
        (
            "postgres://%2Fvar%2Flib%2Fpostgresql/dbname",
            .unixSocket(path: "/var/lib/postgresql/.s.PGSQL.5432")
        ),
        ("postgres:///db?host=/run/pg&port=6000", .unixSocket(path: "/run/pg/.s.PGSQL.6000")),
        ("postgresql://host?hostaddr=63.1.2.4", .network(host: "host", port: 5432)),  // LU-7
        ("postgresql://?hostaddr=63.1.2.4", .network(host: "63.1.2.4", port: 5432)),
        // A parameter wins over the authority, as in libpq.
        ("postgres://a:1/db?host=b&port=2", .network(host: "b", port: 2)),
        ("postgres+psycopg://host/db", .network(host: "host", port: 5432)),
        ("postgresql+asyncpg://host/db", .network(host: "host", port: 5432)),
        ("pg:host=db", .network(host: "db", port: 5432)),
        ("pg:host=db port=6543", .network(host: "db", port: 6543)),
        ("pg:hostaddr=10.0.0.1", .network(host: "10.0.0.1", port: 5432)),
        ("pg:host=::1", .network(host: "::1", port: 5432)),
        ("pg:host=/run/pg port=6000", .unixSocket(path: "/run/pg/.s.PGSQL.6000")),
        ("pg:  host = 'db'\tport\n=\n'1' ", .network(host: "db", port: 1)),
        // A name that is in no file system, and what libpq dials where there are both.
        ("pg:host=@pg port=6000", .unixSocket(path: "@pg/.s.PGSQL.6000")),
        ("postgres://%40pg/db", .unixSocket(path: "@pg/.s.PGSQL.5432")),
        ("pg:host=/run/pg hostaddr=10.0.0.1", .network(host: "10.0.0.1", port: 5432)),
        // PQconnectdbParams' way of giving a URI.
        ("pg:dbname=postgres://u:p@db:6543/app", .network(host: "db", port: 6543)),
        ("pg:host=a port=1 dbname=postgresql://db", .network(host: "db", port: 1)),
        ("pg:dbname=postgres://db:2 host=a", .network(host: "a", port: 2)),
    ]

    @Test("where it is: URIs and conninfo as libpq reads them (L-33)", arguments: endpoints)
    func endpoint(text: String, endpoint: Endpoint) throws {
        let target = try read(text)
        #expect(target.endpoint == endpoint)
        #expect(target.kind == "postgres")
    }

    @Test("hostaddr is dialled, and the host keeps its name (LU-7)")
    func hostAddress() throws {
        #expect(try read("postgresql://host?hostaddr=63.1.2.4").postgres.places[0].address == "63.1.2.4")
        #expect(try read("pg:host=h hostaddr=::1").postgres.places[0].address == "::1")
        #expect(try read("postgresql://host").postgres.places[0].address == nil)
    }

    /// A place as it is dialled.
    struct Spot: Equatable {
        let endpoint: Endpoint
        let address: String?
    }

    static let lists: [(String, [Spot])] = [
        (
            "postgres://u@127.0.0.1:1,%2Frun%2Fpg/db",
            [
                .init(endpoint: .network(host: "127.0.0.1", port: 1), address: nil),
                .init(endpoint: .unixSocket(path: "/run/pg/.s.PGSQL.5432"), address: nil),
            ]
        ),
        (
            "postgres://%2Frun%2Fpg:7,%40x,[::1]:8/db",
            [
                .init(endpoint: .unixSocket(path: "/run/pg/.s.PGSQL.7"), address: nil),
                .init(endpoint: .unixSocket(path: "@x/.s.PGSQL.5432"), address: nil),
                .init(endpoint: .network(host: "::1", port: 8), address: nil),
            ]
        ),
        (
            "pg:host=a,b hostaddr=10.0.0.1,10.0.0.2 port=1,2",
            [
                .init(endpoint: .network(host: "a", port: 1), address: "10.0.0.1"),
                .init(endpoint: .network(host: "b", port: 2), address: "10.0.0.2"),
            ]
        ),
        (
            "pg:host=a,,/run/pg hostaddr=,::1,::2",
            [
                .init(endpoint: .network(host: "a", port: 5432), address: nil),
                .init(endpoint: .network(host: "::1", port: 5432), address: nil),
                .init(endpoint: .network(host: "::2", port: 5432), address: nil),
            ]
        ),
        (
            "pg:hostaddr=10.0.0.1,::1 port=9",
            [
                .init(endpoint: .network(host: "10.0.0.1", port: 9), address: "10.0.0.1"),
                .init(endpoint: .network(host: "::1", port: 9), address: "::1"),
            ]
        ),
    ]

    @Test("lists of hosts, addresses and ports are as long as each other (L-28)", arguments: lists)
    func severalPlaces(text: String, places: [Spot]) throws {
        let target = try read(text)
        #expect(try target.postgres.places.map { Spot(endpoint: $0.endpoint, address: $0.address) } == places)
        #expect(target.endpoint == places[0].endpoint)
    }

    @Test("a URI as dbname gives all that it says, and what follows it wins")
    func uriAsDatabase() throws {
        let service = try read("pg:port=1 dbname=postgres://x:pw@h/app?sslmode=disable user=me").postgres
        #expect("\(service.user)/\(service.database)" == "me/app")
        #expect(service.password == .given("pw"))
        #expect(service.parameter("sslmode") == "disable")
        #expect(try read("pg:dbname=postgres://me:pw@h").hasPasswordInArguments)
    }

    static let passwords: [(String, [UInt8])] = [
        ("postgres://u:p%40%2F%3f%23%3A%25@h", Array("p@/?#:%".utf8)),
        ("postgres://u:a:b@h", Array("a:b".utf8)),
        ("postgres://u:%ff%0a@h", [0xFF, 0x0A]), ("postgres://u@h?password=a%26b", Array("a&b".utf8)),
        ("postgres://u:one@h?password=two", Array("two".utf8)), ("postgres://u:p=q@h", Array("p=q".utf8)),
        ("pg:host=h password=secret", Array("secret".utf8)), ("pg:host=h password='a b'", Array("a b".utf8)),
        ("pg:host=h password='it\\'s \\\\'", Array("it's \\".utf8)),
        ("pg:password=a\\ b host=h", Array("a b".utf8)),
        ("pg:password=@/?#% host=h", Array("@/?#%".utf8)), ("pg:host=h password=a'b", Array("a'b".utf8)),
    ]

    @Test("passwords keep every byte, percent-decoded or unquoted", arguments: passwords)
    func password(text: String, bytes: [UInt8]) throws {
        #expect(try read(text).postgres.password == .given(Secret(bytes)))
    }

    static let whoms: [(String, [String: String], String, PostgresService.Origin)] = [
        ("postgres://me@h/mine", ["PGUSER": "x", "POSTGRES_USER": "y"], "me/mine", .target),
        (
            "h:5432", ["PGUSER": "me", "PGDATABASE": "mine", "POSTGRES_USER": "y", "POSTGRES_DB": "z"],
            "me/mine", .libpqVariable
        ),
        (
            "h:5432", ["POSTGRES_USER": "me", "POSTGRES_DB": "mine", "USER": "root"], "me/mine",
            .imageVariable
        ),
        ("h:5432", ["USER": "root", "LOGNAME": "root"], "postgres/postgres", .ours),
        (
            "postgres://h", ["PGUSER": "", "PGDATABASE": "", "POSTGRES_USER": "", "POSTGRES_DB": ""],
            "postgres/postgres", .ours
        ),
        ("pg:host=h dbname='' user=", [:], "postgres/postgres", .ours),
        ("pg:host=h user=me dbname=mine", ["PGUSER": "x"], "me/mine", .target),
        ("postgres://h?user=me&dbname=mine", [:], "me/mine", .target),
        ("postgres://%6de@h/mi%6ee", [:], "me/mine", .target),
        // An empty dbname is the user's name, whatever the variables say.
        ("pg:host=h user=me dbname=''", ["PGDATABASE": "x", "POSTGRES_DB": "y"], "me/me", .target),
        ("postgres://me@h/?dbname=", ["PGDATABASE": "x"], "me/me", .target),
        ("pg:host=h dbname=''", ["PGUSER": "me", "PGDATABASE": "x"], "me/me", .libpqVariable),
    ]

    @Test(
        "who to be: the target's, else PG*, else POSTGRES_*, else postgres; never the OS user (L-8)",
        arguments: whoms)
    func identity(
        text: String, variables: [String: String], identity: String, origin: PostgresService.Origin
    ) throws {
        let service = try read(text, variables).postgres
        #expect("\(service.user)/\(service.database)" == identity)
        #expect(service.userOrigin == origin)
        #expect(service.databaseOrigin == origin)
    }

    @Test("a user without a database leaves the database ours, not the user's name")
    func databaseIsNotTheUser() throws {
        let service = try read("postgres://app@h").postgres
        #expect(service.database == "postgres")
        #expect(service.databaseOrigin == .ours)
        #expect(service.userOrigin == .target)
    }

    @Test(
        "the keys of well-known ORMs are dropped, with a note",
        arguments: [
            "schema", "pgbouncer", "connection_limit", "pool_timeout", "pool_size", "statement_cache_size",
        ])
    func ormKeys(key: String) throws {
        for text in ["postgres://h/db?\(key)=x", "pg:host=h \(key)=x"] {
            let target = try read(text)
            #expect(target.warnings == ["parameters that mean nothing to a probe are dropped: \(key)"])
            #expect(try target.postgres.parameter(key) == nil)
        }
        #expect(try read("postgres://h/db?sslmode=disable").warnings == [])
    }

    @Test("connect_timeout is known, not used, and noted (L-19)")
    func connectTimeout() throws {
        let target = try read("postgres://h/db?connect_timeout=10")
        #expect(target.notes == ["connect_timeout is not used: --attempt-timeout bounds the whole attempt"])
        #expect(try target.postgres.parameter("connect_timeout") == nil)
    }

    static let given: [(String, String, String)] = [
        ("postgres://h?sslmode=verify-ca", "sslmode", "verify-ca"),
        ("postgres://h?ssl=true", "sslmode", "require"),
        ("postgres://h?requiressl=1", "sslmode", "require"),
        ("pg:host=h requiressl=0", "sslmode", "prefer"),
        ("postgres://h?application_name=a%20b", "application_name", "a b"),
        ("postgres://h?options=-c%20a%3Db", "options", "-c a=b"),
        ("pg:host=h options='-c a=b'", "options", "-c a=b"),
        ("pg:host=h target_session_attrs=read-write", "target_session_attrs", "read-write"),
        ("pg:host=h keepalives=0", "keepalives", "0"),
    ]

    @Test("what libpq knows is handed on as given", arguments: given)
    func parameters(text: String, key: String, value: String) throws {
        #expect(try read(text).postgres.parameter(key) == value)
    }

    @Test(
        "sslrootcert=system means verify-full, whatever sslmode stands before or behind it",
        arguments: [
            "postgres://h?sslrootcert=system", "postgres://h?sslmode=require&sslrootcert=system",
            "postgres://h?sslrootcert=system&sslmode=require", "pg:sslrootcert=system sslmode=disable host=h",
            "postgres://h?sslrootcert=system&ssl=true",
        ])
    func systemRoots(text: String) throws {
        let service = try read(text).postgres
        #expect(service.parameter("sslrootcert") == "system")
        #expect(service.parameters.filter { $0.key == "sslmode" }.count == 1)
        #expect(service.parameter("sslmode") == "verify-full")
    }

    @Test("a password in the arguments is known to be there, one in a variable is not")
    func passwordInArguments() throws {
        #expect(try read("postgres://u:p@h").hasPasswordInArguments)
        #expect(try read("db=pg:host=h password=p").hasPasswordInArguments)
        #expect(try !read("postgres://u@h").hasPasswordInArguments)
        #expect(try !read("env:URL", ["URL": "postgres://u:p@h"]).hasPasswordInArguments)
    }
}
