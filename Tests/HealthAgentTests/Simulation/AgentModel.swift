import HealthCore

/// An agent as docs/rules.md describes it, written from it alone and as naively as it is:
/// numbers, a list of rows, and the earliest thing that happens next.
struct AgentModel {
    /// One target's life, from the reload that brought it to the one that takes it away.
    private struct Life {
        var configured: AgentWorld.Watched
        // The settings, with the defaults of docs/rules.md.
        var interval: Moment
        var timeout: Moment
        var retries: Int
        var startPeriod: Moment
        var startInterval: Moment
        var jitter: Double
        var threshold: Int
        var accepted: [Reason]
        var isRequired: Bool

        var began: Moment
        var status = "starting"
        var streak = 0
        var good = 0
        var wasHealthy = false
        var probes = 0
        var failures: [String: Int] = [:]
        var timesHealthy = 0
        var timesUnhealthy = 0
        var last: String?
        var lastDuration: Moment = 0
        var lastResult: Moment?
        var lastSuccess: Moment?
        var since: Moment
        /// When the next probe is to begin; nil while one is in flight.
        var next: Moment?
        var running: (since: Moment, deadline: Moment, answer: SimulatedServer.Answer)?
    }

    private let world: AgentWorld
    private var seen: SeenStarts
    private var lives: [Life] = []
    private var asked: [String: Int] = [:]
    private var hasStarted = false
    private var isEnding = false
    private var slept: Moment = 0
    /// Worlds are shorter than the 60 s of `waitfor_loop_lag_seconds`.
    private var lag: Moment = 0
    private(set) var trace = AgentTrace()

    /// The wall's clock when a simulation begins, in milliseconds since 1970.
    static let wallStart: Int64 = 1_700_000_000_000

    /// What the wall's clock said in the newest answer that differed by 10 ms: what has happened keeps its time.
    private var reading: (at: Moment, wall: Int64)?

    init(_ world: AgentWorld, _ seen: SeenStarts) {
        self.world = world
        self.seen = seen
    }

    mutating func run() {
        reload(world.targets, at: 0, isFirst: true)
        var (events, questions) = (world.events[...], world.questions[...])
        while true {
            // What happens at one moment happens in this order: results, what is done to us, questions, probes.
            var (moment, what): (Moment, (inout AgentModel) -> Void) = (.max, { _ in })
            for index in lives.indices {
                if let running = lives[index].running {
                    let end = world.stalls.delayed(running.answer.at)
                    if end < moment { (moment, what) = (end, { $0.end(index, at: end) }) }
                }
            }
            if let next = events.first, next.at < moment {
                (moment, what) = (next.at, { $0.befall(next.event, at: next.at) })
            }
            if let next = questions.first, next < moment { (moment, what) = (next, { $0.answer(at: next) }) }
            for index in lives.indices {
                if let start = start(of: lives[index]), start < moment {
                    (moment, what) = (start, { $0.begin(index, at: start) })
                }
            }
            guard moment < world.length else { break }
            if events.first?.at == moment {
                events.removeFirst()
            } else if questions.first == moment {
                questions.removeFirst()
            }
            what(&self)
        }
        for life in lives where life.running != nil {
            trace.steps[life.configured.name, default: []].append(.cancelled(at: world.length))
        }
        for life in lives { addMetrics(of: life) }
    }

    /// The series of `/metrics`, without those that are 0.
    private mutating func addMetrics(of life: Life) {
        func add(_ family: String, _ value: Int, labels: String = "") {
            trace.metrics["waitfor_\(family){target=\"\(life.configured.name)\"\(labels)}"] = value
        }
        add("target_healthy", life.status == "healthy" ? 1 : 0)
        add("target_failing_streak", life.streak)
        add("probes_total", life.probes)
        add("probe_duration_seconds_count", life.probes)
        add("target_transitions_total", life.timesHealthy, labels: ",to=\"healthy\"")
        add("target_transitions_total", life.timesUnhealthy, labels: ",to=\"unhealthy\"")
        add("probe_success", life.last == "ready" ? 1 : 0)
        for (reason, count) in life.failures {
            add("probe_failures_total", count, labels: ",reason=\"\(reason)\"")
        }
        trace.metrics = trace.metrics.filter { $0.value != 0 }
    }

