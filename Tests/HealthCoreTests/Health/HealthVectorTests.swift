import HealthCore
import Testing

@Suite("Docker's vectors, DV-1 to DV-16")
struct HealthVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var policy: HealthPolicy
        var script: String
        var table: [String]
    }

    static let vectors = [
        Vector(
            testDescription: "DV-1: the defaults make a target unhealthy at the third failure",
            policy: .docker(), script: "FFF", table: ["30 starting 1", "60 starting 2", "90 unhealthy 3"]),
        Vector(
            testDescription: "DV-3: failures in the start period are not counted, at its end they are",
            policy: .docker(startPeriod: 20), script: "FFFFFF",
            table: [
                "5 starting 0", "10 starting 0", "15 starting 0", "20 starting 1", "50 starting 2",
                "80 unhealthy 3",
            ]),
        Vector(
            testDescription: "DV-4, capped: the last wait ends with the start period",
            policy: .docker(startPeriod: 12), script: "FFFFF",
            table: ["5 starting 0", "10 starting 0", "12 starting 1", "42 starting 2", "72 unhealthy 3"]),
        Vector(
            testDescription: "DV-7: without a start period its interval is ignored",
            policy: .docker(startInterval: 1), script: "FS", table: ["30 starting 1", "60 healthy 0"]),
        Vector(
            testDescription: "DV-8: a success begins the count anew",
            policy: .docker(interval: 1), script: "FF S FF",
            table: ["1 starting 1", "2 starting 2", "3 healthy 0", "4 healthy 1", "5 healthy 2"]),
    ]

    @Test("a vector's probes begin, count and lead where they do in Docker", arguments: vectors)
    func vector(vector: Vector) {
        #expect(ProbeRun(vector.script, vector.policy).table == vector.table)
    }

    @Test("DV-2: an interval runs from the end of a probe to the start of the next")
    func durations() {
        let run = ProbeRun("SSS", .docker(interval: 10), taking: .seconds(3))
        #expect(run.starts == [.seconds(10), .seconds(23), .seconds(36)])
    }

    @Test("DV-10: with one retry the events are unhealthy, healthy, unhealthy")
    func events() {
        #expect(ProbeRun("FSF", .docker(retries: 1)).events == [.unhealthy, .healthy, .unhealthy])
        // Only a change is an event (D-30).
        #expect(ProbeRun("FF SS FFFFF S", .docker()).events == [.healthy, .unhealthy, .healthy])
    }

    @Test("DV-16: who says nothing about retries gets three; none at all is refused where settings are read")
    func retries() {
        #expect(HealthPolicy(TargetSettings()).retries == 3)
        for text in ["0", "-1"] {
            #expect(
                refusal { _ = try read(["db:80"], set: ["db.retries=\(text)"]) }
                    == "db.retries: a whole number from 1")
        }
    }
}
