import HealthCore
import Testing

@Suite("Reasons")
struct ReasonTests {
    @Test("the words are a closed set")
    func words() {
        let words = """
            dns refused unreachable timeout closed tls protocol starting shutting_down recovering \
            too_many_connections auth no_database denied loading masterdown busy misconf read_only role lag \
            link_down cluster_down http_status body_mismatch missing exit_status stale config error
            """
        #expect(Reason.allCases.map(\.rawValue).joined(separator: " ") == words)
    }

    @Test("someone must act on auth, no_database, denied and config, and on nothing else")
    func permanent() {
        #expect(Set(Reason.allCases.filter(\.isPermanent)) == [.auth, .noDatabase, .denied, .config])
    }

    @Test("what the network, the clock or we ourselves say is not spoken by the server")
    func spoken() {
        let silent: Set<Reason> = [
            .dns, .refused, .unreachable, .timeout, .closed, .tls, .protocol, .missing, .exitStatus, .stale,
            .config,
        ]
        #expect(Set(Reason.allCases.filter { !$0.isSpokenByServer }) == silent)
    }

    @Test("every reason says what to look at", arguments: Reason.allCases)
    func advice(reason: Reason) {
        #expect(!reason.advice.isEmpty)
        #expect(!reason.advice.hasSuffix("."))
    }
}
