import HealthCore
import TestSupport
import Testing

@testable import Configuration

/// The targets of a project as they are, and those of the file that it is converted to; the variables and files that
/// the file needs are there.
func conversion(
    of project: ComposeProject, service: String?, variables: [String: String] = [:], asksPorts: Bool = false
) throws -> (text: String, live: [Target], converted: [Target]) {
    func complete(_ file: ConfigurationFile, _ context: ReadingContext) throws -> [Target] {
        try TargetList.read([], besides: file.targets, settings: [], passwordFile: nil, context)
    }
    func around(_ variables: [String: String]) -> ReadingContext {
        ReadingContext(
            variable: { variables[$0] }, secretFile: { Array("the secret in \($0)".utf8) },
            isReadable: { _ in true })
    }
    let known = variables.merging(project.variables) { first, _ in first }
    let live = try complete(
        .load(project, service: service, asksPorts: asksPorts, around(variables)), around(known))
    let conversion = try ComposeConversion(
        project, service: service, asksPorts: asksPorts, around(variables))
    let context = around(known.merging(conversion.variables) { $1 })
    return (conversion.text, live, try complete(load(conversion.text, context), context))
}

@Suite("What config convert writes")
struct ComposeConversionTests {
    private static let secret = "Hunter2Secret"

    @Test("what the classic stack becomes has the same questions, and no values")
    func classic() throws {
        let found = try project(["c.yaml": ClassicStackTests.yaml, ".env": "DB_USER=app\nDB_PASSWORD=x\n"])
        let (text, live, converted) = try conversion(of: found, service: "app")
        #expect(converted == live && live.map(\.name) == ["db", "redis"])
        #expect(
            text == """
                # By `waitfor config convert`: what app depends on.
                # No value of a variable is written here. Needed in the environment are:
                #   DB_USER
                targets:
                  # db (service_healthy): pg_isready -U ${DB_USER}
                  # pg_isready is content with a server that refuses the user or the database, and so is this
                  db:
                    postgres: db:5432
                    user: ${DB_USER}
                    level: ping
                    accept: auth,no_database,denied
                    interval: 5s
                    timeout: 5s
                    retries: 10
                    start_period: 30s
                  # redis (service_started): redis-cli ping
                  redis:
                    dns: redis

                """)
        let all = try conversion(of: found, service: nil)
        #expect(all.converted == all.live && all.live.count == 5)
    }

    /// Checks with a secret in each place where one can be: what a line of the text must have instead.
    private static let checks: [(service: String, expected: String)] = [
        (
            "image: postgres, environment: {POSTGRES_PASSWORD: Hunter2Secret}, healthcheck: {test: psql -c 'SELECT 1'}",
            "    password_env: POSTGRES_PASSWORD"
        ),
        (
            "image: postgres, healthcheck: {test: PGPASSWORD=Hunter2Secret psql -U app -c 'SELECT 1'}",
            "    password_env: DB_PASSWORD"
        ),
        (
            "image: postgres, env_file: e.env, healthcheck: {test: psql}",
            "    password_env: POSTGRES_PASSWORD"
        ),
        (
            "image: postgres, environment: {U: 'postgres://a:Hunter2Secret@localhost/b'}, healthcheck: {test: psql $$U}",
            "    password_env: DB_PASSWORD"
        ),
        (
            "image: postgres, secrets: [pw], environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pw}, healthcheck: {test: psql}",
            "    password_file: /run/secrets/mine"
        ),
        (
            "image: redis, healthcheck: {test: redis-cli -a Hunter2Secret ping}",
            "    password_env: DB_PASSWORD"
        ),
        ("image: redis, healthcheck: {test: 'redis-cli -a ${PW} ping'}", "    password_env: PW"),
        (
            "image: redis, healthcheck: {test: 'redis-cli -a ${NONE:-Hunter2Secret} ping'}",
            "    password_env: NONE"
        ),
        (
            "image: redis, healthcheck: {test: [CMD, redis-cli, -u, 'redis://:Hunter2Secret@localhost/1', ping]}",
            "    password_env: DB_PASSWORD"
        ),
        (
            "image: redis, command: redis-server --requirepass Hunter2Secret, healthcheck: {test: redis-cli ping}",
            "    password_env: DB_PASSWORD"
        ),
        (
            "image: mysql, healthcheck: {test: mysqladmin -uroot -pHunter2Secret status}",
            "    password_env: DB_PASSWORD"
        ),
        ("healthcheck: {test: 'curl -f http://u:Hunter2Secret@localhost/'}", "    http: ${DB_TARGET}"),
        ("healthcheck: {test: 'curl -f http://localhost/?token=Hunter2Secret'}", "    http: ${DB_TARGET}"),
        (
            "healthcheck: {test: [CMD, curl, -f, 'http://localhost/?a=b&api_key=Hunter2Secret']}",
            "    http: ${DB_TARGET}"
        ),
        (
            "environment: {POSTGRES_HOST_AUTH_METHOD: trust}, healthcheck: {test: psql -c \"SELECT f('password=Hunter2Secret')\"}",
            "    query: ${DB_QUERY}"
        ),
        (
            "healthcheck: {test: [CMD, curl, -f, -H, 'Authorization: Bearer Hunter2Secret', 'http://localhost/']}",
            "    headers: \"Host: localhost\\nAuthorization: ${DB_AUTHORIZATION}\""
        ),
        (
            "healthcheck: {test: [CMD, wget, '--header=X-Api-Key: Hunter2Secret', 'http://localhost/']}",
            "    headers: \"Host: localhost\\nX-Api-Key: ${DB_X_API_KEY}\""
        ),
        (
            "environment: {API_TOKEN: Hunter2Secret}, healthcheck: {test: 'curl -fH \"Authorization: Bearer $$API_TOKEN\" http://localhost/'}",
            "    headers: \"Host: localhost\\nAuthorization: Bearer ${API_TOKEN}\""
        ),
    ]

    @Test("a secret is the name of a variable or of a file, wherever it stands", arguments: checks)
    func secrets(service: String, expected: String) throws {
        let yaml = """
            services:
              web:
                secrets: [{source: pw, target: mine}]
                depends_on: {db: {condition: service_healthy}}
              db: {\(service)}

            """
        let found = try project(
            ["c.yaml": yaml, "e.env": "POSTGRES_PASSWORD=\(Self.secret)\n", ".env": "PW=\(Self.secret)\n"])
        let (text, live, converted) = try conversion(of: found, service: "web")
        #expect(converted == live && live.count == 1, "\(text)")
        #expect(text.split(separator: "\n").contains { $0 == expected }, "\(text)")
        #expect(!text.contains(Self.secret), "\(text)")
        let summary = try ComposeSummary(found, service: nil)
        #expect(!(summary.text + summary.json).contains(Self.secret), "\(summary.text)")
    }

    @Test("a variable that means two things has two names")
    func names() throws {
        let yaml = """
            services:
              a: {image: postgres, env_file: a.env, healthcheck: {test: 'psql -U "${PW}"'}}
              b: {image: postgres, environment: {POSTGRES_PASSWORD: two}, healthcheck: {test: psql}}
              c: {image: redis, environment: {PW: three}, healthcheck: {test: "redis-cli -a $$PW ping"}}
              d: {image: x, healthcheck: {test: "curl -u 'me:${PW}' http://localhost/"}}

            """
        let found = try project(["c.yaml": yaml, "a.env": "POSTGRES_PASSWORD=one", ".env": "PW='p w'"])
        let (text, live, converted) = try conversion(of: found, service: nil)
        #expect(converted == live && live.count == 4, "\(text)")
        for name in ["POSTGRES_PASSWORD", "B_POSTGRES_PASSWORD", "C_PW"] {
            #expect(text.contains("password_env: \(name)\n"), "\(text)")
        }
        #expect(text.contains("user: ${PW}\n") && text.contains("http: ${D_TARGET}\n"), "\(text)")
    }

    /// Texts that YAML, or the replacement of variables, could take for something else.
    private static let hostile = [
        "a: b", "a #b", "#a", "- a", "? a", "'", "\"", "\\", "a:", "[a", "{a}", "*a", "&a", "!a", "%a", "@a",
        "`a",
        "null", "~", "true", "no", "0x10", "1e3", ".5", "  a", "a  ", "ü", "日本", "a\u{2028}b", "a\u{85}b",
        "\u{FEFF}a",
        "a\u{1F600}", "\t", "a\nb", "a\r\nb", "\u{1}", "$", "$$", "${A}", "$A", "---", "...", "<<", "=", "|",
        ">", "a, b",
    ]

    @Test("what is written is read as it was, whatever it looks like", arguments: hostile)
    func quoting(text: String) throws {
        let user = JSONText.quoted(ComposeText(ComposeText(text).written).written)
        let words = ["CMD", "psql", "-U", "USER", "-c", "SELECT 1"].map {
            $0 == "USER" ? user : JSONText.quoted($0)
        }
        let yaml = """
            services:
              x.a:
                image: postgres
                environment: {POSTGRES_HOST_AUTH_METHOD: trust, U: \(JSONText.quoted(ComposeText(text).written))}
                healthcheck: {test: [\(words.joined(separator: ", "))]}
              y:
                image: postgres
                environment: {POSTGRES_HOST_AUTH_METHOD: trust, U: \(JSONText.quoted(ComposeText(text).written))}
                healthcheck: {test: psql -U "$$U" -c 'SELECT 1'}

            """
        let (written, live, converted) = try conversion(of: project(["c.yaml": yaml]), service: nil)
        #expect(
            converted == live && live.map(\.name) == ["service-x-a", "y"], "\(written)\n\(live)\n\(converted)"
        )
    }

    @Test("what cannot be asked is told, and so is why")
    func notes() throws {
        let yaml = """
            services:
              web: {depends_on: {job: {condition: service_completed_successfully}, db: {condition: service_started}}}
              job: {image: x}
              db: {image: postgres, extends: {file: "https://x/y.yaml", service: z}}

            """
        let found = try project(["c.yaml": yaml])
        let text = try conversion(of: found, service: "web").text
        #expect(
            text.contains(
                "  # job (service_completed_successfully)\n  # that it has ended with 0 is nothing"),
            "\(text)")
        #expect(text.contains("is elsewhere, and is not read\n"), "\(text)")
        let strict = try conversion(of: found, service: "web", asksPorts: true)
        #expect(strict.converted == strict.live && strict.live.map(\.kind) == ["postgres"])
        #expect(throws: ConfigurationErrors.self) { try conversion(of: found, service: "db") }
    }

    @Test("the examples of the project mean the same as what they are converted to")
    func examples() throws {
        var count = 0
        for path in try Project.files(in: "Configs/compose", named: "*.yaml") {
            guard Document(path).lines.contains("services:") else { continue }
            let found = try ComposeProject.load(
                ["\(Project.path)/\(path)"], profiles: ["*"], context(["IMAGE": "x"]))
            for service in [nil]
                + found.services.filter({ !$0.dependencies.isEmpty }).map({ Optional($0.name) })
            {
                guard (try? ConfigurationFile.load(found, service: service, context())) != nil else {
                    continue
                }
                let (text, live, converted) = try conversion(of: found, service: service)
                #expect(converted == live, "\(path) \(service ?? ""):\n\(text)")
                count += 1
            }
        }
        #expect(count >= 5)
    }
}
