import Configuration
import HealthCore
import TestSupport
import Testing

@Suite("What config show prints")
struct SummaryTests {
    private static let marked = "Zq7XwJ9vKt2Hg"

    /// The lines of the one target `t`, without its indentation.
    private func shown(_ yaml: String, _ around: ReadingContext = context()) throws -> [String] {
        let summary = try load("targets:\n  t: {\(yaml)}\n", around).summary
        return summary.split(separator: "\n").dropFirst(2).map { String($0.dropFirst(4)) }
    }

    @Test("kind, place, user, database, sslmode, level and the rhythm are shown; a password is not")
    func plain() throws {
        let lines = try shown(
            "postgres: 'postgres://app:\(Self.marked)@db:5433/shop?sslmode=require', retries: 9, optional: true"
        )
        #expect(
            lines == [
                "kind: postgres", "host: db", "port: 5433", "user: app", "database: shop", "sslmode: require",
                "level: query", "interval: 10s", "timeout: 3s", "start_period: 30s", "start_interval: 1s",
                "initial_delay: 0s", "retries: 9", "success_threshold: 1", "jitter: 5%", "optional: true",
                "password: \"***\"",
            ])
    }

    @Test("what came from a variable is shown as it was written, never its value")
    func variables() throws {
        let values = [
            "H": "valueh", "P": "5999", "U": "valueu", "W": Self.marked, "D": "valued", "T": "7s", "URL": "",
        ]
        let around = context(values)
        let lines = try shown(
            "postgres: 'postgres://${U}:${W}@${H}.local:${P}/${D:-x}', timeout: '${T}', start_period: '${S:-9s}'",
            around)
        for line in [
            "host: ${H}.local", "port: ${P}", "user: ${U}", "database: ${D:-x}", "timeout: ${T}",
            "start_period: ${S:-9s}", "password: \"***\"",
        ] { #expect(lines.contains(line), "\(line) is not in \(lines)") }
        for value in values.values where !value.isEmpty {
            #expect(!lines.contains { $0.contains(value) }, "\(value): \(lines)")
        }
    }

    @Test("a whole address in a variable is its name alone, and a default in it is hidden")
    func wholeAddress() throws {
        let url = "redis://:\(Self.marked)@h/1"
        let cases = [
            ("${URL}", "target: ${URL}"), ("$URL", "target: $URL"),
            ("${NO:-\(url)}", "target: ${NO:-***}"), ("${NO-\(url)}", "target: ${NO-***}"),
            ("${NO:-${URL}}", "target: \"***\""),
        ]
        for (written, expected) in cases {
            let lines = try shown("redis: '\(written)'", context(["URL": url]))
            #expect(lines.contains(expected), "\(written): \(lines)")
            #expect(!lines.contains { $0.contains(Self.marked) }, "\(lines)")
        }
    }

    @Test("passwords, queries and parameters are never shown, wherever they stand")
    func secrets() throws {
        let marked = Self.marked
        let around = context(["PW": marked], secrets: ["/\(marked)": marked])
        for yaml in [
            "redis: h, password: \(marked)", "redis: h, password: '${PW}'",
            "redis: h, password: '${NO:-\(marked)}'", "redis: h, password_file: /\(marked)",
            "redis: 'redis://:\(marked)@h'", "redis: 'redis://u:${PW}@h'",
            "redis: 'redis://u:${NO:-\(marked)}@h'",
            "redis: 'redis://h?password=\(marked)'", "postgres: 'host=h password=\(marked)'",
            "postgres: 'host=h password=${PW}'",
            "postgres: 'postgres://h/d?password=\(marked)&sslmode=prefer'",
            "postgres: 'postgres://h/d?options=\(marked)'", "postgres: h, query: 'SELECT $$\(marked)$$'",
            "target: 'redis://:${PW}@h'", "target: 'env:URL'",
            "exec: [CMD, '${PW}', x]", "exec: [CMD-SHELL, '${PW} x']", "exec: '${PW} x'",
        ] {
            let full = context(
                ["PW": marked, "URL": "redis://:\(marked)@h"], secrets: ["/\(marked)": marked])
            let lines = try shown(yaml, yaml.contains("env:") ? full : around)
            #expect(!lines.contains { $0.contains(marked) }, "\(yaml): \(lines)")
            #expect(lines.contains { $0.hasPrefix("kind: ") })
        }
    }

    @Test("the agent's own settings are shown as written")
    func agent() throws {
        let summary = try load(
            "listen: [':1', 'unix:${D:-/run}/a']\nlog: json\ntargets: {t: {tcp: 'h:1'}}\n"
        ).summary
        #expect(
            summary.hasPrefix("listen: [\":1\", \"unix:${D:-/run}/a\"]\nlog: json\ntargets:\n  t:\n"),
            "\(summary)")
    }

    @Test("every host is shown, and what libpq is told of them")
    func hosts() throws {
        let lines = try shown(
            "postgres: 'postgres://u@a,b:6432/d?target_session_attrs=read-write', level: query")
        for line in ["host: a,b", "port: 5432,6432", "target_session_attrs: read-write"] {
            #expect(lines.contains(line), "\(lines)")
        }
        let same = try shown("postgres: 'host=a,b,c port=6432'")
        #expect(same.contains("host: a,b,c") && same.contains("port: 6432"), "\(same)")
        let address = try shown("postgres: 'host=a hostaddr=10.0.0.1'")
        #expect(address.contains("host: a") && address.contains("hostaddr: 10.0.0.1"), "\(address)")
        let written = try shown(
            "postgres: 'host=${A},b port=${P}'", context(["A": "secret", "P": "7777"]))
        #expect(written.contains("host: ${A},b") && written.contains("port: ${P}"), "\(written)")
    }

    @Test("durations are exact")
    func durations() throws {
        for text in ["1.05s", "1.25s", "1.001s", "2m0.5s", "1h1m0.01s", "850ms", "1.5ms"] {
            #expect(try shown("tcp: 'h:1', interval: \(text)").contains("interval: \(text)"))
        }
        #expect(try shown("tcp: 'h:1', stable: 1250ms, timeout: 61.5s").contains("stable: 1.25s"))
    }

    @Test("what is printed is YAML, whatever the values are")
    func isYAML() throws {
        let summary = try load(
            """
            listen: [":1", "[::1]:2", "unix:${D:-/run}/a,b", 'unix:/x y: #z']
            ready_file: '#ready: "x" \\ {'
            log: json
            targets:
              no: {postgres: 'postgres://yes:\(Self.marked)@[::1]/*null?sslmode=require', retries: 9, optional: yes}
              null: {redis: '${URL}', accept: [loading, auth], for: liveness, password: a}
              path: {file: '/run/a: b #c'}
              end: {unix: '/run/-: '}
              shell: {exec: 'echo "x: y" # z'}
              web: {http: 'http://h/a:%20b?q=\(Self.marked)', headers: {Authorization: \(Self.marked)}}
              odd: {redis: 'redis://%22%0A%23:p@h'}

            """, context(["URL": "redis://h/1"])
        ).summary
        let script = """
            import json, sys, yaml
            print(json.dumps(yaml.safe_load(sys.stdin), sort_keys=True))
            """
        let run = try Program.run(
            "/usr/bin/python3", ["-c", script], standardInput: .bytes(Array(summary.utf8)))
        try #require(run.exitCode == 0, "\(run)\n\(summary)")
        for part in [
            ##""listen": [":1", "[::1]:2", "unix:${D:-/run}/a,b", "unix:/x y: #z"]"##,
            ##""ready_file": "#ready: \"x\" \\ {""##, ##""no": {"database": "*null", "host": "::1","##,
            ##""optional": true, "password": "***", "port": 5432, "retries": 9"##, ##""user": "yes""##,
            ##""null": {"accept": ["loading", "auth"]"##, ##""path": {"initial_delay": "0s""##,
            ##""path": "/run/a: b #c""##, ##""path": "/run/-: ""##, ##""command": "echo""##,
            ##""target": "${URL}""##, ###""user": "\"\\x0a#""###,
        ] { #expect(run.output.contains(part), "\(part) is not in \(run.output)\n\(summary)") }
        #expect(!summary.contains(Self.marked))
    }
}
