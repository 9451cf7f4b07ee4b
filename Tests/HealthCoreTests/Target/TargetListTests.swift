import HealthCore
import Testing

@Suite("The targets of a run")
struct TargetListTests {
    @Test("two equal names are an error that asks for others")
    func duplicates() throws {
        let sentence = "two targets are called db: name them, for example first=HOST:PORT second=HOST:PORT"
        #expect(refusal { _ = try read(["db=x:5432", "db=y:6379"]) } == sentence)
        #expect(refusal { _ = try read(["db=a:80", "x=h:80", "db=y:80"]) } == sentence)
        #expect(try read(["a=db:5432", "b=db:6379"]).map(\.name) == ["a", "b"])
        #expect(try read(["db:5432", "DB:6379"]).count == 2)
    }

    @Test("--set gives a target settings of its own")
    func sets() throws {
        let targets = try read(
            ["db:5432", "cache:6379"],
            set: [
                "db.timeout=5s", "db.interval=250ms", "db.stable=2", "db.success_threshold=3",
                "db.optional=yes",
                "db.accept=loading,auth", "db.level=writable", "db.query=SELECT a=b.c", "db.user=app",
                "db.database=main",
                "cache.user=app", "cache.database=4", "cache.level=ping", "cache.password=p=q",
            ])
        var expected = TargetSettings()
        expected.timeout = .seconds(5)
        expected.interval = .milliseconds(250)
        expected.stable = .seconds(2)
        expected.successThreshold = 3
        expected.isOptional = true
        expected.accepted = [.loading, .auth]
        #expect(targets[0].settings == expected)
        #expect(targets[1].settings == TargetSettings())
        let postgres = try targets[0].postgres
        #expect(postgres.level == .writable)
        #expect(postgres.query == Secret("SELECT a=b.c".utf8))
        #expect(postgres.user == "app")
        #expect(postgres.userOrigin == .target)
        #expect(postgres.database == "main")
        #expect(postgres.databaseOrigin == .target)
        let redis = try targets[1].redis
        #expect(redis.user == "app")
        #expect(redis.database == 4)
        #expect(redis.password == .given("p=q"))
        #expect(targets.map(\.hasPasswordInArguments) == [false, true])
    }

    @Test(
        "a token in an argument is told like a password, wherever it stands",
        arguments: [
            ("http://h/", ["a.headers=Authorization: Bearer t"], true),
            ("http://h/", ["a.headers=Accept: text/html\nX-Api-Key: t"], true),
            ("http://h/", ["a.headers=Cookie: a=b"], true), ("http://h/", ["a.headers=Accept: a"], false),
            ("http://h/?access_token=t", [], true), ("http://h/?deep=1", [], false),
            ("http://h/", ["a.header_file=/f"], false), ("postgres://h/d?sslpassword=x", [], true),
            ("redis://h?password=x", [], true), ("env:URL", [], false),
        ] as [(String, [String], Bool)])
    func tokens(target: String, settings: [String], isTold: Bool) throws {
        let around = context(["URL": "http://h/?token=t"], secrets: ["/f": "Authorization: t"])
        let targets = try TargetList.read(
            [Array("a=\(target)".utf8)], settings: settings.map { Array($0.utf8) }, passwordFile: nil, around)
        #expect(targets.map(\.hasPasswordInArguments) == [isTold])
        // What comes from the environment is no argument.
        let hidden = try TargetList.read(
            [Array("a=http://h/".utf8)], settings: [Array("a.headers=Authorization: t".utf8)],
            settingsSource: "WAITFOR_GATE_SET", passwordFile: nil, around)
        #expect(!hidden[0].hasPasswordInArguments)
    }

