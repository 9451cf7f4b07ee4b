import HealthCore
import TestSupport
import Testing

@testable import Configuration

@Suite("What a Compose file means")
struct ComposeEdgeTests {
    private static let yaml = """
        services:
          web:
            image: x
            environment: {PW: "${PW}"}
            depends_on:
              db: {condition: service_healthy}
              cache: {condition: service_healthy, required: false}
              queue: {condition: service_started}
              seed: {condition: service_completed_successfully}
          db:
            image: postgres:16
            healthcheck: {test: [CMD-SHELL, "pg_isready -U ${DB_USER}"], interval: 5s, timeout: 4s}
          cache:
            image: redis:7
            healthcheck: {test: "redis-cli -a ${PW} -p 6400 ping | grep PONG"}
          queue: {image: rabbitmq:3}
          seed: {image: x}

        """

    /// What is read for a service, or for all.
    private func load(
        _ yaml: String, service: String?, variables: [String: String] = [:]
    ) throws -> ConfigurationFile {
        try ConfigurationFile.load(
            project(["c.yaml": yaml], variables: variables), service: service, context(variables))
    }

    private func summary(
        _ yaml: String, service: String?, variables: [String: String] = [:]
    ) throws -> ComposeSummary {
        try ComposeSummary(project(["c.yaml": yaml], variables: variables), service: service)
    }

