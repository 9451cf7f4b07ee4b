import Configuration
import HealthCore
import TestSupport
import Testing

@Suite("A service of a Compose file")
struct ComposeServiceTests {
    @Test(
        "the container's ports for TCP come out of every form, once each",
        arguments: [
            ("[80, \"81\", \"8082:82\", \"127.0.0.1:8083:83\"]", [80, 81, 82, 83]),
            ("[\"85-87\", \"9088-9089:88-89/tcp\", \"[::1]:90:90\"]", [85, 86, 87, 88, 89, 90]),
            ("[\"84/udp\", \"95:95/sctp\", {target: 93, protocol: udp}, {target: 92, published: 1}]", [92]),
            ("[\"1:1\", \"2:1\", {target: 1}]", [1]), ("[\"${P}:94\"]", [94]), ("[\"94:${P}\"]", []),
            ("[\"1-65535\"]", []), ("[]", []), ("[\"81:${PORT}\"]", [5432]),
        ] as [(String, [UInt16])])
    func ports(yaml: String, expected: [UInt16]) throws {
        #expect(try service("ports: \(yaml)", variables: ["PORT": "5432"]).ports == expected)
        if !yaml.contains("{") {
            #expect(try service("expose: \(yaml)", variables: ["PORT": "5432"]).ports == expected)
        }
    }

