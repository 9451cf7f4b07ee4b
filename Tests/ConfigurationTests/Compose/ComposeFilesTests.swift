import HealthCore
import TestSupport
import Testing

@testable import Configuration

@Suite("The files of a Compose project")
struct ComposeFilesTests {
    @Test("a service extends one of its file or of another, whose paths relate to where it is")
    func extends() throws {
        let files = [
            "c.yaml": """
            services:
              a: {image: x, depends_on: [db], environment: {A: 1, B: 2}, ports: ["80:80"], healthcheck: {test: [CMD, a], interval: 5s}}
              b: {extends: {service: a}, environment: [B=3], healthcheck: {test: curl}}
              e: {extends: b, image: y, ports: !reset []}
              f: {extends: {file: sub/x.yaml, service: g}}
              db: {image: pg}

            """,
            "sub/x.yaml": """
            services:
              g: {extends: h, env_file: e.env, image: "g:${V}"}
              h: {extends: {file: y/z.yaml, service: i}, environment: [H=1]}

            """,
            "sub/y/z.yaml": "services:\n  i: {image: i, env_file: [f.env], expose: [7]}\n",
            "sub/e.env": "E=1\n",
            "sub/y/f.env": "F=2\nE=9\n", ".env": "V=77\n",
        ]
        let found = try project(files)
        let (b, e, f) = (found.services[1], found.services[2], found.services[3])
        #expect(b.image?.value == "x" && b.values == ["A": "1", "B": "3"] && b.ports == [80])
        #expect(b.dependencies.map(\.service) == ["db"] && b.healthcheck?.interval == .seconds(5))
        #expect(b.healthcheck?.test == .shell(ComposeText("curl")))
        #expect(e.image?.value == "y" && e.ports.isEmpty && e.values == b.values)
        #expect(f.image?.value == "g:77" && f.ports == [7] && f.values == ["E": "1", "F": "2", "H": "1"])
    }

