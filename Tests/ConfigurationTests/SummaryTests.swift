import Configuration
import HealthCore
import Testing

@Suite("What config show prints")
struct SummaryTests {
    private static let marked = "Zq7XwJ9vKt2Hg"

    /// The lines of the one target `t`, without its indentation.
    private func shown(_ yaml: String, _ around: Surroundings = surroundings()) throws -> [String] {
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
                "password: ***",
            ])
    }

    @Test("what came from a variable is shown as it was written, never its value")
    func variables() throws {
        let values = [
            "H": "valueh", "P": "5999", "U": "valueu", "W": Self.marked, "D": "valued", "T": "7s", "URL": "",
        ]
        let around = surroundings(values)
        let lines = try shown(
            "postgres: 'postgres://${U}:${W}@${H}.local:${P}/${D:-x}', timeout: '${T}', start_period: '${S:-9s}'",
            around)
        for line in [
            "host: ${H}.local", "port: ${P}", "user: ${U}", "database: ${D:-x}", "timeout: ${T}",
            "start_period: ${S:-9s}", "password: ***",
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
            ("${NO:-${URL}}", "target: ***"),
        ]
        for (written, expected) in cases {
            let lines = try shown("redis: '\(written)'", surroundings(["URL": url]))
            #expect(lines.contains(expected), "\(written): \(lines)")
            #expect(!lines.contains { $0.contains(Self.marked) }, "\(lines)")
        }
    }

    @Test("passwords, queries and parameters are never shown, wherever they stand")
    func secrets() throws {
        let marked = Self.marked
        let around = surroundings(["PW": marked], secrets: ["/\(marked)": marked])
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
        ] {
            let full = surroundings(
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
            summary.hasPrefix("listen: [:1, unix:${D:-/run}/a]\nlog: json\ntargets:\n  t:\n"), "\(summary)")
    }
}
