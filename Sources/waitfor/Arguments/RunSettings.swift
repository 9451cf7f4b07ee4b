import Configuration
import HealthCore

/// The settings of gate and check, and of the gate before the command of `run`.
struct RunSettings {
    private(set) var targets: [Target]
    private(set) var policy = GatePolicy()
    private(set) var common: CommonSettings
    private(set) var output = LogFormat.text
    /// The exit code of a check that fails.
    let failure: ExitCode
    /// What to say at the start.
    private(set) var notes: [String] = []
    /// By the name of a target, what is doubted of it.
    private(set) var doubts: [String: LoopbackDoubt] = [:]

    init(_ request: Request, _ context: ReadingContext) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        output = try reader.format("output") ?? .text
        failure = try reader.failCode()
        policy = try Self.policy(reader, request)
        let source = try TargetSource(request, context)
        common = try CommonSettings(request, source.file)
        if let doubts = source.file?.doubts { self.doubts = doubts }
        targets = try source.targets(&notes) { settings in
            // An agent's interval is no pace for a gate.
            settings.interval = nil
        }
        // A check asks once: the settings about several answers are for gates.
        for index in targets.indices where request.verb == .check {
            targets[index].settings.successThreshold = nil
            targets[index].settings.stable = nil
        }
        try requireReachableStability(request)
        try requireQuorum(request)
    }

    /// The settings of the gate before a command that an agent watches the targets of: the gate waits for them at its own
    /// pace, but not for the command itself.
    init(before agent: AgentSettings, _ request: Request) throws(ConfigurationError) {
        failure = .notReady
        policy = try Self.policy(OptionReader(request: request), request)
        policy.interval = nil
        (common, notes, doubts) = (agent.fixed.common, agent.notes, agent.doubts)
        targets = agent.targets.filter { !$0.isCommandItself }
        for index in targets.indices { targets[index].settings.interval = nil }
        try requireReachableStability(request)
        try requireQuorum(request)
    }

    /// The same without a timeout.
    var waitingForEver: RunSettings {
        var copy = self
        copy.policy.timeout = nil
        return copy
    }

    private static func policy(
        _ reader: OptionReader, _ request: Request
    ) throws(ConfigurationError) -> GatePolicy {
        var policy = GatePolicy()
        if request.verb == .check {
            let timeout = try reader.duration("timeout") ?? GatePolicy.checkTimeout
            (policy.timeout, policy.attemptTimeout, policy.optionalWait) = (timeout, timeout, .zero)
        } else {
            let timeout = try reader.duration("timeout", allowsZero: true) ?? policy.timeout
            policy.timeout = timeout == .zero ? nil : timeout
            policy.attemptTimeout = try reader.duration("attempt-timeout") ?? policy.attemptTimeout
            policy.optionalWait =
                try reader.duration("optional-wait", allowsZero: true) ?? policy.optionalWait
        }
        policy.interval = try reader.duration("interval")
        policy.stable = try reader.duration("stable", allowsZero: true) ?? policy.stable
        policy.successThreshold = try reader.count("success-threshold") ?? policy.successThreshold
        policy.quorum = request.has("any") ? 1 : try reader.count("quorum")
        policy.awaitsAbsence =
            try reader.value("until") { word throws(SettingError) in
                guard word.text == "down" else { throw SettingError("down") }
                return true
            } ?? false
        policy.accepted = try reader.reasons("accept") ?? []
        policy.accepted += try reader.use()?.accepted ?? []
        if let failFast = request.value("fail-fast") {
            policy.failFast =
                failFast.text.isEmpty ? .permanent : .reasons(try reader.reasons("fail-fast") ?? [])
        }
        return policy
    }

    private func requireReachableStability(_ request: Request) throws(ConfigurationError) {
        guard let timeout = policy.timeout else { return }
        for target in targets where target.settings.stable ?? policy.stable >= timeout {
            let common = request.value("stable")?.source ?? "--stable"
            let source = target.settings.stable == nil ? common : "\(target.name).stable"
            throw ConfigurationError("\(source) is as long as the timeout: it could never be met")
        }
    }

    private func requireQuorum(_ request: Request) throws(ConfigurationError) {
        let required = targets.count { !$0.settings.isOptional }
        if let quorum = policy.quorum, quorum > required {
            let source = (request.value("quorum") ?? request.value("any"))?.source ?? "--quorum"
            throw ConfigurationError("\(source) asks for \(quorum) of \(required) required targets")
        }
    }
}

extension Target {
    /// Whether the target is the command that `run` starts: it answers only then, and nobody can wait for it before.
    var isCommandItself: Bool { name == "self" && !hasMadeName }
}