    /// When the next probe of a target really begins.
    private func start(of life: Life) -> Moment? {
        guard let next = life.next else { return nil }
        let moment = world.stalls.delayed(world.lateTimers.delayed(next))
        return seen.adopted(life.configured.name, moment)
    }

    // MARK: What happens

    private mutating func befall(_ event: AgentWorld.Event, at now: Moment) {
        switch event {
        case .reload(let targets): reload(targets, at: now)
        case .suspend(let time): slept += time
        case .terminate: isEnding = true
        }
    }

    /// "Unchanged targets keep their state."
    private mutating func reload(_ targets: [AgentWorld.Watched], at now: Moment, isFirst: Bool = false) {
        let before = lives
        lives = []
        var (kept, changed, added) = (0, 0, 0)
        var fresh: [Int] = []
        for target in targets {
            let old = before.first { $0.configured.name == target.name }
            if let old, old.configured == target {
                lives.append(old)
                kept += 1
                continue
            }
            if old == nil { added += 1 } else { changed += 1 }
            fresh.append(lives.count)
            lives.append(life(target, at: now))
        }
        // "An agent staggers the first probes of its targets": by 10 ms, or so that all fit into the shortest interval.
        let shortest = fresh.map { lives[$0].interval }.min() ?? 0
        let apart = min(10_000_000, shortest / Int64(max(1, fresh.count)))
        for (place, index) in fresh.enumerated() {
            let delay = (targets[index].settings.initialDelay ?? .zero).nanoseconds
            lives[index].next = end(of: delay, from: now, lives[index].jitter) + apart * Int64(place)
        }
        for old in before where old.running != nil {
            let isKept = targets.contains(old.configured)
            if !isKept { trace.steps[old.configured.name, default: []].append(.cancelled(at: now)) }
        }
        noteStart()
        guard !isFirst else { return }
        let removed = before.filter { old in !targets.contains { $0.name == old.configured.name } }.count
        trace.reloads.append(.init(at: now, kept: kept, changed: changed, added: added, removed: removed))
    }

    private func life(_ target: AgentWorld.Watched, at now: Moment) -> Life {
        let settings = target.settings
        return Life(
            configured: target,
            interval: settings.interval?.nanoseconds ?? 10_000_000_000,
            timeout: settings.timeout?.nanoseconds ?? 3_000_000_000,
            retries: settings.retries ?? 3,
            startPeriod: settings.startPeriod?.nanoseconds ?? 30_000_000_000,
            startInterval: settings.startInterval?.nanoseconds ?? 1_000_000_000,
            jitter: settings.jitter ?? 0.05, threshold: settings.successThreshold ?? 1,
            accepted: settings.accepted
                + (settings.use == .liveness ? Reason.allCases.filter(\.isSpokenByServer) : []),
            isRequired: !settings.isOptional, began: now, since: now)
    }

    private mutating func begin(_ index: Int, at now: Moment) {
        let name = lives[index].configured.name
        seen.pass(name)
        asked[name, default: 0] += 1
        let deadline = now + lives[index].timeout
        lag = max(lag, lives[index].next.map { now - $0 } ?? 0)
        guard let server = world.servers[name] else { return }
        lives[index].next = nil
        lives[index].running = (
            now, deadline, server.answer(number: asked[name] ?? 0, startedAt: now, deadline: deadline)
        )
        trace.steps[name, default: []].append(.begins(at: now, deadline: deadline))
    }

