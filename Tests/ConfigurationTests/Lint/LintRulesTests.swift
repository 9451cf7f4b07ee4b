import HealthCore
import TestSupport
import Testing

@testable import Configuration

struct LintRulesTests {
    private static let page = Document("docs/lint.md")
    private static let rows = page.table("rule", under: "## The rules").map { cells in
        cells.map { cell in
            // Without the marks of code, and the escapes of a table.
            let isCode = cell.first == "`" && cell.last == "`" && cell.count(where: { $0 == "`" }) == 2
            let text = isCode ? String(cell.dropFirst().dropLast()) : cell
            return text.split(separator: "\\|", omittingEmptySubsequences: false).joined(separator: "|")
        }
    }

    @Test("docs/lint.md has the rows of the table of rules")
    func documented() {
        #expect(
            Self.rows.map { Array($0.prefix(3)) }
                == LintRule.allCases.map { [$0.rawValue, $0.level.rawValue, $0.why] })
    }

    /// The example of a cell as a file: a probe of Kubernetes, a service, or several.
    private func file(_ cell: String) -> (name: String, text: String) {
        if cell.contains("Probe: ") {
            let container = "{name: db, image: \"postgres:16\", \(cell)}"
            return ("pod.yaml", "{apiVersion: v1, kind: Pod, spec: {containers: [\(container)]}}\n")
        }
        return ("compose.yaml", cell.hasPrefix("{") ? "services:\n  db: \(cell)\n" : "services: {\(cell)}\n")
    }

    @Test("Each rule finds its example before, and nothing in the one after", arguments: rows)
    func example(row: [String]) throws {
        try #require(row.count == 5)
        let (before, after) = (file(row[3]), file(row[4]))
        let found = try linted(before.name, before.text)
        #expect(found.map(\.rule.rawValue).contains(row[0]), "\(found)")
        let left = try linted(after.name, after.text)
        #expect(
            left.allSatisfy { $0.rule.rawValue != row[0] && $0.rule.level == .note },
            "\(left)")
    }

    @Test(
        "A check that does what it says has no finding",
        arguments: [
            ("postgres:16", "pg_isready -h 127.0.0.1 -U app"),
            ("postgres:16", "pg_isready --host=db -U app"),
            ("postgres:16", "psql -h 127.0.0.1 -U app -c 'SELECT 1'"),
            ("postgres:16", "[CMD, pg_isready, -U, app, -h, \"${DB_HOST}\"]"),
            ("pgbouncer:1", "pg_isready -h 127.0.0.1 -p 6432 -U app"),
            ("redis:7", "redis-cli ping | grep PONG"), ("redis:7", "'[ \"$$(redis-cli ping)\" = PONG ]'"),
            ("redis:7", "redis-cli -e ping"),
            ("redis:7", "redis-cli ping && redis-cli info | grep master_link_status:up"),
            ("mysql:8", "mysql -h 127.0.0.1 -uroot -p$$MYSQL_ROOT_PASSWORD -e 'SELECT 1'"),
            ("mariadb:11", "[CMD, healthcheck.sh, --connect, --innodb_initialized]"),
            ("mysql:8", "mysql --protocol=tcp -u app -e 'SELECT 1'"),
            ("web:1", "curl -fsS -m 2 http://localhost/ || exit 1"),
            ("web:1", "curl -sm2 http://localhost/ | grep -q ok"),
            ("web:1", "curl -s -m 2 -o /tmp/x http://localhost/ && grep -q ok /tmp/x"),
            ("web:1", "wget -q -T 2 --spider http://localhost/ || exit 1"),
            ("web:1", "timeout 5 curl -f http://localhost/"),
            ("nginx:alpine", "curl -f -m 2 http://localhost/"),
            ("nginx:alpine", "wget -q -T 2 --spider http://127.0.0.1/"),
            ("nginx:alpine", "wget -q -T 2 --spider http://localhost.example/"),
            ("web:1", "'exec 3<>/dev/tcp/localhost/80; exec 3<&-'"),
            ("web:1", "'bash -c \"exec 3<>/dev/tcp/localhost/80; echo >&3\"'"),
            ("web:1", "[CMD, sh, -c, -e, \"exec curl -f -m 2 http://localhost/\\n[ -f /x ]\"]"),
            ("web:1", "[CMD, \"\"]"), ("web:1", "[CMD]"),
            ("web:1", "[CMD, bash, -ceuo, pipefail, curl -f -m 2 http://localhost/ | cat]"),
            ("web:1", "$$COMMAND --now"), ("web:1", "'check; S=$$?; echo done; exit $$S'"),
            ("web:1", "'S=$$(curl -sf -m 2 http://localhost/)'"),
            ("web:1", "find /tmp -newer x | xargs test -n"),
            ("web:1", "'set -o pipefail; curl -f -m 2 http://localhost/ | head -1'"),
            ("web:1", "\"curl -f -m 2 http://localhost/ | awk '/ok/ {found=1} END {exit !found}'\""),
            ("web:1", "pg_isready -h db && exit 0 || exit 1"), ("web:1", "nc -z localhost 8080 || exit 1"),
            ("web:1", "\"${HEALTH_COMMAND}\""), ("web:1", "\"${HEALTH_COMMAND:-}\""),
            ("web:1", "$$HEALTH_COMMAND"),
            ("web:1", "'if curl -s http://localhost/; then exit 0; fi; exit 1'"), ("web:1", "kill -0 1"),
            ("web:1", "[CMD, sh, -c, \"curl -f -m 2 http://localhost/ || exit 1\"]"),
            ("web:1", "[CMD, sh, -c, \"test -f $$0\", /tmp/ready]"),
            ("mongo:8", "[CMD, mongosh, --eval, \"db.adminCommand({$$ping: 1})\"]"),
            ("web:1", "[CMD, grep, -q, \"up$$\", /tmp/state]"),
            ("postgres:16-alpine", "wget -q -T 2 http://127.0.0.1:1/"),
            ("python:3", "curl -f -m 2 http://localhost/"),
            ("gcr.io/distroless/static", "[CMD, /app, check]"),
            ("redis:7", "NONE"), ("web:1", "[NONE]"), ("web:1", "[]"),
        ])
    func silent(image: String, test: String) throws {
        let found = try rules(image, test)
        #expect(found == (test == "NONE" ? ["keyword-in-text"] : []))
    }

    @Test(
        "What only looks like a lie is none, and what lies in other words is found",
        arguments: [
            ("postgres:16", "pg_isready -h /var/run/postgresql -U app", ["pg-socket"]),
            ("supabase/postgres:15", "pg_isready", ["pg-socket"]),
            ("postgres:16", "su postgres -c pg_isready", ["pg-socket"]),
            ("postgres:16", "PGHOST=127.0.0.1 PGUSER=app pg_isready", []),
            ("redis:7", "sh -c 'redis-cli ping' || exit 1", ["redis-any-answer"]),
            ("redis:7", "'! redis-cli ping'", []),
            ("mariadb:11", "mysqladmin ping -uroot -p$$PW", ["mysql-any-login", "mysql-socket"]),
            ("mysql:8", "mysqladmin ping -h 127.0.0.1 -proot", ["mysql-any-login", "password"]),
            ("web:1", "(curl -f -m 2 http://localhost/)", []),
            ("mariadb:11", "mysqladmin -P 3307 -h localhost status", []),
            ("web:1", "curl -sLo /dev/null http://localhost/", ["http-any-status", "no-limit"]),
            ("web:1", "curl -s -m 2 --fail-early http://localhost/", ["http-any-status"]),
            ("web:1", "curl --max-t 40 -f http://localhost/", ["limit-above-timeout"]),
            ("web:1", "'bash -c \"exec 3<>/dev/tcp/localhost/80; exec 3<&-\"'", ["cannot-fail"]),
            ("web:1", "'check; exec true'", ["cannot-fail"]),
            ("web:1", "[CMD, timeout, \"2\", sh, -ec, curl, \"http://x/\"]", ["words-behind-script"]),
            ("web:1", "exit 0", ["cannot-fail"]), ("web:1", "''", ["cannot-fail"]),
            ("web:1", "curl -f -m 2 http://x/; exit 0", ["cannot-fail"]),
            ("web:1", "curl -f -m 2 http://x/ | head -1", ["cannot-fail"]),
            ("web:1", "exit 1", ["cannot-pass"]),
            ("web:1", "\"ps aux | grep '[w]orker'\"", ["process-only"]),
            ("web:1", "ps -ef | grep worker | grep -v grep", ["process-only"]),
            ("web:1", "ps -o comm | grep worker", ["process-only"]),
            ("web:1", "pgrep -f worker || exit 1", ["finds-itself"]),
            ("web:1", "pgrep worker || exit 1", ["process-only"]),
            ("web:1", "[CMD, sh, -c, curl, -f, \"http://x/\"]", ["words-behind-script"]),
            ("web:1", "[CMD, timeout, \"40\", check]", ["limit-above-timeout"]),
            ("mysql:8", "bash -c ':> /dev/tcp/127.0.0.1/3306'", ["bare-port"]),
            ("gcr.io/distroless/nodejs", "node check.js", ["no-tool"]),
            ("web:1", "psql postgres://app:hunter2@db/app -c 'SELECT 1'", ["password"]),
            ("web:1", "psql postgres://app:$$PW@db/app -c 'SELECT 1'", []),
        ])
    func judged(image: String, test: String, expected: [String]) throws {
        #expect(try rules(image, test) == expected)
    }

    @Test("Times are judged where they decide, and a health that nobody waits for may be late")
    func times() throws {
        let check = "healthcheck: {test: check, interval: 5s}"
        #expect(try rules(of: "db: {image: mysql, \(check)}").isEmpty)
        #expect(try rules("web", "check", ", interval: 0s, timeout: 0s, retries: 0").count == 3)
        let gate = "command: wait-for-it.sh db:5432 -t 120 -- app"
        #expect(try rules(of: "web: {image: web, \(gate), \(check)}") == ["gate-is-counted"])
        #expect(try rules(of: "web: {image: web, command: waitfor check db:5432, \(check)}").isEmpty)
        #expect(try rules(of: "web: {image: web, command: wait-for-it.sh db:5432 -- app, \(check)}").isEmpty)
    }

    @Test("Who depends on a service waits for a check that there is, or is told what is known for certain")
    func dependencies() throws {
        let healthy = "web: {image: web, depends_on: {db: {condition: service_healthy}}}"
        #expect(
            try rules(of: "\(healthy), db: {image: x, healthcheck: {disable: true}}") == [
                "healthy-without-check"
            ])
        // An image may have a check of its own.
        #expect(try rules(of: "\(healthy), db: {image: example/postgres}").isEmpty)
        #expect(try rules(of: "\(healthy), db: {build: ., image: postgres}").isEmpty)
        #expect(try rules(of: healthy).isEmpty)
        #expect(
            try rules(of: "web: {image: web, depends_on: [db], deploy: {replicas: 2}}, db: {image: redis}")
                .isEmpty)
    }
}
