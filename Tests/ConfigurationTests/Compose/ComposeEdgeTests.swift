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
        let directory = try TemporaryDirectory()
        let path = try directory.write("c.yaml", yaml)
        return try ConfigurationFile.load(
            compose: [path], envFiles: [], profiles: nil, service: service, context(variables))
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
        let yaml = "services: {a: {depends_on: [x.y, 1st, ping]}, x.y: {}, 1st: {}, ping: {}}\n"
        #expect(try load(yaml, service: "a").targets.map(\.name) == ["x-y", "service-1st", "service-ping"])
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
            ("MYSQL_PWD=$$MYSQL_PASSWORD mysql", "MYSQL_PWD=$$MYSQL_PASSWORD mysql"),
        ])
    func secrets(script: String, expected: String) throws {
        let found = try service("healthcheck: {test: \(JSONText.quoted(script))}")
        guard case .shell(let text)? = found.healthcheck?.test else { throw Unexpected() }
        #expect(WrittenCheck.shown([text]) == expected)
    }
}
