import HealthCore
import Testing

@Suite("The reasons for which a kind of target can fail")
struct PossibleReasonsTests {
    static let kinds: [(String, String)] = [
        ("db:80", "dns refused unreachable timeout closed config"),
        ("unix:///s", "missing refused unreachable timeout closed config"),
        (
            "db:5432",
            """
            dns refused unreachable timeout closed tls protocol starting shutting_down recovering \
            too_many_connections auth no_database denied busy read_only config error
            """
        ),
        (
            "db:6379",
            """
            dns refused unreachable timeout closed protocol too_many_connections auth no_database denied \
            loading masterdown busy misconf read_only cluster_down config error
            """
        ),
        ("http://app", "dns refused unreachable timeout closed protocol http_status body_mismatch config"),
        (
            "https://app",
            "dns refused unreachable timeout closed tls protocol http_status body_mismatch config"
        ),
        ("tls://app:1", "dns refused unreachable timeout closed tls protocol config"),
        ("dns:app", "dns timeout config"), ("file:///a", "missing denied error"),
        ("exec:true", "exit_status timeout config"),
    ]

    @Test("a kind has the reasons of its place, of its connection and of its protocol", arguments: kinds)
    func possible(text: String, words: String) throws {
        let reasons = try watched("a", text).possibleReasons
        #expect(reasons.map(\.rawValue).joined(separator: " ") == words)
    }

    @Test("behind a Unix socket there is no name to resolve, but a file that may be missing")
    func unixSockets() throws {
        for text in ["redis+unix:///run/redis.sock", "postgres://%2Frun%2Fpg/db"] {
            let reasons = try watched("a", text).possibleReasons
            #expect(reasons.first == .missing)
            #expect(!reasons.contains(.dns))
        }
    }

    @Test("what a target did fail for is among them, once, though nobody expected it")
    func seen() throws {
        var health = try watched()
        for reason in [Reason.role, .refused, .role] { health.probed(.failed(reason), at: .zero) }
        #expect(health.possibleReasons.map(\.rawValue).joined(separator: " ").hasSuffix("config role"))
        #expect(health.possibleReasons.count { $0 == .refused } == 1)
        #expect(health.possibleReasons.count { $0 == .role } == 1)
    }
}
