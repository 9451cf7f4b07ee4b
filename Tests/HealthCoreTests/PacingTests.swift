import HealthCore
import Testing

@Suite("Pacing")
struct PacingTests {
    private func pause(
        _ reason: Reason?, waited: Duration, streak: Int = 0, jitter: Double = 0, isPermanent: Bool? = nil
    ) -> Duration {
        Pacing.pause(
            after: reason.map { Failure($0, "", isPermanent: isPermanent) }, waited: waited,
            permanentStreak: streak, jitter: jitter)
    }

    @Test(
        "where nobody answered: 2 % of the time waited, 10 ms to 1 s",
        arguments: [Reason.refused, .unreachable, .closed, .missing],
        [
            (0, 10), (100, 10), (500, 10), (1000, 20), (5000, 100), (25_000, 500), (50_000, 1000),
            (600_000, 1000),
        ])
    func nobody(reason: Reason, times: (waited: Int, pause: Int)) {
        #expect(pause(reason, waited: .milliseconds(times.waited)) == .milliseconds(times.pause))
    }

    @Test(
        "a resolver or a server that is not ready: 5 %, 100 ms to 1 s",
        arguments: [
            Reason.dns, .timeout, .starting, .shuttingDown, .recovering, .loading, .masterdown, .busy,
            .misconf,
            .readOnly, .protocol, .tls, .error, .lag, .role, .linkDown, .clusterDown,
        ], [(0, 100), (2000, 100), (4000, 200), (10_000, 500), (20_000, 1000), (600_000, 1000)])
    func ill(reason: Reason, times: (waited: Int, pause: Int)) {
        #expect(pause(reason, waited: .milliseconds(times.waited)) == .milliseconds(times.pause))
    }

    @Test("too many connections: 1 s, at once and later", arguments: [0, 5, 600])
    func tooMany(waited: Int) {
        #expect(pause(.tooManyConnections, waited: .seconds(waited)) == .seconds(1))
    }

    @Test(
        "what someone must mend: 1 s doubling to 10 s",
        arguments: zip([1, 2, 3, 4, 5, 6, 1000, 0], [1, 2, 4, 8, 10, 10, 10, 1]))
    func permanent(streak: Int, seconds: Int) {
        #expect(pause(.auth, waited: .zero, streak: streak) == .seconds(seconds))
        #expect(pause(.config, waited: .seconds(600), streak: streak) == .seconds(seconds))
        #expect(pause(.tls, waited: .zero, streak: streak, isPermanent: true) == .seconds(seconds))
    }

    @Test("between good answers: as for a server that is not ready")
    func good() {
        #expect(pause(nil, waited: .zero) == .milliseconds(100))
        #expect(pause(nil, waited: .seconds(10)) == .milliseconds(500))
    }

    @Test("jitter spreads every pause over ±10 %", arguments: [(-1.0, 90), (-0.5, 95), (0.5, 105), (1, 110)])
    func jitter(jitter: Double, percent: Int) {
        let waited = Duration.seconds(10)
        #expect(pause(.refused, waited: waited, jitter: jitter) == .milliseconds(200) * percent / 100)
        #expect(pause(.starting, waited: waited, jitter: jitter) == .milliseconds(500) * percent / 100)
        #expect(pause(.tooManyConnections, waited: waited, jitter: jitter) == .seconds(1) * percent / 100)
        #expect(pause(.auth, waited: waited, streak: 9, jitter: jitter) == .seconds(10) * percent / 100)
    }
}