    @Test("a service waits for what it depends on, each by its check or its name")
    func dependencies() throws {
        let file = try load(Self.yaml, service: "web", variables: ["PW": "hunter2", "DB_USER": "app"])
        #expect(file.targets.map(\.name) == ["db", "cache", "queue"])
        #expect(file.targets.map(\.kind) == ["postgres", "redis", "dns"])
        #expect(file.targets.map(\.settings.isOptional) == [false, true, false])
        #expect(
            file.targets[0].settings.interval == .seconds(5)
                && file.targets[0].settings.timeout == .seconds(4))
        #expect(file.targets[1].endpoint.description == "cache:6400")
        #expect(file.notes.contains { $0.hasPrefix("seed: ") }, "\(file.notes)")
        #expect(!file.notes.contains { $0.contains("hunter2") })
    }

    @Test("without a name each service is asked for its own sake")
    func all() throws {
        let file = try load(Self.yaml, service: nil, variables: ["PW": "x", "DB_USER": "app"])
        #expect(file.targets.map(\.name) == ["web", "db", "cache", "queue", "seed"])
    }

    @Test("a variable that is not set makes a filter a word less, and an address a mistake")
    func unset() throws {
        let file = try load(Self.yaml, service: "web", variables: ["PW": "x"])
        #expect(file.targets.map(\.name) == ["db", "cache", "queue"])
        #expect(file.notes.contains { $0.contains("DB_USER is not set") }, "\(file.notes)")
        var check = TranslatedCheck(.partial)
        check.address = ("tcp", ComposeText([.literal("api:"), .variable(written: "${PORT}", value: nil)]))
        let edge = ComposeEdge(dependency: ComposeDependency(service: "api"), written: [], check: check)
        #expect(throws: ConfigurationError("api: its address needs ${PORT}, which is not set")) {
            _ = try edge.target(context())
        }
        check.address = ("tcp", ComposeText([.variable(written: "${HOST}", value: "hunter2 x")]))
        let other = ComposeEdge(dependency: ComposeDependency(service: "api"), written: [], check: check)
        #expect(throws: ConfigurationError("api: its address is no target")) {
            _ = try other.target(context())
        }
    }

    @Test(
        "a variable of the file without a value is a mistake wherever it is a part of the address",
        arguments: [
            "curl -f http://localhost:${P}/health", "curl http://${P}/", "curl ${P}",
            "wget ${P}://localhost/",
            "curl http://localhost/${P}/x", "pg_isready -h ${P}", "pg_isready -p ${P}",
            "psql postgres://u:p@localhost:${P}/a",
            "pg_isready -d 'host=localhost port=${P}'", "redis-cli -p ${P} ping", "redis-cli -h ${P} ping",
            "redis-cli -u redis://localhost:${P}/1 ping", "mysqladmin ping -P ${P}", "mysqladmin ping -h${P}",
            "nc -z localhost ${P}",
            "nc -z ${P} 80", "bash -c '</dev/tcp/localhost/${P}'", "grpc_health_probe -addr=localhost:${P}",
            "grpc_health_probe -addr ${P}", "etcdctl endpoint health --endpoints=http://localhost:${P}",
            "mongosh --port ${P} --eval 1", "waitfor check redis://localhost:${P}",
            "clickhouse-client --host ${P} -q 1",
            "node -e \"fetch('http://localhost:${P}/').then(r => process.exit(r.ok ? 0 : 1))\"",
            "printf 'GET / HTTP/1.0\\r\\n\\r\\n' >/dev/tcp/localhost/${P} | grep 200",
        ])
    func address(script: String) throws {
        let yaml = "services: {a: {image: x, healthcheck: {test: \(JSONText.quoted(script))}}}\n"
        let mistake = ConfigurationErrors(lines: ["a: its address needs ${P}, which is not set"])
        #expect(throws: mistake) { try load(yaml, service: nil) }
    }

    @Test(
        "a variable without a value that is no part of the address leaves a word out, and only the container's own is guessed",
        arguments: [
            ("pg_isready -U ${P} -d ${P}", "a: the user is not named: P has no value here"),
            ("redis-cli -n ${P} ping", "a: the database is not named: P has no value here"),
            ("redis-cli -a ${P} ping | grep PONG", "a: the password is not named: P has no value here"),
            ("curl -f http://localhost:$$P/", "a: the port is taken to be 80: P has no value here"),
            ("redis-cli -p $$P ping", "a: the port is taken to be 6379: P has no value here"),
        ])
    func filter(script: String, note: String) throws {
        let yaml = "services: {a: {image: x, healthcheck: {test: \(JSONText.quoted(script))}}}\n"
        let file = try load(yaml, service: nil)
        #expect(file.targets.count == 1 && file.notes.contains(note), "\(file.notes)")
    }

    @Test("what is only started is asked for its name, or for its port, where one is known")
    func started() throws {
        let yaml = """
            services:
              web: {depends_on: [db, api, job]}
              db: {image: postgres}
              api: {image: x, expose: [8080]}
              job: {image: x}

            """
        let found = try project(["c.yaml": yaml])
        let loose = try ConfigurationFile.load(found, service: "web", context())
        #expect(loose.targets.map(\.kind) == ["dns", "dns", "dns"] && loose.notes.isEmpty)
        let strict = try ConfigurationFile.load(found, service: "web", asksPorts: true, context())
        #expect(strict.targets.map { "\($0.endpoint)" } == ["db:5432", "api:8080", "job"])
        #expect(strict.notes == ["job: no port of it is known: only the name is asked"])
    }

    @Test(
        "it is doubted that a service listens for others whose check asks at 127.0.0.1, after its own patience"
    )
    func doubts() throws {
        let yaml = """
            services:
              a: {image: x, healthcheck: {test: "curl -f http://localhost/", interval: 2s, retries: 4, start_period: 1s}}
              b: {image: redis, healthcheck: {test: redis-cli -h 127.0.0.1 ping}}
              c: {image: redis, healthcheck: {test: redis-cli -h c ping}}
              d: {image: redis, healthcheck: {test: redis-cli ping}}

            """
        let file = try load(yaml, service: nil)
        #expect(Set(file.doubts.keys) == ["a", "b"])
        let start = Instant(nanoseconds: 0)
        func isDue(_ name: String, after seconds: Int) throws -> Bool {
            var doubt = try #require(file.doubts[name])
            _ = doubt.isDue(Failure(.refused, ""), at: start)
            return doubt.isDue(Failure(.refused, ""), at: start.advanced(by: .milliseconds(seconds)))
        }
        #expect(try !isDue("a", after: 8_999) && isDue("a", after: 9_000))
        #expect(try !isDue("b", after: 89_999) && isDue("b", after: 90_000))
    }

    @Test("all files that were looked at are known, those that are not there too")
    func files() throws {
        let yaml =
            "include: [i/c.yaml]\nservices: {a: {extends: {file: e.yaml, service: b}, env_file: [v.env, w.env]}}\n"
        let found = try project([
            "c.yaml": yaml, "i/c.yaml": "services: {c: {image: x}}\n",
            "e.yaml": "services: {b: {image: x}}\n",
            "v.env": "A=1\n",
        ])
        #expect(
            found.files.map { withoutFolder($0 + ":") } == [
                ".env:", "c.yaml:", "e.yaml:", ".env:", "c.yaml:", "v.env:", "w.env:",
            ], "\(found.files)")
        #expect(try ConfigurationFile.load(found, service: nil, context()).files == found.files)
    }

    @Test("a service that is not there, or depends on none, is a mistake")
    func services() throws {
        for (name, words) in [
            ("wbe", "there is no service wbe; did you mean `web`?"),
            ("db", "db depends on no service: there is nothing to wait for"),
        ] {
            #expect(throws: ConfigurationErrors(lines: [words])) { try load(Self.yaml, service: name) }
        }
        let yaml = "services: {a: {depends_on: {b: {condition: service_completed_successfully}}}, b: {}}\n"
        do {
            _ = try load(yaml, service: "a")
            throw Unexpected()
        } catch let error as ConfigurationErrors {
            #expect(error.lines.first == "nothing can be asked of what a depends on")
        }
    }

    @Test("services that wait for each other in a circle are a mistake, and so is a file that says nothing")
    func circles() throws {
        let file = "services:\n  a: {depends_on: [b]}\n  b: {links: [c]}\n  c: {network_mode: 'service:b'}\n"
        #expect(
            try mistakes(["c.yaml": file])
                == ["c.yaml:3:3: services: b, which depends on c, which depends on b"])
        let own = try mistakes(["c.yaml": "services: {a: {depends_on: [a]}}\n"])
        #expect(own == ["c.yaml:1:12: services: a, which depends on a"])
        let empty = try mistakes(["c.yaml": ""])
        #expect(empty == ["c.yaml:1:1: services: missing: there is nothing to wait for"])
    }

    @Test("a service whose name is none of a target's has another there")
    func names() throws {
        let yaml = "services: {a: {depends_on: [z.y, x.y, 1st, ping]}, z.y: {}, x.y: {}, 1st: {}, ping: {}}\n"
        #expect(
            try load(yaml, service: "a").targets.map(\.name) == [
                "z-y", "service-x-y", "service-1st", "service-ping",
            ])
    }

    @Test("what is shown has words and variables as they were written, and no values of theirs")
    func shown() throws {
        let variables = ["PW": "hunter2", "DB_USER": "app"]
        let text = try summary(Self.yaml, service: "web", variables: variables).text
        #expect(text.hasPrefix("web depends on:\n  db:\n    condition: service_healthy\n"))
        #expect(text.contains("    written: pg_isready -U ${DB_USER}\n"))
        #expect(text.contains("    written: redis-cli -a ${PW} -p 6400 ping | grep PONG\n"), "\(text)")
        #expect(text.contains("    asks: full\n") && text.contains("    redis: cache:6400\n"), "\(text)")
        #expect(!text.contains("hunter2"))
        let json = try summary(Self.yaml, service: nil, variables: variables).json
        #expect(json.hasPrefix("{\"checks\":[{\"service\":\"web\",") && json.hasSuffix("\"warnings\":[]}\n"))
        #expect(json.contains("{\"dependent\":\"web\",\"service\":\"db\",\"condition\":\"service_healthy\""))
        #expect(!json.contains("hunter2"))
    }

    @Test(
        "a secret that stands in a check is not shown",
        arguments: [
            ("redis-cli -a hunter2 ping", "redis-cli -a *** ping"),
            ("redis-cli --pass hunter2", "redis-cli --pass ***"),
            ("mysqladmin -phunter2 ping", "mysqladmin -p*** ping"),
            ("mysqladmin -p$$PW ping", "mysqladmin -p$$PW ping"),
            ("mysql --password=hunter2 -e 1", "mysql --password=*** -e 1"),
            ("curl -H 'Authorization: Bearer hunter2' http://h", "curl -H *** *** *** http://h"),
            ("curl http://u:hunter2@h/", "curl ***"), ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
            ("curl -u me:hunter2 http://h", "curl -u *** http://h"),
            ("redis-cli -p 6379 ping", "redis-cli -p 6379 ping"),
            ("redis-cli -a \"$$PW\" ping", "redis-cli -a \"$$PW\" ping"),
            ("wget --header='X: a hunter2' http://h | grep a", "wget --header=*** *** *** http://h | grep a"),
            ("curl -d '{\"a\":1,\"password\":\"hunter2\"}' h", "curl -d '{\"a\":1,\"password\":*** h"),
            (
                "redis-cli --no-auth-warning -a 'hunter2 x' ping",
                "redis-cli --no-auth-warning -a *** *** ping"
            ),
            ("(echo AUTH hunter2; echo ping) | nc h 1", "(echo AUTH *** echo ping) | nc h 1"),
            ("rabbitmqctl authenticate_user u hunter2", "rabbitmqctl authenticate_user *** ***"),
            ("curl --oauth2-bearer hunter2 http://h", "curl --oauth2-bearer *** http://h"),
            ("mongosh --eval \"db.auth('u','hunter2')\"", "mongosh --eval ***"),
            ("nc -z auth 80 && curl http://auth:80/a?b=c", "nc -z auth 80 && curl http://auth:80/a?b=c"),
            ("MYSQL_PWD=$$MYSQL_PASSWORD mysql", "MYSQL_PWD=$$MYSQL_PASSWORD mysql"),
        ])
    func secrets(script: String, expected: String) throws {
        let found = try service("healthcheck: {test: \(JSONText.quoted(script))}")
        guard case .shell(let text)? = found.healthcheck?.test else { throw Unexpected() }
        #expect(WrittenCheck.shown([text]) == expected)
    }

    @Test(
        "a word of the exec form is one value, and a text in it several words",
        arguments: [
            (["curl", "-H", "Authorization: Bearer hunter2", "http://h"], "curl -H *** http://h"),
            (["wget", "--header=Authorization: Bearer hunter2", "h"], "wget --header=*** h"),
            (["sh", "-c", "redis-cli -a hunter2 ping"], "sh -c redis-cli -a *** ping"),
            (["redis-cli", "-a", "a hunter2 b", "ping"], "redis-cli -a *** ping"),
            (["env", "PGPASSWORD=hunter2", "psql"], "env PGPASSWORD=*** psql"),
            (["env", "PGPASSWORD=a hunter2", "psql"], "env PGPASSWORD=*** psql"),
        ])
    func words(words: [String], expected: String) {
        #expect(WrittenCheck.shown(words.map { ComposeText($0) }) == expected)
    }
}