    @Test("a port that is none is warned of, and left out")
    func noPort() throws {
        for port in ["1333342", "x", "\"5-4\"", "0", "\"1-2-3\""] {
            let found = try project(["c.yaml": "services:\n  a: {ports: [\(port), 80]}\n"])
            #expect(found.services[0].ports == [80])
            #expect(
                found.warnings.map(withoutFolder) == [
                    "c.yaml:2:15: services.a.ports: no port like 8080 or 80:8080/tcp: it is left out"
                ])
        }
    }

    @Test(
        "a test is a script, words, that of the image or none",
        arguments: [
            ("test: 'a || b'", .shell(ComposeText("a || b"))),
            ("test: [CMD-SHELL, 'a || b']", .shell(ComposeText("a || b"))),
            ("test: [CMD, a, b]", .command([ComposeText("a"), ComposeText("b")])),
            ("test: [NONE]", .disabled), ("test: []", .ofImage), ("interval: 5s", .ofImage),
            ("test: [CMD, a], disable: true", .disabled),
            ("test: [CMD, a], disable: 'false'", .command([ComposeText("a")])),
            ("test: 'a $$B'", .shell(ComposeText("a $B"))),
            (
                "test: 'a ${B} c'",
                .shell(ComposeText([.literal("a "), .variable(written: "${B}", value: nil), .literal(" c")]))
            ),
        ] as [(String, ComposeHealthcheck.Test)])
    func tests(yaml: String, expected: ComposeHealthcheck.Test) throws {
        #expect(try service("healthcheck: {\(yaml)}").healthcheck?.test == expected)
    }

    @Test("durations and retries of a check are read, those of a variable, too")
    func durations() throws {
        let keys =
            "interval: 1m30s, timeout: 1.5s, start_period: 1h, start_interval: '${I}', retries: '${R:-5}'"
        let check = try #require(try service("healthcheck: {\(keys)}", variables: ["I": "500ms"]).healthcheck)
        #expect(check.interval == .seconds(90) && check.timeout == .milliseconds(1500))
        #expect(check.startPeriod == .seconds(3600) && check.startInterval == .milliseconds(500))
        #expect(check.retries == 5)
        #expect(try service("image: x").healthcheck == nil)
    }

    @Test("dependencies have their short and their long form")
    func dependencies() throws {
        let others = "  b: {}\n  c: {}\n  d: {}\n  e: {}\n"
        let short = try services("  a: {depends_on: [b, c]}\n" + others)[0]
        #expect(short.dependencies == [ComposeDependency(service: "b"), ComposeDependency(service: "c")])
        let long = try services(
            """
              a:
                depends_on:
                  b: {condition: service_healthy, restart: true}
                  c: {condition: service_completed_successfully, required: false}
                  d: {condition: "${C:-service_started}"}
                  e:

            """ + others)[0]
        #expect(
            long.dependencies == [
                ComposeDependency(service: "b", condition: .healthy),
                ComposeDependency(service: "c", condition: .completed, isRequired: false),
                ComposeDependency(service: "d"), ComposeDependency(service: "e"),
            ])
    }

    @Test("a service also depends on those whose network, namespace or volumes it has")
    func implied() throws {
        let keys =
            "network_mode: 'service:b', links: ['c:x'], volumes_from: [d, 'container:x'], pid: 'service:b'"
        let found = try services("  a: {\(keys)}\n  b: {}\n  c: {}\n  d: {}\n")[0]
        #expect(found.dependencies.map(\.service) == ["b", "c", "d"])
        #expect(found.networkMode == ComposeText("service:b"))
    }

    @Test("an environment is a list or a mapping; a name alone takes the value from around")
    func environment() throws {
        let around = ["OUT": "o", "V": "v", "LINE": "X=1=2"]
        let list = try service(
            "environment: [A=, 'B=1=2', OUT, NONE, 'C=${V}', '${V}=n', '$LINE']", variables: around)
        let values = ["A": "", "B": "1=2", "OUT": "o", "NONE": "-", "C": "v", "v": "n", "X": "1=2"]
        #expect(list.values == values)
        let mapping = try service(
            "environment: {A: , B: 1, C: true, OUT: ~, D: \"\", E: '${V}'}", variables: around)
        #expect(mapping.values == ["A": "-", "B": "1", "C": "true", "OUT": "o", "D": "", "E": "v"])
        #expect(list.environment.first { $0.name == "OUT" }?.value?.written == "${OUT}")
        #expect(mapping.environment.first { $0.name == "E" }?.value?.written == "${V}")
    }

    @Test("commands are a text or words, and null is none")
    func commands() throws {
        #expect(try service("command: 'a b'").command == .text(ComposeText("a b")))
        #expect(try service("command: [a, 'b c']").command == .words([ComposeText("a"), ComposeText("b c")]))
        #expect(try service("entrypoint: []").entrypoint == .words([]))
        #expect(try service("command: ").command == nil)
    }

    @Test("secrets are files in the container")
    func secrets() throws {
        let found = try service("secrets: [s, {source: t, target: u}, {source: v, target: /w/x}]").secrets
        #expect(
            found == [
                ComposeSecret(source: "s", path: "/run/secrets/s"),
                ComposeSecret(source: "t", path: "/run/secrets/u"),
                ComposeSecret(source: "v", path: "/w/x"),
            ])
    }

    @Test("what it is made of and where it is are read")
    func rest() throws {
        let built = try service(
            "build: ., hostname: h, container_name: '${COMPOSE_PROJECT_NAME}-a', networks: [n, m]")
        #expect(built.isBuilt && built.image == nil && built.hostname == ComposeText("h"))
        #expect(built.networks == ["n", "m"] && built.containerName?.written == "${COMPOSE_PROJECT_NAME}-a")
        #expect(try service("build: {context: .}, image: x").isBuilt)
        #expect(try service("networks: {n: {aliases: [x]}, m: }").networks == ["n", "m"])
        #expect(try service("provider: {type: cloud, options: {a: b}}").provider == "cloud")
    }

    @Test("keys that nobody who waits needs are not judged")
    func unknown() throws {
        let keys =
            "image: x, volumes: 7, deploy: [], labels: {a: '${N:?no}'}, ulimits: !!str x, unheard_of: {a: [b]}"
        #expect(try service(keys).image == ComposeText("x"))
    }

    @Test(
        "a mistake has its line and column and the path of its key",
        arguments: [
            ("image: [x]", 14, "image: a value is expected, not a list"),
            ("ports: 80", 14, "ports: a list is expected, not a value"),
            ("ports: [{published: 1}]", 15, "ports: the key target is missing"),
            (
                "depends_on: {b: {condition: service_helthy}}", 35,
                "depends_on.b.condition: unknown; did you mean `service_healthy`?"
            ),
            ("depends_on: {b: {required: perhaps}}", 34, "depends_on.b.required: true or false is expected"),
            (
                "healthcheck: {interval: 5}", 31,
                "healthcheck.interval: a duration is expected, like 30s or 1m30s"
            ),
            (
                "healthcheck: {interval: -5s}", 31,
                "healthcheck.interval: a duration is expected, like 30s or 1m30s"
            ),
            ("healthcheck: {retries: many}", 30, "healthcheck.retries: a number is expected"),
            (
                "healthcheck: {test: [curl, x]}", 27,
                "healthcheck.test: a list begins with CMD, CMD-SHELL or NONE"
            ),
            ("healthcheck: [CMD, x]", 20, "healthcheck: a mapping is expected, not a list"),
            ("environment: [{A: b}]", 21, "environment: an item is `NAME=value`, not a mapping"),
            ("environment: A=b", 20, "environment: a list or a mapping is expected, not a value"),
            ("environment: {A: [b]}", 24, "environment.A: a value is expected, not a list"),
            ("secrets: s", 16, "secrets: a list is expected, not a value"),
            ("provider: {options: {}}", 17, "provider: the key type is missing"),
            ("image: x, image: y", 17, "image stands here twice"),
            ("image: '${A:?say which}'", 14, "image: required variable A is missing a value: say which"),
            ("image: '${A'", 14, "image: `${` without `}`; a `$` alone is written `$$`"),
        ])
    func places(keys: String, column: Int, message: String) throws {
        let separator = message.contains("twice") ? ": " : "."
        #expect(
            try mistakes(["c.yaml": "services:\n  a: {\(keys)}\n  b: {}\n"]) == [
                "c.yaml:2:\(column): services.a\(separator)\(message)"
            ])
    }

    @Test("so has one of the whole file")
    func files() throws {
        #expect(
            try mistakes(["c.yaml": "name: x\n"]) == [
                "c.yaml:1:1: services: missing: there is nothing to wait for"
            ])
        #expect(
            try mistakes(["c.yaml": "services: [a]\n"]) == [
                "c.yaml:1:11: services: a mapping is expected, not a list"
            ])
        #expect(
            try mistakes(["c.yaml": "services:\n  a: !vault x\n"]) == [
                "c.yaml:2:6: of tags only `!reset` and `!override` are understood"
            ])
        #expect(
            try mistakes(["c.yaml": "services:\n  a b: {}\n"]) == [
                "c.yaml:2:3: services.***: a name has letters, digits, `.`, `_` and `-`"
            ])
        #expect(
            try mistakes(["c.yaml": "services:\n  web: {depends_on: [bd, x]}\n  db: {}\n"]) == [
                "c.yaml:2:3: services.web.depends_on.bd: there is no such service; did you mean `db`?",
                "c.yaml:2:3: services.web.depends_on.x: there is no such service",
            ])
        #expect(try mistakes(["c.yaml": "services:\n  a: x: y\n"]).first?.hasPrefix("c.yaml:2:") == true)
    }

    @Test("a variable that is not set is warned of once, and has no value where it is written")
    func unset() throws {
        let found = try project([
            "c.yaml": "services:\n  a: {image: 'x:${TAG}', command: 'y ${TAG} ${B:-${C}} pa$word'}\n"
        ])
        #expect(found.services[0].image?.unset == ["${TAG}"] && found.services[0].image?.value == "x:")
        #expect(
            found.warnings.map(withoutFolder) == [
                "c.yaml:2:14: services.a.image: TAG is not set, and its value is empty",
                "c.yaml:2:35: services.a.command: C is not set, and its value is empty",
                "c.yaml:2:35: services.a.command: the name after a `$` is not set, and its value is empty",
            ])
        guard case .text(let command)? = found.services[0].command else { throw Unexpected() }
        #expect(command.unset == ["${TAG}", "${B:-${C}}", "$word"])
    }

    @Test("a variable that must be set is only warned of in an environment, which nobody may need")
    func required() throws {
        let found = try project(["c.yaml": "services:\n  a: {environment: {A: 'x${B:?no}'}}\n"])
        #expect(found.services[0].environment[0].value?.unset == ["x${B:?no}"])
        #expect(
            found.warnings.map(withoutFolder) == [
                "c.yaml:2:24: services.a.environment.A: required variable B is missing a value: no"
            ])
    }
}
