import Glibc
import Testing

@Suite("Simulated worlds: the program does what the text says")
struct SimulationTests {
    /// How many seeds are tried, and which one if only one is (`./dev simulate`).
    private static let count = variable("WAITFOR_SIMULATION_SEEDS").flatMap { Int($0) } ?? 500
    private static let only = variable("WAITFOR_SIMULATION_SEED").flatMap { UInt64($0) }

    /// Parts that may run beside each other.
    private static let parts = 4

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func seeds(of part: Int) -> [UInt64] {
        if let only { return part == 0 ? [only] : [] }
        return (1...max(1, count)).filter { $0 % parts == part }.map { UInt64($0) }
    }

    @Test("an agent in any world does what the rules say", arguments: 0..<parts)
    func agent(part: Int) {
        Self.expectNoDifference(AgentWorld.self, part)
    }

    @Test("a gate in any world does what the rules say", arguments: 0..<parts)
    func gate(part: Int) {
        Self.expectNoDifference(GateWorld.self, part)
    }

    private static func expectNoDifference<World: SimulatedWorld>(_ world: World.Type, _ part: Int) {
        for seed in seeds(of: part) {
            guard let report = World.report(seed) else { continue }
            Issue.record("\(report)")
            // One is enough to read.
            return
        }
    }
}
