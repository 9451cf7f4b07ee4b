import HealthCore
import TestSupport
import Testing

@testable import Configuration

struct LintReaderTests {
    /// `LINE:COLUMN RULE` of each finding, and the form behind it.
    private func places(_ name: String, _ text: String) throws -> [String] {
        try linted(name, text).map { "\($0.line):\($0.column) \($0.rule.rawValue)" }
    }

    @Test("A finding stands at its key, and one that several services have by an alias is told once")
    func compose() throws {
        let text = """
            x-check: &check
              test: redis-cli ping
              retries: 0
            services:
              one: {image: redis, healthcheck: *check}
              two:
                image: redis
                healthcheck: *check
                depends_on:
                  - one
              three:
                image: mysql
                healthcheck:
                  test: ["CMD", "mysqladmin",
                         "ping", "-h", "127.0.0.1"]
                  timeout: ${LIMIT:?must be set}

            """
        #expect(
            try places("compose.yaml", text) == [
                "2:3 redis-any-answer", "3:3 zero-is-default", "10:9 started-only", "14:7 mysql-any-login",
            ])
    }

    @Test("The form of a finding is the check as waitfor makes it inside of the container")
    func forms() throws {
        func form(_ keys: String) throws -> String? {
            try linted("c.yaml", "services: {db: {\(keys)}}").first?.instead
        }
        #expect(
            try form("image: postgres, healthcheck: {test: pg_isready -U app -d shop}")
                == "waitfor check postgres://app@127.0.0.1:5432/shop")
        #expect(
            try form(
                "image: postgres, environment: {POSTGRES_USER: app}, healthcheck: {test: pg_isready -U $$POSTGRES_USER}"
            )
                == "waitfor check postgres://$POSTGRES_USER@127.0.0.1:5432")
        #expect(
            try form(
                "image: redis, command: redis-server --port 6380, healthcheck: {test: redis-cli -a pw ping}")
                == "waitfor check redis://127.0.0.1:6380")
        #expect(
            try form("image: web, healthcheck: {test: \"curl http://web.local:80/up?token=x\"}")
                == "waitfor check http://web.local:80/up")
        #expect(
            try form("image: web, hostname: web.local, healthcheck: {test: \"curl http://web.local:80/up\"}")
                == "waitfor check http://127.0.0.1:80/up")
        #expect(try form("image: web, healthcheck: {test: exit 0}") == nil)
    }

    @Test("Of a Dockerfile the last check of each stage is judged, with what its image has")
    func dockerfile() throws {
        let text = """
            # syntax=docker/dockerfile:1
            ARG BASE=node:22
            FROM ${BASE}-alpine AS base
            RUN <<EOF
            HEALTHCHECK CMD exit 0
            EOF
            HEALTHCHECK CMD exit 0
            HEALTHCHECK --interval=5s --timeout=2s \\
                # a comment
                --retries=0 CMD wget -q --spider http://localhost:3000/ || exit 1
            FROM base
            RUN apk add --no-cache curl wget
            HEALTHCHECK --timeout=3s CMD ["curl", "-m", "5", "-f", "http://localhost:$PORT/"]
            FROM python:3.12-slim
            HEALTHCHECK --timeout=3s CMD curl -f http://localhost/
            FROM scratch
            HEALTHCHECK NONE

            """
        #expect(
            try places("app/Dockerfile.web", text) == [
                "8:1 localhost", "8:1 zero-is-default", "13:1 exec-variable", "13:1 limit-above-timeout",
                "15:1 no-tool",
            ])
        #expect(
            try linted(
                "web.dockerfile",
                "FROM web\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nHEALTHCHECK CMD x | head -1\n"
            ).isEmpty)
    }

    @Test(
        "Here-documents end by their own names, and an instruction goes on behind an empty line",
        arguments: [
            ("RUN <<EOF1\nHEALTHCHECK CMD exit 0\nEOF\nEOF1", 4),
            ("RUN <<-'a-b.c' sh -e\nHEALTHCHECK CMD exit 0\n\t\ta-b.c", 3),
            ("COPY <<A <<\"B\" /etc/\nA\nHEALTHCHECK CMD exit 0\nB", 4),
            ("COPY <<E /x\r\n  E\r\nE\r", 3), ("RUN cat <<< word", 1),
            ("RUN echo $((1 << SHIFT)) $((1<<4))", 1),
            ("LABEL text=<<E", 1), ("RUN a \\\n\n  && b", 3), ("RUN a \\\n# <<E\n  b", 3),
        ])
    func hereDocuments(instructions: String, lines: Int) throws {
        let text = "FROM web\n\(instructions)\nHEALTHCHECK \\\n\n  CMD exit 0\n"
        #expect(try places("Dockerfile", text) == ["\(lines + 2):1 cannot-fail"])
    }

    @Test("Another sign may join the lines of a Dockerfile, and an ARG without a value has one of its build")
    func directives() throws {
        let windows = "# Escape = `\nFROM web\nHEALTHCHECK `\n  CMD exit 0\nRUN dir C:\\\nHEALTHCHECK NONE\n"
        #expect(try places("Dockerfile", windows).isEmpty)
        #expect(
            try places("Dockerfile", "# escape=`\nFROM web\nHEALTHCHECK `\n  CMD exit 0\n") == [
                "3:1 cannot-fail"
            ])
        let argument =
            "ARG TAG=alpine\nARG TAG\nFROM nginx:$TAG\nHEALTHCHECK --timeout=2s CMD wget -q http://localhost/\n"
        #expect(try places("Dockerfile", argument) == ["4:1 localhost"])
        #expect(
            try places("Dockerfile", argument.replacing("TAG=alpine", with: "TAG")) == [])
    }

    @Test("A quadlet's check is judged with its times and variables")
    func quadlet() throws {
        let text = """
            [Unit]
            Description=HealthCmd=exit 0
            [Container]
            Image=docker.io/library/postgres:16
            Environment=POSTGRES_USER=app POSTGRES_DB=shop
            # a comment
            HealthCmd=pg_isready -h 127.0.0.1 \\
              -U app
            HealthRetries=0
            HealthTimeout=5s

            """
        #expect(try places("db.container", text) == ["7:1 pg-database", "9:1 zero-is-default"])
        #expect(
            try places("x.container", "[Container]\nHealthCmd=[\"redis-cli\", \"ping\"]\n") == [
                "2:1 redis-any-answer"
            ])
        #expect(try places("x.container", "[Container]\nHealthCmd=CMD-SHELL exit 0\n") == ["2:1 cannot-fail"])
        #expect(
            try places("x.container", "[Container]\nHealthCmd=\"redis-cli ping\"\nHealthRetries=\"0\"\n") == [
                "2:1 redis-any-answer", "3:1 zero-is-default",
            ])
        // Podman splits what is behind CMD at its blanks, and runs no shell.
        #expect(
            try places("x.container", "[Container]\nImage=redis\nHealthCmd=CMD redis-cli ping || exit 1\n")
                == [
                    "3:1 exec-syntax", "3:1 redis-any-answer",
                ])
        #expect(try places("x.container", "[Container]\nHealthCmd=none\nHealthInterval=0s\n").isEmpty)
    }

    @Test("The exec probes of all documents of a manifest are judged, wherever a container stands")
    func kubernetes() throws {
        let text = """
            apiVersion: v1
            kind: Service
            ---
            apiVersion: batch/v1
            kind: CronJob
            spec:
              jobTemplate:
                spec:
                  template:
                    spec:
                      containers:
                        - name: cache
                          image: redis:7
                          readinessProbe:
                            exec:
                              command: ["redis-cli", "ping"]
                          livenessProbe: {exec: {command: [sh, -c, redis-cli ping | grep PONG]}, timeoutSeconds: 2}
                          startupProbe: {httpGet: {path: /}}
                        - name: db
                          image: mysql:8
                          livenessProbe: {exec: {command: [mysqladmin, ping, -h, 127.0.0.1, -p$(PW)]}, timeoutSeconds: 2}

            """
        #expect(
            try places("job.yml", text) == [
                "14:15 kube-second", "14:15 redis-any-answer", "21:15 exec-variable", "21:15 kube-liveness",
                "21:15 mysql-any-login",
            ])
    }

    @Test("A comment leaves out what it names, on its line or above, and an unknown rule in it is told")
    func ignores() throws {
        let text = """
            services:
              one:
                image: redis
                healthcheck:
                  # waitfor-lint: ignore=redis-any-answer,zero-is-default it is a cache
                  # and nobody minds
                  test: redis-cli ping
                  retries: 0  # waitfor-lint: ignore=zero-is-default so be it
              two:
                image: redis
                healthcheck: {test: redis-cli ping}  # waitfor-lint: ignore=no-such-rule
              three:
                image: redis
                # waitfor-lint: ignore=redis-writes another one
                healthcheck: {test: redis-cli ping}  # waitfor-lint: redis-any-answer

            """
        #expect(
            try places("c.yaml", text) == [
                "11:19 redis-any-answer", "11:42 unknown-ignore", "15:19 redis-any-answer",
                "15:42 unknown-ignore",
            ])
        #expect(
            try places(
                "Dockerfile", "FROM x\n# waitfor-lint: ignore=cannot-fail no server\nHEALTHCHECK CMD exit 0\n"
            ).isEmpty)
    }

    @Test("A file that cannot be read as what it is has a mistake, with its place")
    func mistakes() {
        func mistake(_ name: String, _ text: String) -> [String] {
            do {
                return try linted(name, text).map { "\($0)" }
            } catch {
                return (error as? ConfigurationErrors)?.lines ?? []
            }
        }
        #expect(mistake("c.yaml", "services:\n  db: {image: [}\n").first?.hasPrefix("c.yaml:2:") == true)
        #expect(
            mistake("p.yaml", "apiVersion: v1\nkind: Pod\n---\na: b: c\n").first?.hasPrefix("p.yaml:4:")
                == true)
        #expect(mistake("x.yaml", "targets: {}\n").first?.contains("neither a Compose file") == true)
        #expect(mistake("/nowhere/c.yaml", "") == [])
    }
}
