import Configuration
import Glibc
import HealthCore
import TestSupport
import Testing

@Suite("A configuration file")
struct ConfigurationFileTests {
    private func target(_ yaml: String, _ around: ReadingContext = context()) throws -> Target {
        let lines = yaml.split(separator: "\n").map { "    \($0)\n" }.joined()
        return try #require(try load("targets:\n  t:\n\(lines)", around).targets.first)
    }

    @Test("the settings of the agent itself are read, and what is not said is nil")
    func agentSettings() throws {
        let file = try load(
            """
            listen: [":8642", "unix:/run/x.sock", "[::1]:1"]
            expose: full
            ready_file: /run/ready
            notify: ready
            watch: yes
            shutdown_delay: 1m30s
            max_connections: 7
            allowed_hosts: [Agent.test, agent]
            log: json
            targets: {a: {tcp: "h:1"}}

            """)
        #expect(
            file.choices.listen == [
                .everywhere(port: 8642), .unixSocket(path: "/run/x.sock"), .network(host: "::1", port: 1),
            ])
        #expect(
            file.choices.exposesAll == true && file.choices.notifiesWhenReady == true
                && file.choices.watches == true)
        #expect(file.choices.readyFile == "/run/ready" && file.choices.shutdownDelay == .seconds(90))
        #expect(file.choices.allowedHosts?.map(\.name).sorted() == ["agent", "agent.test"])
        #expect(file.choices.maximumConnections == 7 && file.choices.logFormat == .json)
        let bare = try load("targets: {a: {tcp: \"h:1\"}}")
        #expect(
            bare.choices.listen == nil && bare.choices.exposesAll == nil && bare.choices.watches == nil
                && bare.choices.logFormat == nil)
        #expect(
            bare.choices.shutdownDelay == nil && bare.choices.readyFile == nil
                && bare.choices.maximumConnections == nil)
    }

    @Test(
        "every form of a target is what the command line makes of it",
        arguments: [
            ("postgres: postgres://u@h/d", "postgres", "h:5432"), ("postgres: h:5433", "postgres", "h:5433"),
            ("postgres: host=h user=u", "postgres", "h:5432"),
            ("postgres: postgres:///d?host=/run/pg", "postgres", "/run/pg/.s.PGSQL.5432"),
            ("redis: redis://h", "redis", "h:6379"), ("redis: h:1", "redis", "h:1"),
            ("redis: redis+unix:///run/r.sock", "redis", "/run/r.sock"), ("tcp: h:1", "tcp", "h:1"),
            ("tcp: tcp://h:1", "tcp", "h:1"), ("unix: /run/a", "unix", "/run/a"),
            ("unix: unix:///run/a", "unix", "/run/a"), ("target: h:6379", "redis", "h:6379"),
            ("target: 'env:URL'", "postgres", "e:5432"), ("target: '[::1]:80'", "tcp", "[::1]:80"),
            ("postgres: 'env:URL'", "postgres", "e:5432"), ("postgres: 'env:URL?'", "postgres", "e:5432"),
            ("tcp: 'env:81'", "tcp", "env:81"), ("exec: 'env:URL?'", "exec", "command"),
        ])
    func forms(yaml: String, kind: String, endpoint: String) throws {
        let target = try target(yaml, context(["URL": "postgres://e/d"]))
        #expect(target.name == "t" && target.kind == kind && target.endpoint.description == endpoint)
        #expect(!target.hasPasswordInArguments)
    }

    @Test("a target whose variable is not set is left out, under the key of its kind, too")
    func leftOut() throws {
        for yaml in ["target: 'env:URL?'", "postgres: 'env:URL?'", "redis: 'env-file:URL?'"] {
            let file = try load("targets: {a: {tcp: 'h:1'}, t: {\(yaml)}}\n")
            #expect(file.targets.map(\.name) == ["a"], "\(yaml)")
        }
        #expect(
            try mistakes("targets: {t: {redis: 'env:URL'}}\n", context(["URL": "postgres://e/d"])) == [
                "waitfor.yaml:1:22: targets.t.redis: the URI is one of another kind"
            ])
        #expect(
            try mistakes("targets: {t: {env: 'URL?'}}\n") == [
                "waitfor.yaml:1:15: targets.t.env: write target: env:NAME"
            ])
    }

    @Test("a target's own setting wins over the defaults, and the defaults over what is built in")
    func defaults() throws {
        let file = try load(
            """
            targets:
              own: {tcp: "h:1", interval: 1s, retries: 9, optional: false, accept: closed}
              common: {tcp: "h:2"}
            defaults: {interval: 5s, timeout: 2s, optional: true, accept: [refused, timeout], jitter: 0}

            """)
        let (own, common) = (HealthPolicy(file.targets[0].settings), HealthPolicy(file.targets[1].settings))
        #expect(own.interval == .seconds(1) && common.interval == .seconds(5))
        #expect(own.timeout == .seconds(2) && own.retries == 9 && common.retries == 3)
        #expect(own.startPeriod == .seconds(30) && own.jitter == 0)
        #expect(file.targets.map(\.settings.isOptional) == [false, true])
        #expect(file.targets[0].settings.accepted == [.closed])
        #expect(file.targets[1].settings.accepted == [.refused, .timeout])
    }

    @Test("the settings of a service are read, and a password is a secret")
    func serviceSettings() throws {
        let yaml =
            "postgres: h:5432\nuser: u\ndatabase: d\nlevel: writable\nquery: SELECT 2\npassword_file: /p"
        let database = try target(yaml, context(secrets: ["/p": "secret"]))
        guard let service = database.service as? PostgresService else { throw Unexpected() }
        #expect(service.user == "u" && service.database == "d" && service.level == .writable)
        #expect(service.password == .file(path: "/p"))
        let cache = try target(
            "redis: h:6379\nuser: u\npassword: ${PW}\ndatabase: 3", context(["PW": "s"]))
        guard let redis = cache.service as? RedisService else { throw Unexpected() }
        #expect(redis.user == "u" && redis.database == 3 && redis.password == .given(Secret("s".utf8)))
    }

    @Test(
        "durations are Compose's: a unit always, any of them, fractions (CD-1…CD-11)",
        arguments: [
            ("1m30s", 90_000), ("1h5m30s20ms", 3_930_020), ("1.5h", 5_400_000), (".5s", 500), ("5.s", 5000),
            ("1d", 86_400_000), ("'2s'", 2000), ("1000us", 1), ("${T:-7s}", 7000),
        ])
    func durations(text: String, milliseconds: Int64) throws {
        #expect(try target("tcp: h:1\ninterval: \(text)").settings.interval == .milliseconds(milliseconds))
    }

    @Test(
        "what is no duration is a mistake, and a bare number is told its unit",
        arguments: ["30", "''", "1 m", "' 5s'", "1e3s", "1M", "1_0s", "-5s", "0", "0s", "99999999999h"])
    func noDurations(text: String) throws {
        let said = try mistakes("targets:\n  t: {tcp: 'h:1', interval: \(text)}\n")
        try #require(said.count == 1, "\(text): \(said)")
        #expect(said[0].hasPrefix("waitfor.yaml:2:29: targets.t.interval: a duration"), "\(said)")
        if text == "30" { #expect(said[0].hasSuffix("write 30s")) }
    }

    @Test("anchors, aliases, merge keys and x- fields work; an anchor's own keys win")
    func anchors() throws {
        let file = try load(
            """
            x-common: &common {interval: 7s, timeout: 1s}
            targets:
              a: &a {<<: *common, tcp: "h:1", timeout: 2s, x-note: mine}
              b: {<<: [*a], tcp: "h:2"}
              c: *a

            """)
        #expect(file.targets.map(\.settings.interval) == [.seconds(7), .seconds(7), .seconds(7)])
        #expect(file.targets.map(\.settings.timeout) == [.seconds(2), .seconds(2), .seconds(2)])
        #expect(file.targets.map(\.endpoint.description) == ["h:1", "h:2", "h:1"])
    }

    @Test("a few lines of aliases that ask for billions of values are refused at once")
    func aliasBomb() throws {
        var yaml = "x-0: &a0 [1,2,3,4,5,6,7,8,9]\n"
        for level in 1...9 {
            let items = (1...9).map { _ in "*a\(level - 1)" }.joined(separator: ",")
            yaml += "x-\(level): &a\(level) [\(items)]\n"
        }
        let began = Monotonic.seconds()
        let said = try mistakes(yaml + "targets: {a: {tcp: 'h:1'}}\n")
        #expect(Monotonic.seconds() - began < 1)
        #expect(said.count == 1 && said[0].contains("aliases written out"), "\(said)")
    }

    @Test("what cannot be read at all is one line")
    func unreadable() throws {
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        for (yaml, words) in [
            ("", "empty"), ("# nothing\n", "empty"), ("~\n", "empty"), ("a: [1\n", "waitfor.yaml:2:1: "),
            ("a: b: c\n", "waitfor.yaml:1:5: "), ("a: *nothing\n", "alias"), ("a: &x [*x]\n", "alias"),
            ("targets: {}\n---\ntargets: {}\n", "second document"), ("x: \(deep)\n", "levels deep"),
            ("a: !mine b\n", "tags"), ("just words\n", "mapping"), ("- a\n", "not a list"),
        ] {
            let said = try mistakes(yaml)
            #expect(said.count == 1 && said[0].contains(words), "\(yaml): \(said)")
        }
        let directory = try TemporaryDirectory()
        func refusal(_ path: String) -> String {
            do {
                _ = try ConfigurationFile.load(path, context())
                return "nothing"
            } catch { return error.lines.joined() }
        }
        try writeFile(directory.file("latin"), Array("targets: ".utf8) + [0xE4, 0x0A])
        #expect(refusal(directory.file("latin")).contains("not UTF-8"))
        #expect(refusal(directory.file("none")).contains("No such file"))
        #expect(refusal(directory.path).contains("not a file"))
        #expect(mkfifo(directory.file("pipe"), 0o600) == 0)
        #expect(refusal(directory.file("pipe")).contains("not a file"))
        let line = "# " + String(repeating: "x", count: 1021) + "\n"
        let filler = String(repeating: line, count: 1024)
        let tail = "targets: {a: {tcp: 'h:1'}}\n"
        try directory.write("fits", filler.dropLast(tail.utf8.count + 3) + "\n" + tail)
        #expect(try ConfigurationFile.load(directory.file("fits"), context()).targets.count == 1)
        try directory.write("large", filler + tail)
        #expect(refusal(directory.file("large")).contains("larger than 1 MiB"))
    }

    @Test("both examples load, and the complete one has every key")
    func examples() throws {
        let root = Project.path
        let minimal = try ConfigurationFile.load("\(root)/Configs/agent.minimal.yaml", context())
        #expect(minimal.targets.map(\.name) == ["db", "cache"])
        var around = context(
            [
                "QUEUE_PASSWORD": "q", "EVENTS_PASSWORD": "e", "ORDERS_PASSWORD": "o",
                "OTHER_URL": "redis://o",
            ],
            secrets: [
                "/run/secrets/db_password": "s", "/run/secrets/sentinel_password": "s",
                "/run/secrets/api_headers": "Authorization: Bearer t\n",
                "/etc/ssl/shop-db.pem": "-----BEGIN PUBLIC KEY-----\n",
                "/run/secrets/accounts_headers": "Authorization: Bearer t\n",
            ])
        around.isReadable = { $0.hasPrefix("/") }
        let complete = try ConfigurationFile.load(
            "\(root)/Configs/agent.complete.yaml",
            around)
        #expect(
            complete.targets.map { "\($0.name) \($0.kind) \($0.endpoint)" } == [
                "db postgres db:5432", "replica postgres replica-1:5432", "reports postgres reports-db:5432",
                "cache redis cache:6379", "queue redis queue:6379", "cache-replica redis cache-replica:6379",
                "shard redis shard-1:6379", "sessions redis sentinel:26379", "shop mysql shop-db:3306",
                "pages memcached pages:11211", "accounts grpc accounts:50051",
                "api http api.internal:443",
                "orders amqp orders:5671", "events nats events:4222", "mail smtp mail:25",
                "imap imap mail:993", "letters pop3 mail:995",
                "files ftp files:21",
                "door tcp mail:25", "gate tls mail:993", "app unix /run/app/app.sock", "name dns db",
                "migrated file /run/app/migrated", "disk exec check-disk", "other redis o:6379",
            ])
        let named = { (name: String) in try #require(complete.targets.first { $0.name == name }) }
        let usual = HealthPolicy()
        #expect(HealthPolicy(try named("app").settings) == usual, "the defaults are the built-in ones")
        #expect(try named("db").settings.startPeriod == .seconds(60))
        #expect(try named("reports").settings.interval == .seconds(60))
        #expect(complete.choices.shutdownDelay == .seconds(2) && complete.choices.watches == true)
        let text = readText("\(root)/Configs/agent.complete.yaml")
        let settings = TargetSettings.settings + Setting.ofSomeKinds
        let keys = AgentSetting.all.map(\.key) + ["defaults", "targets", "target"] + Kinds.words
        for key in keys + settings.map(\.key) {
            #expect(text.contains("\(key):"), "\(key) is not explained")
        }
    }
}

/// A target of another kind than the test wrote.
struct Unexpected: Error {}
