import Configuration
import HealthCore
import TestSupport
import Testing

@Suite("Values of Compose files that are merged")
struct ComposeMergeTests {
    /// The service `a` of two files.
    private func merged(_ first: String, _ second: String) throws -> ComposeService {
        let files = [
            "c.yaml": "services:\n  a: {\(first)}\n  b: {}\n  c: {}\n",
            "o.yaml": "services:\n  a: {\(second)}\n",
        ]
        return try #require(try project(files).service("a"))
    }

    @Test("lists are appended, and what is unique in them stays so")
    func lists() throws {
        #expect(try merged("ports: ['80:80']", "ports: ['80:80', '81:81']").ports == [80, 81])
        #expect(try merged("expose: [1]", "expose: [2]").ports == [1, 2])
        #expect(try merged("profiles: [p]", "profiles: [p, q]").profiles == ["p", "q"])
        #expect(
            try merged("secrets: [s]", "secrets: [{source: t, target: s}]").secrets == [
                ComposeSecret(source: "t", path: "/run/secrets/s")
            ])
    }

    @Test("a command, an entrypoint and a test are replaced, by null as well")
    func replaced() throws {
        #expect(try merged("command: [x, y]", "command: z").command == .text(ComposeText("z")))
        #expect(try merged("command: [x, y]", "command: ").command == nil)
        #expect(try merged("entrypoint: e", "entrypoint: []").entrypoint == .words([]))
        let check = try merged(
            "healthcheck: {test: [CMD, a, b], interval: 5s, retries: 2}",
            "healthcheck: {test: c, interval: 6s}")
        #expect(check.healthcheck?.test == .shell(ComposeText("c")))
        #expect(check.healthcheck?.interval == .seconds(6) && check.healthcheck?.retries == 2)
    }

    @Test("an environment is merged by name, whichever of its forms it has")
    func environment() throws {
        let expected = ["A": "1", "B": "3", "C": "4"]
        for first in ["{A: 1, B: 2}", "[A=1, B=2]"] {
            for second in ["{B: 3, C: 4}", "[B=3, C=4]"] {
                #expect(try merged("environment: \(first)", "environment: \(second)").values == expected)
            }
        }
        #expect(try merged("environment: {A: 1}", "environment: ").values == ["A": "1"])
        // A name alone takes the value from elsewhere, and not from the file before.
        #expect(try merged("environment: {A: 1}", "environment: [A]").values == ["A": "-"])
        #expect(try merged("environment: [A=1]", "environment: {A: }").values == ["A": "-"])
    }

    @Test("a dependency's short form takes back what its long form said")
    func shortEdge() throws {
        let found = try merged(
            "depends_on: {b: {condition: service_healthy, required: false}, c: {condition: service_healthy}}",
            "depends_on: [b]")
        #expect(
            found.dependencies == [
                ComposeDependency(service: "b"), ComposeDependency(service: "c", condition: .healthy),
            ])
    }

    @Test("dependencies and networks are merged by name, whichever of their forms they have")
    func names() throws {
        let found = try merged(
            "depends_on: [b], networks: [n]",
            "depends_on: {b: {condition: service_healthy}, c: }, networks: {m: {}}")
        #expect(
            found.dependencies == [
                ComposeDependency(service: "b", condition: .healthy), ComposeDependency(service: "c"),
            ])
        #expect(found.networks == ["n", "m"])
    }

    @Test("`!reset` takes a value away, and `!override` puts one in its place")
    func tags() throws {
        let first = "image: x, ports: ['80:80'], environment: {A: 1, B: 2}, depends_on: [b, c], command: z"
        let found = try merged(
            first,
            "ports: !override ['81:81'], environment: {A: !reset null}, depends_on: {b: !reset null}, command: !reset "
        )
        #expect(found.ports == [81] && found.values == ["B": "2"] && found.command == nil)
        #expect(found.dependencies.map(\.service) == ["c"])
        #expect(try merged("environment: {A: 1}", "environment: !override {B: 2}").values == ["B": "2"])
        #expect(try service("ports: ['1:1', !reset '2:2'], image: !reset x").ports == [1])
        let files = ["c.yaml": "services: {a: {}, b: {}}\n", "o.yaml": "services: {b: !reset {}}\n"]
        #expect(try project(files).services.map(\.name) == ["a"])
    }

    @Test("what cannot be merged is a mistake that names both places")
    func mismatch() throws {
        let files = [
            "c.yaml": "services:\n  a: {ports: [1]}\n", "o.yaml": "services:\n  a: {ports: {b: c}}\n",
        ]
        let said = try mistakes(files)
        #expect(
            said.count == 1
                && said[0].hasPrefix("o.yaml:2:14: a mapping cannot be merged with a list in line 2 of "))
    }

    @Test("`<<` merges one mapping or several: the key that stands there counts most, then the first of them")
    func mergeKeys() throws {
        let yaml = """
            x-a: &a {image: a, environment: &e {A: 1, B: 2}}
            x-b: &b {image: b, expose: [4], command: bb}
            services:
              one: {<<: *a}
              two: {<<: [*a, *b], environment: {<<: *e, B: 3}}
              three:
                command: c
                <<: [*b, *a]
                image: own

            """
        let found = try project(["c.yaml": yaml]).services
        #expect(found.map { $0.image?.value } == ["a", "a", "own"])
        #expect(found.map(\.ports) == [[], [4], [4]])
        #expect(found[1].values == ["A": "1", "B": "3"] && found[2].command == .text(ComposeText("c")))
    }
}
