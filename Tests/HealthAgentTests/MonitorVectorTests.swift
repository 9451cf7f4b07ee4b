import HealthCore
import Testing

@Suite("Docker's vectors, from probe to verdict")
struct MonitorVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// interval, start_period, start_interval, initial_delay, in seconds.
        var seconds: (interval: Int, period: Int, startInterval: Int, delay: Int)
        var results: String
        var taking = Duration.zero
        var starts: [Int]
        var last: String
        var changes: [String]
    }

    static let vectors = [
        Vector(
            testDescription: "DV-1", seconds: (30, 0, 5, 30), results: "F", starts: [30, 60, 90],
            last: "90 db unhealthy 3", changes: ["90 db unhealthy 3"]),
        Vector(
            testDescription: "DV-2", seconds: (10, 0, 5, 10), results: "S", taking: .seconds(3),
            starts: [10, 23, 36], last: "39 db healthy 0", changes: ["13 db healthy 0"]),
        Vector(
            testDescription: "DV-3", seconds: (30, 20, 5, 5), results: "F", starts: [5, 10, 15, 20, 50, 80],
            last: "80 db unhealthy 3", changes: ["80 db unhealthy 3"]),
        Vector(
            testDescription: "DV-4, capped", seconds: (30, 12, 5, 5), results: "F",
            starts: [5, 10, 12, 42, 72], last: "72 db unhealthy 3", changes: ["72 db unhealthy 3"]),
        Vector(
            testDescription: "DV-7", seconds: (30, 0, 1, 30), results: "FS", starts: [30, 60],
            last: "60 db healthy 0", changes: ["60 db healthy 0"]),
        Vector(
            testDescription: "DV-8", seconds: (1, 0, 5, 1), results: "FFSFF", starts: [1, 2, 3, 4, 5],
            last: "5 db healthy 2", changes: ["3 db healthy 0"]),
        Vector(
            testDescription: "D-18, a probe from inside the start period that ends after it",
            seconds: (30, 20, 5, 19), results: "F", taking: .seconds(10), starts: [19, 59],
            last: "69 db starting 1", changes: []),
    ]

    @Test("probes begin, count and lead where they do in Docker", arguments: vectors)
    func vector(vector: Vector) throws {
        let target = try target("db") {
            $0.interval = .seconds(vector.seconds.interval)
            $0.startPeriod = .seconds(vector.seconds.period)
            $0.startInterval = .seconds(vector.seconds.startInterval)
            $0.initialDelay = .seconds(vector.seconds.delay)
            $0.timeout = .seconds(30)
        }
        let scene = AgentScene(["db": script(vector.results, taking: vector.taking)])
        let last = try #require(vector.starts.last)
        scene.watch([target], until: .seconds(last) + vector.taking + .milliseconds(1))
        #expect(scene.starts("db") == vector.starts.map { .seconds($0) })
        #expect(scene.told.last == vector.last)
        #expect(scene.changes == vector.changes)
    }
}
