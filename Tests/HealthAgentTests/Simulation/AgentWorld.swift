import HealthCore
import TestSupport

/// An agent, the servers that it watches, and what befalls it.
struct AgentWorld: SimulatedWorld {
    /// A target as it is configured.
    struct Watched: Sendable, Equatable {
        var name: String
        var settings: TargetSettings
    }

    enum Event: Sendable {
        /// The targets that are watched from now on.
        case reload([Watched])
        /// The system sleeps: our clock stands, the wall's does not.
        case suspend(Moment)
        /// SIGTERM.
        case terminate
    }

    var seed: UInt64
    var length: Moment
    var servers: [String: SimulatedServer]
    var targets: [Watched]
    /// In the order of time.
    var events: [(at: Moment, event: Event)]
    /// When endpoints are asked.
    var questions: [Moment]
    var stalls: [SimulatedStall]
    /// Timers that are due in this time come at its end.
    var lateTimers: [SimulatedStall]
    var jitter: SimulatedJitter

    init(seed: UInt64) {
        var chance = FixedGenerator(seed: seed)
        self.seed = seed
        let length = chance.pick([8_000, 20_000, 45_000]) * 1_000_000 + 999_999 as Moment
        self.length = length
        stalls = .draw(within: length, &chance)
        lateTimers = chance.happens(0.15) ? .draw(within: length, &chance) : []
        jitter = SimulatedJitter(seed: chance.happens(0.6) ? seed : nil)
        servers = [:]
        for index in 0..<6 {
            servers["t\(index)"] = SimulatedServer(
                offset: 1_000 + Int64(index) * 7, length: length, canDrag: true, &chance)
        }
        targets = (0..<chance.count(1...4)).map {
            Watched(name: "t\($0)", settings: TargetSettings.draw(&chance))
        }
        events = []
        var watched = targets
        var moment: Moment = 0
        while chance.happens(0.6) {
            moment += chance.moment(of: 1...(length / 2_500_000)) + 555
            switch chance.count(1...10) {
            case 1...3: moment += 10_000_000_000
            // One right after the other.
            case 4...5: moment = (events.last?.at ?? 0) + 7
            default: break
            }
            guard moment < length else { break }
            let at = stalls.delayed(moment) + 1
            if chance.happens(0.75) {
                watched = Self.reloaded(watched, &chance)
                events.append((at, .reload(watched)))
            } else {
                events.append((at, .suspend(chance.moment(of: 100...100_000))))
            }
            moment = at
        }
        if chance.happens(0.3) {
            events.append((max(moment, stalls.delayed(length - 1_000_000_000)) + 1, .terminate))
        }
        let count = Int(length / 1_000_000_000)
        let (end, stood) = (length, stalls)
        questions = (0..<count).map { _ in chance.moment(of: 1...(end / 1_000_000)) + 123_456 }
        // A verdict may change just before and after what happens.
        questions += events.flatMap { [$0.at - 5, $0.at + 5] } + stalls.map { $0.to + 2 }
        questions = questions.map { stood.delayed($0) + 3 }.filter { $0 < end }.sorted()
    }

    private static func reloaded(_ watched: [Watched], _ chance: inout FixedGenerator) -> [Watched] {
        var next: [Watched] = []
        for target in watched {
            switch chance.count(1...20) {
            case 1...11: next.append(target)
            case 12...16:
                next.append(Watched(name: target.name, settings: TargetSettings.draw(&chance)))
            case 17: next.insert(target, at: 0)
            default: break
            }
        }
        let free = (0..<6).map { "t\($0)" }.filter { name in !watched.contains { $0.name == name } }
        if !free.isEmpty, next.isEmpty || chance.happens(0.4) {
            let fresh = Watched(name: chance.pick(free), settings: TargetSettings.draw(&chance))
            next.insert(fresh, at: chance.count(0...next.count))
        }
        return next.isEmpty ? watched : next
    }
}

extension TargetSettings {
    /// Settings of an agent's target.
    fileprivate static func draw(_ chance: inout FixedGenerator) -> TargetSettings {
        var settings = TargetSettings()
        settings.interval = .milliseconds(chance.pick([300, 500, 1_000, 2_000, 3_000, 10_000]))
        if chance.happens(0.7) { settings.timeout = .milliseconds(chance.pick([100, 500, 1_000, 4_000])) }
        if chance.happens(0.7) { settings.retries = chance.count(1...4) }
        if chance.happens(0.8) {
            settings.startPeriod = .milliseconds(chance.pick([0, 1, 700, 2_500, 10_000, 20_050]))
        }
        if chance.happens(0.5), settings.startPeriod != .zero {
            settings.startInterval = .milliseconds(chance.pick([100, 400, 1_700, 5_000]))
        }
        if chance.happens(0.2) { settings.initialDelay = .milliseconds(chance.pick([1, 400, 3_000])) }
        settings.jitter = chance.pick([0, 0, 0.05, 0.05, 0.25, 0.5])
        if chance.happens(0.3) { settings.successThreshold = chance.count(2...3) }
        if chance.happens(0.25) { settings.isOptional = true }
        if chance.happens(0.3) { settings.accepted = [chance.pick(Reason.allCases), .loading] }
        if chance.happens(0.1) { settings.use = .liveness }
        return settings
    }
}

