import HealthCore
import Testing

@Suite("Variables in targets")
struct VariableTextTests {
    static let variables = [
        "HOST": "db", "PORT": "5433", "PW": "p@s:s/w?#%&= '\\;,$", "USER": "a b", "EMPTY": "", "V6": "::1",
        "LIST": "a,b", "PATH_": "run/x", "SOCK": "/run/app.sock", "EVIL": "h/evil?sslmode=disable@x:1",
        "NL": "a\nb",
        "QUERY": "a&host=evil",
    ]

    private func target(_ text: String) throws -> Target { try read(text, Self.variables) }

    static let placesCases: [(String, String, UInt16)] = [
        ("${HOST}:5432", "db", 5432), ("${HOST}:${PORT}", "db", 5433), ("db:${NONE:-6379}", "db", 6379),
        ("db:${EMPTY:-6379}", "db", 6379), ("${HOST:?set it}:80", "db", 80),
        ("tcp://${HOST}:${PORT}", "db", 5433),
        ("http://${HOST}:${PORT}/x", "db", 5433), ("postgres://app@${HOST}/app", "db", 5432),
        ("redis://${V6}:${PORT}", "::1", 5433), ("redis://[${V6}]:1", "::1", 1), ("x=${HOST}:1", "db", 1),
        ("pg:host=${HOST} port=${PORT}", "db", 5433), ("host=${HOST} user=x", "db", 5432),
        ("Host=${HOST};Port=${PORT};Username=x", "db", 5433), ("postgres://a:1,${HOST}:2/x", "a", 1),
    ]

    @Test("a value is put into host and port", arguments: placesCases)
    func places(text: String, host: String, port: UInt16) throws {
        #expect(try target(text).endpoint == .network(host: host, port: port))
    }

    static let passwordsCases = [
        "postgres://app:${PW}@db/app", "redis://:${PW}@db", "redis://app:${PW}@db:1/0",
        "postgres://db?password=${PW}",
        "pg:host=db password=${PW}", "pg:password=${PW} host=db", "pg:host=db password='${PW}'",
        "redis://db?password=${PW}",
        "rediss+sentinel://:${PW}@db/m",
    ]

    @Test("a password stays one, whatever is in it, and is no argument", arguments: passwordsCases)
    func passwords(text: String) throws {
        let target = try target(text)
        #expect(target.password == .given(Self.variables["PW"] ?? ""))
        #expect(target.endpoint.host == "db" && !target.hasPasswordInArguments)
        let written = try #require(try read(text.replacing("${PW}", by: "a${PW}"), Self.variables) as Target?)
        #expect(written.hasPasswordInArguments)
    }

