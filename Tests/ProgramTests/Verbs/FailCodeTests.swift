import TestSupport
import Testing

@Suite("The exit code of a check that fails is chosen by --fail-code, and a mistake stays 125")
struct FailCodeTests {
    private func exit(_ words: [String], _ environment: [String: String] = [:]) throws -> Int32? {
        try Program.run(
            Program.waitfor, ["check"] + words,
            environment: Program.minimalEnvironment.merging(environment) { $1 }
        ).exitCode
    }

    @Test("a Redis that is gone ends a check with N, one that answers with 0")
    func chosen() throws {
        let redis = try RedisServer.started()
        #expect(try exit(["--fail-code", "2", redis.target()]) == 0)
        redis.stop()
        #expect(try exit(["--fail-code", "2", redis.target()]) == 2)
        #expect(try exit(["--fail-code=255", "-q", redis.target()]) == 255)
        #expect(try exit([redis.target()]) == 1)
        #expect(try exit([redis.target()], ["WAITFOR_CHECK_FAIL_CODE": "2"]) == 2)
    }

    @Test("an agent that is not there, and one that is not ready, end a check with N")
    func agent() throws {
        let agent = try AgentUnderTest("targets: {gone: {tcp: '127.0.0.1:1'}}")
        #expect(try exit(["--fail-code", "3", "--agent=127.0.0.1:\(agent.port)"]) == 3)
        #expect(try exit(["--fail-code", "3", "--for=liveness", "--agent=127.0.0.1:\(agent.port)"]) == 0)
        #expect(try exit(["--fail-code", "3", "--agent=127.0.0.1:\(try FreePort.make())"]) == 3)
    }

    @Test("a mistake is 125 whatever was chosen, and 0 and 256 are mistakes")
    func mistakes() throws {
        #expect(try exit(["--fail-code", "2", "nonsense"]) == 125)
        #expect(try exit(["--fail-code", "2", "--agent", "tcp://db:5432"]) == 125)
        for code in ["0", "256", "-1", "two", ""] { #expect(try exit(["--fail-code", code, "a:1"]) == 125) }
    }
}
