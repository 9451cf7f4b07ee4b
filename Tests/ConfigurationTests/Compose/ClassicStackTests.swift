import Configuration
import HealthCore
import TestSupport
import Testing

/// Health by `pg_isready` and `redis-cli`, order by `depends_on`: the stack that most people have.
@Suite("The classic stack of Compose")
struct ClassicStackTests {
    static let yaml = readText("\(Project.path)/Tests/stacks/classic.yaml")

    @Test("each service says what its file says of it")
    func services() throws {
        let found = try project(["c.yaml": Self.yaml, ".env": "DB_USER=app\nDB_PASSWORD=hunter2\n"])
        #expect(
            found.services.map(\.name) == ["nginx", "app", "worker", "db", "redis"] && found.warnings.isEmpty)
        let (nginx, app) = (found.services[0], found.services[1])
        #expect(nginx.ports == [80] && nginx.dependencies == [ComposeDependency(service: "app")])
        #expect(
            app.isBuilt && app.image == nil && app.ports == [3000] && app.networks == ["frontend", "backend"])
        #expect(
            app.dependencies == [
                ComposeDependency(service: "db", condition: .healthy), ComposeDependency(service: "redis"),
            ])
        #expect(app.environment.map { $0.value?.written } == ["db", "${DB_USER}", "${DB_PASSWORD}", "redis"])
        #expect(
            app.values == [
                "DB_HOST": "db", "DB_USER": "app", "DB_PASSWORD": "hunter2", "REDIS_HOST": "redis",
            ])
    }

    @Test("each check has its words, with its variables or without them, and its times")
    func checks() throws {
        for (variables, value) in [(["DB_USER": "app"], "app"), ([:], nil)] {
            let found = try project(["c.yaml": Self.yaml], variables: variables)
            let words = ComposeText([
                .literal("pg_isready -U "), .variable(written: "${DB_USER}", value: value),
            ])
            var postgres = ComposeHealthcheck()
            postgres.test = .shell(words)
            (postgres.interval, postgres.timeout, postgres.retries) = (.seconds(5), .seconds(5), 10)
            postgres.startPeriod = .seconds(30)
            #expect(found.service("db")?.healthcheck == postgres)
            var redis = ComposeHealthcheck()
            redis.test = .command([ComposeText("redis-cli"), ComposeText("ping")])
            (redis.interval, redis.timeout, redis.retries) = (.seconds(5), .seconds(3), 5)
            #expect(found.service("redis")?.healthcheck == redis)
        }
    }
}