    @Test("a value stays in its part")
    func parts() throws {
        #expect(try target("postgres://${USER}@db/${PATH_}").postgres.user == "a b")
        #expect(try target("postgres://u@db/${PATH_}").postgres.database == "run/x")
        #expect(try target("postgres://u@db/${EVIL}").postgres.database == "h/evil?sslmode=disable@x:1")
        #expect(
            try target("postgres://u@db/x?application_name=${QUERY}").postgres.parameter("application_name")
                == "a&host=evil")
        #expect(try target("pg:host=db application_name=${QUERY} user=${USER}").postgres.user == "a b")
        #expect(try target("unix://${SOCK}").endpoint == .unixSocket(path: "/run/app.sock"))
        #expect(try target("redis+unix://${SOCK}?db=${NONE:-3}").redis.database == 3)
        let http = try #require(try target("http://db/${EVIL}").service as? HTTPService)
        #expect(http.path == "/h/evil%3Fsslmode%3Ddisable%40x%3A1")
    }

    static let misfitsCases = [
        "tcp://${EVIL}:1", "${LIST}:1", "${HOST}:${HOST}", "redis://${EVIL}", "postgres://u@${PW}/x",
        "${PW}://db",
        "Host=db;Username=x;Password=${PW}", "db:1,password=${PW}", "dns:${EVIL}", "postgres://u@${LIST}/x",
    ]

    @Test("a value that fits into no part is a mistake that shows none of it", arguments: misfitsCases)
    func misfits(text: String) {
        let said = refusal { _ = try target(text) } ?? ""
        #expect(said.contains("does not fit") && !said.contains("evil") && !said.contains("p@s"), "\(said)")
    }

    static let mistakesCases = [
        ("${NONE}:1", "target 1: variable: NONE is not set; write ${NONE:-default} if it may be missing"),
        ("${NONE:?the host}:1", "target 1: variable: NONE is not set: the host"),
        ("${EMPTY:?}:1", "target 1: variable: EMPTY is empty"),
        ("${HOST}", "target 1: variable: a variable that is the whole target is env:HOST"),
        ("x=${HOST}", "target x: variable: a variable that is the whole target is env:HOST"),
        (
            "postgres://u:${EMPTY}@db",
            "target 1: password: empty: is a variable unset? without a password, drop the `:`"
        ),
        ("${EMPTY}:1", "target 1: host: empty: is a variable unset? write 127.0.0.1 for this machine"),
    ]

    @Test("an unset or empty variable is named", arguments: mistakesCases)
    func mistakes(text: String, sentence: String) {
        #expect(refusal { _ = try target(text) } == sentence)
    }

    static let keptCases = ["pa$word", "pa$$word", "$1x", "a${", "a$PW", "a${PW-x}", "a${1}"]

    @Test("the port that Kubernetes sets for a Service is named as that")
    func serviceLinks() {
        let around = ["REDIS_PORT": "tcp://10.108.226.199:6379"]
        for said in [
            refusal { _ = try read("redis:${REDIS_PORT}", around) },
            refusal { _ = try read("redis:tcp://10.1.2.3:6379") },
        ] {
            #expect(said?.contains("Kubernetes") == true && said?.contains("10.") == false, "\(said ?? "")")
        }
    }

    @Test("every other `$` stays, and nothing is replaced twice", arguments: keptCases)
    func kept(password: String) throws {
        #expect(try target("redis://:\(password)@db").password == .given(password))
        #expect(try read("env:X", ["X": "redis://:a${PW}@db", "PW": "no"]).password == .given("a${PW}"))
        #expect(try read("redis://:${X}@db", ["X": "a${PW}", "PW": "no"]).password == .given("a${PW}"))
        #expect(try target("exec:echo ${HOST}").endpoint == read("exec:echo ${HOST}").endpoint)
    }

    static let unexpandedCases = [
        ("localhost:$UI_PORT", "`$UI_PORT`"), ("http://localhost:$(PORT)/health", "`$(PORT)`"),
        ("%DB_HOST%:5432", "`%DB_HOST%`"), ("{{ .Values.host }}:5432", "a variable"),
        ("postgres://app:$(PW)@$(DB_HOST):5432/app", "a variable"),
        ("tcp://${DB-x}:1", "`${DB-x}`"),
    ]

    @Test("what nobody replaced is named as that, and no password is", arguments: unexpandedCases)
    func unexpanded(text: String, name: String) {
        let said = refusal { _ = try read(text) } ?? ""
        #expect(
            said.contains("\(name) stands there, and nobody replaced it") || text.contains("${"), "\(said)")
        #expect(!said.contains("$(PW)"))
    }

    @Test("a value that a file of variables has spoilt is read without what is around it")
    func written() throws {
        let url = "postgres://app:secret@db/app"
        for value in [
            "\"\(url)\"", "'\(url)'", " \(url)", "\(url)\n", "\(url)\r", "\u{FEFF}\(url)",
            "\u{FEFF}\"\(url)\"\r\n", "\t\(url) ",
        ] {
            let target = try read("env:U", ["U": value])
            #expect(target.password == .given("secret") && target.warnings.count == 1, "\(value)")
        }
        #expect(try read("env:U", ["U": url]).warnings == [])
        #expect(try read("env:U", ["U": "host=db password='a b'"]).password == .given("a b"))
        #expect(try read("env:U", ["U": "redis://:${X}@db"]).warnings.count == 1)
    }

    @Test("env-file: reads the target in the file that the variable names")
    func files() throws {
        let around = context(
            ["URL_FILE": "/run/url", "NO_FILE": "/none"], secrets: ["/run/url": "redis://:pw@db"])
        let target = try #require(try read(["env-file:URL_FILE"], around).first)
        #expect(
            target.password == .given("pw") && target.name == "URL_FILE" && !target.hasPasswordInArguments)
        #expect(refusal { _ = try read(["env-file:NO_FILE"], around) }?.contains("cannot read /none") == true)
        #expect(refusal { _ = try read(["env-file:UNSET"], around) }?.contains("UNSET is not set") == true)
    }

    @Test("env:NAME? is left out where NAME is not set, but not all targets may be")
    func leftOut() throws {
        let around = context(["A": "db:5432"])
        #expect(try read(["env:A?", "env:B?", "c=env-file:C?"], around).map(\.name) == ["A"])
        #expect(
            refusal { _ = try read(["env:B?"], around) } == "no target is left: none of the variables is set")
        #expect(refusal { _ = try read(["env:A", "env:B"], around) } == "target 2: variable: B is not set")
    }

    @Test("all wrong targets are told at once")
    func all() {
        let said = refusal { _ = try read(["env:A", "db:5432", "env:B", "db:0"]) }
        #expect(said?.split(separator: "\n").count == 3)
    }

    @Test("password_env is a variable's name: beside another password, unset or empty it is a mistake")
    func passwordVariables() throws {
        let around = context(["PW": "secret", "EMPTY": ""])
        let target = try read(["x=redis://db"], set: ["x.password_env=PW"], around)[0]
        #expect(target.password == .given("secret") && !target.hasPasswordInArguments)
        #expect(
            try read(["x=postgres://app@db"], set: ["x.password_env=PW"], around)[0].postgres.level == .query)
        for (settings, sentence) in [
            (["x.password_env=NONE"], "x.password_env: NONE is not set"),
            (["x.password_env=EMPTY"], "x.password_env: EMPTY is empty"),
            (
                ["x.password_env=PW", "x.password_file=/f"],
                "x.password_file: the target has a password already"
            ),
            (
                ["x.password_file=/f", "x.password_env=PW"],
                "x.password_env: the target has a password already"
            ),
        ] {
            #expect(refusal { _ = try read(["x=redis://db"], set: settings, around) } == sentence)
        }
    }

    @Test("a value of --set takes variables, and a line end begins nothing new")
    func settings() throws {
        let around = context(["PW": "secret", "NL": "a\nX: y"])
        let target = try read(["x=redis://db"], set: ["x.password=${PW}"], around)[0]
        #expect(target.password == .given("secret") && !target.hasPasswordInArguments)
        #expect(
            refusal { _ = try read(["x=http://db"], set: ["x.headers=A: ${NL}"], around) }
                == "x.headers: a variable brings a line end")
        #expect(
            refusal { _ = try read(["x=http://db"], set: ["x.method=${NO}"], around) }?.hasPrefix(
                "x.method: NO is not set") == true)
    }
}

extension String {
    /// The text with one part replaced.
    fileprivate func replacing(_ part: String, by other: String) -> String {
        guard let end = utf8.endOfFirst(part.utf8) else { return self }
        let start = utf8.index(end, offsetBy: -part.utf8.count)
        return String(self[..<start]) + other + String(self[end...])
    }
}
