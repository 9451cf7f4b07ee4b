import HealthCore
import Testing

@Suite("Whose password is whose")
struct PasswordTests {
    private func password(
        _ argument: String, _ variables: [String: String] = [:], set settings: [String] = [],
        passwordFile: String? = nil, secrets: [String: String] = [:], passFiles: [String: String] = [:]
    ) throws -> PasswordSource? {
        try read(
            [argument], set: settings, passwordFile: passwordFile,
            context(variables, secrets: secrets, passFiles: passFiles))[0].password
    }

    // MARK: The target's own

    @Test("a password belongs to a target when its URI, conninfo or --set says so")
    func own() throws {
        #expect(try password("postgres://u:p@h") == .given("p"))
        #expect(try password("pg:host=h password=p") == .given("p"))
        #expect(try password("h:5432", set: ["h.password=p"]) == .given("p"))
        #expect(try password("redis://:p@h") == .given("p"))
        #expect(try password("h:6379", set: ["h.password=p"]) == .given("p"))
        #expect(try password("h:5432") == PasswordSource.none)
        #expect(try password("h:6379") == PasswordSource.none)
        #expect(try password("h:80") == nil)
    }

    @Test("the target's own password wins over everything around it")
    func ownWins() throws {
        let around = ["PGPASSWORD": "x", "PGUSER": "u", "PGPASSFILE": "/pass", "REDISCLI_AUTH": "x"]
        let files = ["/pass": "*:*:*:*:x"]
        #expect(try password("postgres://u:p@h", around, passFiles: files) == .given("p"))
        #expect(try password("h:5432", around, set: ["h.password=p"], passFiles: files) == .given("p"))
        #expect(try password("redis://:p@h", around) == .given("p"))
        #expect(
            try password(
                "h:5432", around, passwordFile: "/secret", secrets: ["/secret": "p"], passFiles: files)
                == .file(path: "/secret"))
    }

    @Test("--set replaces a URI's password")
    func setReplaces() throws {
        #expect(try password("postgres://u:one@h", set: ["h.password=two"]) == .given("two"))
    }

    @Test("a kind that takes a password says that a file is better, and no kind names another's variable")
    func places() throws {
        let texts = [
            "q=amqp://u:p@h", "q=nats://u:p@h", "q=mysql://u:p@h", "q=redis://u:p@h", "q=postgres://u:p@h",
        ]
        let kinds = try texts.map { type(of: try read($0).service) as any Kind.Type }
        for kind in Kinds() {
            let better = kind.secrets.better
            let takesPassword = kinds.contains { $0 == kind }
            #expect(better.contains("password_file") == takesPassword, "\(kind.word)")
            for (variable, word) in [
                ("PGPASSFILE", "postgres"), ("MYSQL_PWD", "mysql"), ("REDISCLI_AUTH", "redis"),
            ] {
                #expect(better.contains(variable) == (kind.word == word), "\(kind.word)")
            }
        }
    }

    // MARK: Files

    @Test("a secret file belongs to the target that names it")
    func passwordFile() throws {
        let secrets = ["/secret": "p"]
        #expect(
            try password("h:5432", set: ["h.password_file=/secret"], secrets: secrets)
                == .file(path: "/secret"))
        #expect(try password("h:6379", passwordFile: "/secret", secrets: secrets) == .file(path: "/secret"))
    }

    @Test("--password-file needs exactly one target that can take it")
    func passwordFileTakers() throws {
        func sentence(_ count: Int) -> String {
            "--password-file needs exactly one target without a password, or one of them that names a user,"
                + " and there are \(count): use --set NAME.password_file=PATH"
        }
        let around = context(secrets: ["/secret": "p"])
        #expect(refusal { _ = try read(["h:80"], passwordFile: "/secret", around) } == sentence(0))
        #expect(
            refusal { _ = try read(["a:5432", "b:6379"], passwordFile: "/secret", around) } == sentence(2))
        let targets = try read(["web:80", "db:5432", "unix:///s"], passwordFile: "/secret", around)
        #expect(targets.map(\.password) == [nil, .file(path: "/secret"), nil])
        #expect(
            refusal { _ = try read(["postgres://u:p@h"], passwordFile: "/secret", around) }
                == "--password-file: h has a password already")
    }

    @Test("a password and a password file contradict each other")
    func contradictions() {
        let around = context(secrets: ["/secret": "p"])
        func sentence(_ argument: String, _ settings: [String]) -> String? {
            refusal { _ = try read([argument], set: settings, around) }
        }
        #expect(
            sentence("postgres://u:p@h", ["h.password_file=/secret"])
                == "h.password_file: the target has a password already")
        #expect(
            sentence("h:5432", ["h.password_file=/secret", "h.password=p"])
                == "h.password: the target has a password file already")
        #expect(
            sentence("h:6379", ["h.password_file=/secret", "h.password_file=/secret"])
                == "h.password_file: the target has a password file already")
    }

    @Test("a secret file that cannot be read is an error at the start")
    func missingFile() {
        #expect(
            refusal { _ = try password("h:5432", set: ["h.password_file=/no\nsuch"]) }
                == "h.password_file: cannot read /no\\x0asuch: it must exist, be readable and have at most 64 KiB"
        )
        #expect(refusal { _ = try password("h:6379", passwordFile: "/none") } != nil)
    }

    // MARK: PGPASSWORD

    @Test("PGPASSWORD counts only together with a user that was named by the target or by PGUSER")
    func pgPassword() throws {
        let ambient = PasswordSource.given("p")
        let around = ["PGPASSWORD": "p", "POSTGRES_USER": "image", "USER": "me"]
        #expect(try password("h:5432", around) == PasswordSource.none)
        #expect(try password("postgres://h/db", around) == PasswordSource.none)
        #expect(try password("postgres://u@h", around) == ambient)
        #expect(try password("pg:host=h user=u", around) == ambient)
        #expect(try password("h:5432", around, set: ["h.user=u"]) == ambient)
        #expect(try password("h:5432", around.merging(["PGUSER": "u"]) { $1 }) == ambient)
        #expect(try password("h:5432", ["PGPASSWORD": "p", "PGUSER": ""]) == PasswordSource.none)
        #expect(try password("postgres://u@h", ["PGPASSWORD": ""]) == PasswordSource.none)
        #expect(try password("h:80", around.merging(["PGUSER": "u"]) { $1 }) == nil)
    }

    @Test("PGPASSWORD counts for every target whose user was named, and is no argument")
    func pgPasswordOfSeveral() throws {
        let targets = try read(
            ["postgres://u@a", "b:5432", "postgres://v@c"], context(["PGPASSWORD": "p"]))
        #expect(targets.map(\.password) == [.given("p"), PasswordSource.none, .given("p")])
        #expect(!targets.contains { $0.hasPasswordInArguments })
    }

    // MARK: Password files of libpq's

    @Test("a line of PGPASSFILE, of ~/.pgpass or of passfile= that matches makes the file the source")
    func passFile() throws {
        let files = [
            "/pass": "h:5432:postgres:postgres:p", "/home/me/.pgpass": "*:*:*:*:p", "/own": "h:*:*:*:p",
        ]
        let pass = ["PGPASSFILE": "/pass", "HOME": "/home/me"]
        #expect(try password("h:5432", pass, passFiles: files) == .passFile(path: "/pass"))
        #expect(try password("other:5432", pass, passFiles: files) == PasswordSource.none)
        #expect(
            try password("h:5432", ["HOME": "/home/me"], passFiles: files)
                == .passFile(path: "/home/me/.pgpass"))
        #expect(try password("pg:host=h passfile=/own", pass, passFiles: files) == .passFile(path: "/own"))
        #expect(try password("pg:host=x passfile=/own", pass, passFiles: files) == PasswordSource.none)
        // One that is missing, or that others may read, is passed over as libpq does.
        #expect(try password("h:5432", ["PGPASSFILE": "/gone"], passFiles: files) == PasswordSource.none)
        #expect(try password("h:5432", passFiles: files) == PasswordSource.none)
    }

    @Test("PGPASSWORD wins over a file of libpq's, as in libpq")
    func pgPasswordAndFile() throws {
        let around = ["PGPASSWORD": "p", "PGPASSFILE": "/pass"]
        let files = ["/pass": "*:*:*:*:q"]
        #expect(try password("postgres://u@h", around, passFiles: files) == .given("p"))
        #expect(try password("h:5432", around, passFiles: files) == .passFile(path: "/pass"))
    }

    // MARK: REDISCLI_AUTH

    @Test("REDISCLI_AUTH counts only when there is exactly one Redis target, without userinfo")
    func redis() throws {
        let around = ["REDISCLI_AUTH": "p"]
        #expect(try password("h:6379", around) == .given("p"))
        #expect(try password("redis://h/2", around) == .given("p"))
        #expect(try password("redis+unix:///s", around) == .given("p"))
        // Another user's password is not its own, and a user without a password is no login.
        #expect(throws: ConfigurationError("h.user: a Redis user needs a password as well")) {
            try password("h:6379", around, set: ["h.user=u"])
        }
        #expect(try password("h:6379", ["REDISCLI_AUTH": ""]) == PasswordSource.none)
        let two = try read(["a:6379", "b:6379"], context(around))
        #expect(two.map(\.password) == [PasswordSource.none, PasswordSource.none])
        let oneWithout = try read(["redis://:q@a", "b:6379"], context(around))
        #expect(oneWithout.map(\.password) == [.given("q"), PasswordSource.none])
        let mixed = try read(["db:5432", "cache:6379", "web:80"], context(around))
        #expect(mixed.map(\.password) == [PasswordSource.none, .given("p"), nil])
    }

    @Test("only a password from the context is ambient")
    func ambient() throws {
        let around = ["REDISCLI_AUTH": "p"]
        #expect(try read("h:6379", around).redis.passwordIsAmbient)
        #expect(try !read("redis://:p@h", around).redis.passwordIsAmbient)
        #expect(try !read("h:6379").redis.passwordIsAmbient)
        #expect(try !read("h:6379", around).hasPasswordInArguments)
    }

    // MARK: The level

    @Test("a target with a password is queried, unless its level was chosen")
    func level() throws {
        func level(
            _ argument: String, _ variables: [String: String] = [:], set settings: [String] = []
        ) throws -> SQLLevel {
            let around = context(variables, secrets: ["/s": "p"], passFiles: ["/pass": "h:*:*:*:p"])
            return try read([argument], set: settings, around)[0].postgres.level
        }
        #expect(try level("h:5432") == .ping)
        #expect(try level("postgres://u@h") == .ping)
        #expect(try level("postgres://u:p@h") == .query)
        #expect(try level("h:5432", set: ["h.password=p"]) == .query)
        #expect(try level("h:5432", set: ["h.password_file=/s"]) == .query)
        #expect(try level("postgres://u@h", ["PGPASSWORD": "p"]) == .query)
        #expect(try level("h:5432", ["PGPASSWORD": "p"]) == .ping)
        #expect(try level("h:5432", ["PGPASSFILE": "/pass"]) == .query)
        #expect(try level("other:5432", ["PGPASSFILE": "/pass"]) == .ping)
        #expect(try level("postgres://u:p@h", set: ["h.level=ping"]) == .ping)
        #expect(try level("postgres://u:p@h", set: ["h.level=writable"]) == .writable)
        #expect(try level("h:5432", set: ["h.level=writable"]) == .writable)
    }
}