    @Test("a query of one's own is run without a password, too")
    func queryChoosesItsLevel() throws {
        #expect(try read(["db:5432"])[0].postgres.level == .ping)
        #expect(try read(["db:5432"], set: ["db.query=SELECT 2"])[0].postgres.level == .query)
        #expect(
            try read(["db:5432"], set: ["db.level=writable", "db.query=SELECT 2"])[0].postgres.level
                == .writable)
    }

    @Test("a name with dots in it can be set too")
    func dottedName() throws {
        #expect(try read(["127.0.0.1:80"], set: ["127.0.0.1.timeout=5s"])[0].settings.timeout == .seconds(5))
    }

    static let form = "--set takes NAME.key=value"

    static let mistakes: [(String, String)] = [
        ("", form), ("db", form), ("db.timeout", form), ("db=5s", form), (".timeout=5s", form),
        ("db.=5s", form),
        ("timeout=a.b", form), ("web.timeout=5s", "\(form), and there is no target called web"),
        ("web\u{1B}.timeout=5s", "\(form), and there is no target called web\\x1b"),
        ("db.timeout=0", "db.timeout: a duration of at least 1ms, like 500ms or 3s"),
        ("db.timeout=999us", "db.timeout: a duration of at least 1ms, like 500ms or 3s"),
        ("db.interval=soon", "db.interval: a duration of at least 1ms, like 500ms or 3s"),
        ("db.stable=-1s", "db.stable: a duration of at least 1ms, like 500ms or 3s"),
        ("db.success_threshold=0", "db.success_threshold: a whole number from 1"),
        ("db.success_threshold=1.5", "db.success_threshold: a whole number from 1"),
        ("db.optional=", "db.optional: true or false"), ("db.optional=ja", "db.optional: true or false"),
        ("db.accept=", "db.accept:  is no reason; `waitfor help targets` lists them"),
        ("db.accept=auth,nope", "db.accept: nope is no reason; `waitfor help targets` lists them"),
        ("db.level=deep", "db.level: ping, query or writable"),
        ("cache.level=query", "cache.level: ping is the only level of a Redis"),
        ("db.user=", "db.user: empty: is a variable unset?"),
        ("db.query=", "db.query: empty: is a variable unset?"),
        ("db.database=", "db.database: empty: is a variable unset?"),
        ("cache.user=", "cache.user: empty: is a variable unset?"),
        ("cache.database=x", "cache.database: a number from 0"),
        ("cache.database=-1", "cache.database: a number from 0"),
        ("db.password=", "db.password: empty: is a variable unset?"),
        ("db.password_file=", "db.password_file: empty: is a variable unset?"),
        ("db.nope=secret", "db.nope: no setting of a postgres target; `waitfor help targets` lists them"),
        ("cache.query=secret", "cache.query: no setting of a redis target, but of PostgreSQL and MySQL"),
        (
            "web-tcp.user=secret",
            "web-tcp.user: no setting of a tcp target, but of PostgreSQL, Redis, MySQL, NATS and AMQP"
        ),
        ("web-tcp.password=secret", "web-tcp.password: no setting of a tcp target"),
        (
            "web-tcp.level=ping",
            "web-tcp.level: no setting of a tcp target, but of PostgreSQL, Redis, MySQL and AMQP"
        ),
        ("sock.password_file=secret", "sock.password_file: no setting of a unix target"),
    ]

    @Test("a --set that is no setting is refused by its key, never by its value", arguments: mistakes)
    func refuses(setting: String, sentence: String) {
        let targets = ["db:5432", "cache:6379", "web-tcp=web:80", "sock=unix:///s"]
        #expect(refusal { _ = try read(targets, set: [setting]) } == sentence)
    }

    @Test("flags are what people write")
    func flags() {
        for text in ["true", "Yes", "ON", "1"] { #expect(Flag.parse(text) == true) }
        for text in ["false", "No", "OFF", "0"] { #expect(Flag.parse(text) == false) }
        for text in ["", "2", "y", "tru"] { #expect(Flag.parse(text) == nil) }
    }

    @Test("reasons are listed by their words")
    func reasonList() throws {
        func reasons(_ text: String) throws -> [Reason] {
            try SettingValue(Array(text.utf8), in: .set).reasons()
        }
        #expect(try reasons("auth") == [.auth])
        #expect(try reasons("read_only,no_database,auth,auth") == [.readOnly, .noDatabase, .auth])
        for text in ["", "auth,", ",auth", "auth loading", "Auth", "readOnly"] {
            #expect(throws: SettingError.self) { try reasons(text) }
        }
    }
}
