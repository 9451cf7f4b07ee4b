import HealthCore
import TestSupport

/// A gate, the servers that it waits for, and what befalls it.
struct GateWorld: SimulatedWorld {
    var seed: UInt64
    var policy: GatePolicy
    var targets: [AgentWorld.Watched]
    var servers: [String: SimulatedServer]
    var stalls: [SimulatedStall]
    var jitter: SimulatedJitter
    /// A signal ends the wait.
    var cancelledAt: Moment?

    init(seed: UInt64) {
        var chance = FixedGenerator(seed: seed &+ 1_000_000_007)
        self.seed = seed
        policy = GatePolicy()
        let timeout = chance.pick([100, 900, 3_000, 8_500, 15_000, 33_000])
        // A moment at which nothing else ends.
        policy.timeout = .milliseconds(timeout) + .nanoseconds(11)
        policy.attemptTimeout = .milliseconds(chance.pick([100, 400, 1_000, 3_000]))
        policy.optionalWait = .milliseconds(chance.pick([0, 700, 5_000])) + .nanoseconds(13)
        switch chance.count(1...10) {
        case 1...3: policy.failFast = .permanent
        case 4: policy.failFast = .reasons([chance.pick(Reason.allCases), .loading])
        default: break
        }
        if chance.happens(0.2) { policy.interval = .milliseconds(chance.pick([10, 130, 1_000, 4_000])) }
        if chance.happens(0.3) { policy.successThreshold = chance.count(2...4) }
        if chance.happens(0.3) { policy.stable = .milliseconds(chance.pick([1, 250, 2_000])) }
        if chance.happens(0.2) { policy.accepted = [chance.pick(Reason.allCases)] }
        jitter = SimulatedJitter(seed: chance.happens(0.6) ? seed : nil)
        let length = Int64(timeout) * 1_000_000
        servers = [:]
        targets = []
        for index in 0..<chance.count(1...5) {
            let name = "t\(index)"
            servers[name] = SimulatedServer(
                offset: 1_000 + Int64(index) * 7, length: length, canDrag: true, &chance)
            targets.append(AgentWorld.Watched(name: name, settings: Self.settings(&chance)))
        }
        let required = targets.count { !$0.settings.isOptional }
        if required > 0, chance.happens(0.4) { policy.quorum = chance.count(1...required) }
        stalls = chance.happens(0.4) ? .draw(within: length, mayOutlast: true, &chance) : []
        if chance.happens(0.15) {
            cancelledAt = stalls.delayed(chance.moment(of: 1...(length / 1_000_000)) + 555) + 1
        } else if chance.happens(0.1) {
            // Who waits for ever is ended by a signal at last.
            policy.timeout = nil
            cancelledAt = stalls.delayed(length + 555) + 1
        }
    }

    private static func settings(_ chance: inout FixedGenerator) -> TargetSettings {
        var settings = TargetSettings()
        if chance.happens(0.2) { settings.timeout = .milliseconds(chance.pick([70, 500, 2_000])) }
        if chance.happens(0.1) { settings.interval = .milliseconds(chance.pick([20, 700])) }
        if chance.happens(0.1) { settings.successThreshold = chance.count(1...3) }
        if chance.happens(0.1) { settings.stable = .milliseconds(chance.pick([0, 600])) }
        if chance.happens(0.3) { settings.isOptional = true }
        if chance.happens(0.15) { settings.accepted = [chance.pick(Reason.allCases), .starting] }
        if chance.happens(0.05) { settings.use = .liveness }
        return settings
    }

    var timeout: Moment { policy.timeout?.nanoseconds ?? .never }

    /// How many required targets are enough.
    var needed: Int { policy.quorum ?? targets.count { !$0.settings.isOptional } }
}

extension GateWorld {
    var simpler: [GateWorld] {
        var worlds: [GateWorld] = []
        func add(_ change: (inout GateWorld) -> Void) {
            var world = self
            change(&world)
            if world.needed <= world.targets.count(where: { !$0.settings.isOptional }) {
                worlds.append(world)
            }
        }
        for index in targets.indices where targets.count > 1 { add { $0.targets.remove(at: index) } }
        for fewer in stalls.fewer { add { $0.stalls = fewer } }
        if cancelledAt != nil, policy.timeout != nil { add { $0.cancelledAt = nil } }
        if jitter.seed != nil { add { $0.jitter.seed = nil } }
        for target in targets {
            for index in (servers[target.name]?.phases ?? []).indices.dropFirst() {
                add { $0.servers[target.name]?.phases.remove(at: index) }
            }
        }
        for index in targets.indices {
            for settings in targets[index].settings.plainer where settings.jitter == nil {
                add { $0.targets[index].settings = settings }
            }
        }
        let plain = GatePolicy()
        if policy.quorum != nil { add { $0.policy.quorum = nil } }
        if policy.interval != nil { add { $0.policy.interval = nil } }
        if policy.failFast != .never { add { $0.policy.failFast = .never } }
        if policy.successThreshold != 1 { add { $0.policy.successThreshold = 1 } }
        if policy.stable != .zero { add { $0.policy.stable = .zero } }
        if !policy.accepted.isEmpty { add { $0.policy.accepted = [] } }
        if policy.attemptTimeout != plain.attemptTimeout {
            add { $0.policy.attemptTimeout = plain.attemptTimeout }
        }
        if policy.timeout != nil, timeout > 1_000_000_000 { add { $0.policy.timeout = .moment(timeout / 2) } }
        return worlds
    }

    var description: String {
        let failFast: String? =
            switch policy.failFast {
            case .never: nil
            case .permanent: "fail-fast"
            case .reasons(let reasons): "fail-fast=\(reasons.map(\.rawValue).joined(separator: ","))"
            }
        let words: [String?] = [
            "timeout \(timeout.asTime)", "attempt-timeout \(policy.attemptTimeout.nanoseconds.asTime)",
            policy.quorum.map { "quorum \($0)" },
            "optional-wait \(policy.optionalWait.nanoseconds.asTime)",
            failFast, policy.interval.map { "interval \($0.nanoseconds.asTime)" },
            policy.successThreshold == 1 ? nil : "success-threshold \(policy.successThreshold)",
            policy.stable == .zero ? nil : "stable \(policy.stable.nanoseconds.asTime)",
            policy.accepted.isEmpty
                ? nil : "accept \(policy.accepted.map(\.rawValue).joined(separator: ","))",
        ]
        var lines = ["a gate with " + words.compactMap { $0 }.joined(separator: ", ")]
        lines[0] += jitter.seed == nil ? "; no jitter" : "; jitter"
        for target in targets {
            lines.append("  \(target)")
            if let server = servers[target.name] { lines.append("    \(server)") }
        }
        lines += stalls.map { "  \($0)" }
        if let cancelledAt { lines.append("  a signal comes at \(cancelledAt.asTime)") }
        return lines.joined(separator: "\n")
    }
}