extension AgentWorld {
    var simpler: [AgentWorld] {
        var worlds: [AgentWorld] = []
        func add(_ change: (inout AgentWorld) -> Void) {
            var world = self
            change(&world)
            worlds.append(world)
        }
        let names = Set(servers.keys)
        for name in names.sorted() where targets.count > 1 && targets.contains(where: { $0.name == name }) {
            add { $0.remove(name) }
        }
        for name in names.sorted() where !targets.contains(where: { $0.name == name }) {
            let isUsed = events.contains {
                guard case .reload(let targets) = $0.event else { return false }
                return targets.contains { $0.name == name }
            }
            if isUsed { add { $0.remove(name) } }
        }
        for index in events.indices { add { $0.events.remove(at: index) } }
        for fewer in stalls.fewer { add { $0.stalls = fewer } }
        for fewer in lateTimers.fewer { add { $0.lateTimers = fewer } }
        if jitter.seed != nil { add { $0.jitter.seed = nil } }
        if questions.count > 1 {
            add { $0.questions = Array($0.questions.prefix($0.questions.count / 2)) }
            add { $0.questions = Array($0.questions.dropFirst($0.questions.count / 2)) }
        } else if !questions.isEmpty {
            add { $0.questions = [] }
        }
        for (name, server) in servers {
            for index in server.phases.indices.dropFirst() {
                add { $0.servers[name]?.phases.remove(at: index) }
            }
        }
        if length > 1_000_000_000 { add { $0.length = $0.length * 3 / 4 } }
        for target in targets {
            for settings in target.settings.plainer {
                add { $0.setSettings(of: target, settings) }
            }
        }
        return worlds
    }

    private mutating func remove(_ name: String) {
        targets.removeAll { $0.name == name }
        events = events.compactMap { at, event in
            guard case .reload(var targets) = event else { return (at, event) }
            targets.removeAll { $0.name == name }
            return targets.isEmpty ? nil : (at, .reload(targets))
        }
    }

    /// Changes a target wherever it is configured as it is now.
    private mutating func setSettings(of target: Watched, _ settings: TargetSettings) {
        func changed(_ targets: [Watched]) -> [Watched] {
            targets.map { $0 == target ? Watched(name: target.name, settings: settings) : $0 }
        }
        targets = changed(targets)
        events = events.map { at, event in
            guard case .reload(let targets) = event else { return (at, event) }
            return (at, .reload(changed(targets)))
        }
    }
}

extension TargetSettings {
    /// The same with one of them as it is by default, each by itself.
    var plainer: [TargetSettings] {
        let defaults = TargetSettings()
        var plainer: [TargetSettings] = []
        func add(_ change: (inout TargetSettings) -> Void) {
            var settings = self
            change(&settings)
            if settings != self { plainer.append(settings) }
        }
        add { $0.timeout = defaults.timeout }
        add { $0.interval = defaults.interval }
        add { $0.retries = defaults.retries }
        add { $0.startInterval = defaults.startInterval }
        add { if $0.startInterval == nil { $0.startPeriod = .zero } }
        add { $0.initialDelay = defaults.initialDelay }
        add { $0.jitter = 0 }
        add { $0.successThreshold = defaults.successThreshold }
        add { $0.stable = defaults.stable }
        add { $0.isOptional = defaults.isOptional }
        add { $0.accepted = defaults.accepted }
        add { $0.use = defaults.use }
        return plainer
    }

    /// Those that are set.
    var text: String {
        func time(_ name: String, _ value: Duration?) -> String? {
            value.map { "\(name) \($0.nanoseconds.asTime)" }
        }
        let words: [String?] = [
            isOptional ? "optional" : nil, time("interval", interval), time("timeout", timeout),
            retries.map { "retries \($0)" }, time("start_period", startPeriod),
            time("start_interval", startInterval), time("initial_delay", initialDelay),
            jitter.map { "jitter \($0)" }, successThreshold.map { "success_threshold \($0)" },
            time("stable", stable),
            accepted.isEmpty ? nil : "accept \(accepted.map(\.rawValue).joined(separator: ","))",
            use == .liveness ? "for liveness" : nil,
        ]
        return words.compactMap { $0 }.joined(separator: ", ")
    }
}

extension AgentWorld {
    var description: String {
        let shown = Set(targets.map(\.name)).union(
            events.flatMap { event -> [String] in
                guard case .reload(let targets) = event.event else { return [] }
                return targets.map(\.name)
            })
        var lines = ["an agent watches for \(length.asTime), jitter \(jitter.seed == nil ? "off" : "on")"]
        lines += targets.map { "  \($0)" }
        lines += servers.sorted { $0.key < $1.key }.filter { shown.contains($0.key) }.map {
            "  server of \($0.key): \($0.value)"
        }
        lines += events.map { at, event in
            switch event {
            case .reload(let targets):
                "  at \(at.asTime) a reload:" + targets.map { "\n    \($0)" }.joined()
            case .suspend(let time): "  at \(at.asTime) the system sleeps for \(time.asTime)"
            case .terminate: "  at \(at.asTime) SIGTERM"
            }
        }
        lines += stalls.map { "  \($0)" }
        lines += lateTimers.map { "  timers of \($0.from.asTime) come at \($0.to.asTime)" }
        lines.append("  endpoints are asked at \(questions.map(\.asTime).joined(separator: " "))")
        return lines.joined(separator: "\n")
    }
}

extension AgentWorld.Watched: CustomStringConvertible {
    var description: String { "\(name): \(settings.text)" }
}