    @Test("what is included has variables of its own folder, below those of the project")
    func include() throws {
        let files = [
            "c.yaml": """
            include:
              - inc/c.yaml
              - {path: [inc2/a.yaml, inc2/b.yaml], env_file: own.env, project_directory: proj}
            services:
              web: {image: "w:${V}", depends_on: [db, x]}

            """,
            "inc/c.yaml":
                "include: [deep/d.yaml]\nservices:\n  db: {image: \"pg:${V}:${W}\", env_file: e.env}\n",
            "inc/deep/d.yaml": "services:\n  deep: {image: \"d:${V}:${W}:${X}\"}\n",
            "inc/.env": "V=inc\nW=incw\n",
            "inc/deep/.env": "W=deep\nX=x\n", ".env": "V=root\n", "own.env": "O=own\nV=no\n",
            "inc2/a.yaml": "services:\n  x: {image: \"a:${O}:${V}\", env_file: f.env, ports: ['1:1']}\n",
            "inc2/b.yaml": "services:\n  x: {ports: ['2:2']}\n", "inc/e.env": "Q=1\n", "proj/f.env": "P=1\n",
        ]
        let found = try project(files)
        #expect(found.service("web")?.image?.value == "w:root")
        #expect(
            found.service("db")?.image?.value == "pg:root:incw" && found.service("db")?.values == ["Q": "1"])
        #expect(found.service("deep")?.image?.value == "d:root:incw:x")
        #expect(found.service("x")?.image?.value == "a:own:root" && found.service("x")?.ports == [1, 2])
        #expect(found.service("x")?.values == ["P": "1"])
    }

    @Test("a service can change and extend one that is included")
    func includedServices() throws {
        let files = [
            "c.yaml":
                "include: [inc/c.yaml]\nservices:\n  web: {extends: base, image: q}\n  base: {image: other}\n",
            "inc/c.yaml": "services:\n  base: {image: b, environment: {A: 1}, env_file: e.env}\n",
            "inc/e.env": "Q=1\n",
        ]
        let found = try project(files)
        #expect(found.service("base")?.image?.value == "other" && found.service("web")?.image?.value == "q")
        #expect(found.service("web")?.values == ["A": "1", "Q": "1"])
    }

    @Test("what would have to be fetched is named, and not read")
    func elsewhere() throws {
        let yaml =
            "include: [oci://example.org/x]\nservices:\n  a: {extends: {file: 'https://example.org/c.git', service: b}, image: x}\n"
        let found = try project(["c.yaml": yaml])
        #expect(found.services.map { $0.image?.value } == ["x"])
        #expect(
            found.warnings.map(withoutFolder) == [
                "c.yaml:1:11: include: *** is elsewhere, and is not read",
                "c.yaml:3:16: services.a.extends: *** is elsewhere, and is not read",
            ])
    }

    @Test(
        "circles and what is not there are mistakes with a place",
        arguments: [
            ("services:\n  a: {extends: b}\n  b: {extends: a}\n", 2, 7, "extends itself"),
            ("services:\n  a: {extends: a}\n", 2, 7, "extends itself"),
            ("services:\n  a: {extends: {file: c.yaml, service: a}}\n", 2, 7, "extends itself"),
            (
                "services:\n  a: {extends: bd}\n  db: {}\n", 2, 16,
                "there is no service bd; did you mean `db`?"
            ),
            (
                "services:\n  a: {extends: {file: no.yaml, service: a}}\n", 2, 16,
                "cannot read it: No such file"
            ),
            ("services:\n  a: {extends: {file: o.yaml}}\n", 2, 16, "the key service is missing"),
            ("include: [c.yaml]\nservices:\n  a: {}\n", 1, 11, "a file includes itself"),
            ("include: [no.yaml]\nservices:\n  a: {}\n", 1, 11, "cannot read it: No such file"),
            ("include: c.yaml\nservices:\n  a: {}\n", 1, 10, "a list is expected, not a value"),
            ("include: [{path: ''}]\nservices:\n  a: {}\n", 1, 11, "the path is empty"),
        ])
    func circles(yaml: String, line: Int, column: Int, words: String) throws {
        let said = try mistakes(["c.yaml": yaml])
        #expect(said.contains { $0.hasPrefix("c.yaml:\(line):\(column): ") && $0.contains(words) }, "\(said)")
    }

    @Test("services of profiles that are not active are apart")
    func profiles() throws {
        let yaml = """
            services:
              a: {}
              b: {profiles: [p]}
              c: {profiles: [q, r], depends_on: [a, b]}
              d: {depends_on: {b: {condition: service_started, required: false}, a: }}

            """
        func names(_ profiles: [String]?, env: String = "") throws -> [String] {
            try project(["c.yaml": yaml, ".env": env], profiles: profiles).services.map(\.name)
        }
        #expect(try names(nil) == ["a", "d"])
        #expect(try names(["q"]) == ["a", "c", "d"])
        #expect(try names(["*"]) == ["a", "b", "c", "d"])
        #expect(try names(nil, env: "COMPOSE_PROFILES=p, r\n") == ["a", "b", "c", "d"])
        #expect(try names([], env: "COMPOSE_PROFILES=p, r\n") == ["a", "d"])
        let found = try project(["c.yaml": yaml], profiles: ["q"])
        #expect(found.inactive.map(\.name) == ["b"] && found.service("b") != nil && found.service("x") == nil)
        #expect(found.service("d")?.dependencies.map(\.service) == ["a"])
        #expect(found.service("c")?.dependencies.map(\.service) == ["a", "b"])
        #expect(
            found.warnings.map(withoutFolder) == [
                "c.yaml:4:3: services.c.depends_on.b: its profile is not active"
            ])
    }

    @Test("the project has the name of its file, its folder or its environment")
    func names() throws {
        let yaml = "services:\n  a: {image: \"${COMPOSE_PROJECT_NAME}\"}\n"
        #expect(try project(["c.yaml": "name: My-App_1\n" + yaml]).services[0].image?.value == "my-app_1")
        let around = ["COMPOSE_PROJECT_NAME": "out"]
        #expect(
            try project(["c.yaml": "name: x\n" + yaml], variables: around).services[0].image?.value == "out")
        let folder = try project(["c.yaml": yaml]).services[0].image
        #expect(folder?.value.isEmpty == false && folder?.unset == [])
    }

    @Test("a file that cannot be read is a mistake of its own")
    func unreadable() throws {
        #expect(
            throws: ConfigurationErrors(lines: ["/nowhere/c.yaml: cannot read it: No such file or directory"])
        ) {
            try ComposeProject.load(["/nowhere/c.yaml"], context())
        }
        #expect(throws: ConfigurationErrors(lines: ["/dev/null: not a file"])) {
            try ComposeProject.load(["/dev/null"], context())
        }
        #expect(throws: ConfigurationErrors(lines: ["/nowhere/e: cannot read it: No such file or directory"]))
        {
            try ComposeProject.load(["/dev/null"], envFiles: ["/nowhere/e"], context())
        }
    }
}
