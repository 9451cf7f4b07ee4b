import TestSupport
import Testing

/// `waitfor agent` on this machine, beside the engine, and what it says.
final class HostAgent {
    let port: UInt16
    let program: RunningProgram

    init(_ arguments: [String]) throws {
        port = try FreePort.make()
        program = try Program(
            Program.waitfor, ["agent", "--listen", "127.0.0.1:\(port)"] + arguments
        ).start()
        let place = HTTPPlace.port(port)
        guard eventually(within: 10, { (try? place.connect()) != nil }) else {
            throw EngineFailure("the agent does not listen: \(program.standardError)")
        }
    }

    /// What it says of its one target.
    func health() throws -> Health {
        let lines = try HTTPPlace.port(port).get("/metrics").body.split(separator: "\n")
        let state = lines.first { $0.hasPrefix("waitfor_target_state{") && $0.hasSuffix("} 1") }
        let streak = lines.first { $0.hasPrefix("waitfor_target_failing_streak{") }
        let words = state?.split(separator: "\"") ?? []
        return Health(
            status: words.count > 3 ? String(words[3]) : "",
            failingStreak: streak?.split(separator: " ").last.flatMap { Int($0) } ?? -1)
    }
}

/// A state and a streak, as the engine and the agent both have them.
struct Health: Equatable, CustomStringConvertible {
    var status: String
    var failingStreak: Int

    var description: String { "\(status) \(failingStreak)" }
}

extension Container {
    /// What the engine says of it.
    func engineHealth() throws -> Health {
        let words = try inspect("{{.State.Health.Status}} {{.State.Health.FailingStreak}}").split(
            separator: " ")
        return Health(
            status: words.first.map(String.init) ?? "", failingStreak: words.last.flatMap { Int($0) } ?? -1)
    }
}

/// What one of the two said, with the times at which that changed.
struct Course {
    private(set) var steps: [(health: Health, at: Double)] = []

    mutating func note(_ health: Health) {
        if steps.last?.health != health { steps.append((health, Monotonic.seconds())) }
    }

    /// Every state in its order.
    var healths: [Health] { steps.map(\.health) }
}