    private mutating func end(_ index: Int, at now: Moment) {
        guard let running = lives[index].running else { return }
        var life = lives[index]
        life.running = nil
        var word = running.answer.outcome.word
        let accepted = life.accepted.map(\.rawValue)
        if accepted.contains(word) { word = "ready" }
        // D-25: what is good after the timeout has failed, for a reason like any other.
        if word == "ready", now > running.deadline, !accepted.contains("timeout") { word = "timeout" }
        life.last = word
        let before = life.status
        life.probes += 1
        life.lastResult = now
        life.lastDuration = now - running.since
        if word == "ready" {
            // D-17, and `success_threshold`.
            life.streak = 0
            life.good += 1
            life.lastSuccess = now
            if life.good >= life.threshold { life.status = "healthy" }
        } else {
            life.failures[word, default: 0] += 1
            life.good = 0
            // D-18, D-19: by when the probe started.
            let isGrace = life.status == "starting" && running.since - life.began < life.startPeriod
            if !isGrace {
                life.streak += 1
                if life.streak >= life.retries { life.status = "unhealthy" }
            }
        }
        if life.status != before {
            life.since = now
            if life.status == "healthy" { life.timesHealthy += 1 } else { life.timesUnhealthy += 1 }
        }
        if life.status == "healthy" { life.wasHealthy = true }
        // D-11, D-12, D-14.
        if life.status == "starting", now - life.began < life.startPeriod {
            life.next = min(
                end(of: life.startInterval, from: now, life.jitter), life.began + life.startPeriod)
        } else {
            life.next = end(of: life.interval, from: now, life.jitter)
        }
        lives[index] = life
        trace.steps[life.configured.name, default: []].append(
            .ends(
                at: now, word, leadingTo: life.status, streak: life.streak, isChange: life.status != before))
        noteStart()
    }

    /// Waits carry jitter and then end at the nearest shared moment of 50 ms, or of the jitter's share of the wait if
    /// that is less (`jitter: 0` turns both off).
    private func end(of wait: Moment, from now: Moment, _ share: Double) -> Moment {
        guard share > 0, wait > 0 else { return now + wait }
        let drawn = Double(wait) * (1 + share * world.jitter.number(at: now))
        let end = now + Moment(drawn.rounded())
        let step = min(50_000_000, Moment((Double(wait) * share).rounded()))
        guard step > 0 else { return end }
        return end % step * 2 < step ? end - end % step : end + step - end % step
    }

    // MARK: What the endpoints say

    /// "Every required target has been healthy once; stays 200."
    private mutating func noteStart() {
        if lives.allSatisfy({ !$0.isRequired || $0.wasHealthy }) { hasStarted = true }
    }

    private mutating func answer(at now: Moment) {
        readWall(at: now)
        let required = lives.filter(\.isRequired)
        let isLive = lives.allSatisfy { life in
            if let running = life.running {
                return awake(from: running.since, to: now) <= 2 * life.timeout + 5_000_000_000
            }
            return life.next.map { awake(from: $0, to: now) <= 2 * life.interval + 5_000_000_000 } ?? true
        }
        let isReady = !isEnding && required.allSatisfy { self.isReady($0, at: now) }
        trace.answers.append(
            AgentTrace.Answer(
                at: now, livez: isLive ? 200 : 503, startupz: hasStarted ? 200 : 503,
                readyz: isReady ? 200 : 503, lag: lag / 1_000_000, rows: lives.map { row($0, at: now) }))
    }

    private func isReady(_ life: Life, at now: Moment) -> Bool {
        guard life.status == "healthy", let last = life.lastResult else { return false }
        return now - last <= 2 * (life.interval + life.timeout) + 5_000_000_000
    }

    /// How much of a time our thread ran, or could have.
    private func awake(from start: Moment, to end: Moment) -> Moment {
        var time = end - start
        for stall in world.stalls where stall.from < end && stall.to > start {
            time -= min(end, stall.to) - max(start, stall.from)
        }
        return time
    }

    /// The wall's clock has gone on while the system slept.
    private mutating func readWall(at now: Moment) {
        let wall = Self.wallStart + (now + slept) / 1_000_000
        let expected = reading.map { $0.wall + (now - $0.at) / 1_000_000 }
        if let expected, abs(expected - wall) < 10 { return }
        reading = (now, wall)
    }

    private func row(_ life: Life, at now: Moment) -> AgentTrace.Row {
        func wall(_ moment: Moment) -> Int64 {
            reading.map { $0.wall + (moment - $0.at) / 1_000_000 } ?? 0
        }
        return AgentTrace.Row(
            name: life.configured.name, isRequired: life.isRequired, status: life.status,
            failingStreak: life.streak, successStreak: life.good, probes: life.probes,
            failures: life.failures, timesHealthy: life.timesHealthy, timesUnhealthy: life.timesUnhealthy,
            last: life.last, lastDuration: life.lastDuration, lastSuccess: life.lastSuccess.map(wall),
            since: wall(life.since), runningSince: life.running?.since, isReady: isReady(life, at: now),
            hasStarted: life.isRequired && (hasStarted || life.wasHealthy))
    }
}
