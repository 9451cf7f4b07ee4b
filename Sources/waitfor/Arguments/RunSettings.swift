import EventLoop
import HealthCore

/// The options of gate and check, understood.
struct RunSettings {
    enum Form: String {
        case text, json
    }

    enum Chatter {
        case quiet, normal, verbose
    }

    private(set) var targets: [Target]
    private(set) var policy = GatePolicy()
    private(set) var families = AddressFamilies.any
    private(set) var output = Form.text
    private(set) var log = Form.text
    private(set) var chatter = Chatter.normal

    init(_ request: Request, _ surroundings: Surroundings) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        targets = []
        log = try reader.choice("log") ?? .text
        output = try reader.choice("output") ?? .text
        if request.has("quiet") { chatter = .quiet }
        if request.has("verbose") { chatter = .verbose }
        if request.has("ipv4") { families = .ipv4Only }
        if request.has("ipv6") { families = .ipv6Only }
        policy = try Self.policy(reader, request)
        for word in request.words { try Self.requireTarget(word, among: request.words, verb: request.verb) }
        guard !request.words.isEmpty else {
            throw ConfigurationError("no target: write for example `waitfor db:5432`; see `waitfor help`")
        }
        targets = try TargetList.read(
            request.words, settings: request.values("set").map(\.text),
            settingsSource: request.value("set")?.source ?? "--set",
            passwordFile: try reader.filled("password-file"),
            passwordFileSource: request.value("password-file")?.source ?? "--password-file", surroundings)
        if request.verb == .check { forgetPatience() }
        try requireReachableStability(request)
        try markOptional(request.values("optional"))
        try requireQuorum(request)
    }

    private static func policy(
        _ reader: OptionReader, _ request: Request
    ) throws(ConfigurationError) -> GatePolicy {
        var policy = GatePolicy()
        if request.verb == .check {
            policy.timeout = try reader.duration("timeout") ?? .seconds(2)
            policy.attemptTimeout = policy.timeout ?? .seconds(2)
            policy.optionalWait = .zero
        } else {
            let timeout = try reader.duration("timeout", allowsZero: true) ?? .seconds(60)
            policy.timeout = timeout == .zero ? nil : timeout
            policy.attemptTimeout = try reader.duration("attempt-timeout") ?? .seconds(3)
            policy.optionalWait = try reader.duration("optional-wait", allowsZero: true) ?? .seconds(5)
        }
        policy.interval = try reader.duration("interval")
        policy.stable = try reader.duration("stable", allowsZero: true) ?? .zero
        policy.successThreshold = try reader.count("success-threshold") ?? 1
        policy.quorum = request.has("any") ? 1 : try reader.count("quorum")
        policy.accepted = try reader.reasons("accept") ?? []
        if let use = request.value("for") {
            switch use.string {
            case "readiness": break
            case "liveness": policy.accepted += Reason.allCases.filter(\.isSpokenByServer)
            default: throw ConfigurationError("\(use.source): readiness or liveness")
            }
        }
        if let failFast = request.value("fail-fast") {
            policy.failFast =
                failFast.text.isEmpty ? .permanent : .reasons(try reader.reasons("fail-fast") ?? [])
        }
        return policy
    }

    /// A check asks once: what a gate asks for more than one answer means nothing to it.
    private mutating func forgetPatience() {
        for index in targets.indices {
            targets[index].settings.successThreshold = nil
            targets[index].settings.stable = nil
        }
    }

    private func requireReachableStability(_ request: Request) throws(ConfigurationError) {
        guard let timeout = policy.timeout else { return }
        for target in targets where target.settings.stable ?? policy.stable >= timeout {
            let common = request.value("stable")?.source ?? "--stable"
            let source = target.settings.stable == nil ? common : "\(target.name).stable"
            throw ConfigurationError("\(source) is as long as the timeout: it could never be met")
        }
    }

    /// A target always has a `:` or a `/`: anything else is most likely the command.
    private static func requireTarget(
        _ word: [UInt8], among words: [[UInt8]], verb: Verb
    ) throws(ConfigurationError) {
        guard !word.contains(UInt8(ascii: ":")), !word.contains(UInt8(ascii: "/")) else { return }
        if word.isEmpty { throw ConfigurationError("an empty target: is a variable unset?") }
        // A conninfo without quotes falls apart, perhaps in the middle of its password.
        let isPiece = words.contains { $0.endOfFirst("password=".utf8) != nil }
        let shown = isPiece ? "***" : PrintableText.word(word)
        if verb == .gate {
            throw ConfigurationError("`\(shown)` is no target: did you forget `--` before `\(shown)`?")
        }
        throw ConfigurationError("`\(shown)` is no target: write host:port or a URI")
    }

    private mutating func markOptional(_ written: [Request.Written]) throws(ConfigurationError) {
        for option in written {
            for name in option.string.split(separator: ",", omittingEmptySubsequences: false) {
                guard let index = targets.firstIndex(where: { $0.name == name }) else {
                    throw ConfigurationError(
                        "\(option.source): there is no target called \(PrintableText.word(name.utf8))")
                }
                targets[index].settings.isOptional = true
            }
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

/// Reads single options, and says which one was wrong and what it takes.
private struct OptionReader {
    let request: Request

    func duration(_ name: String, allowsZero: Bool = false) throws(ConfigurationError) -> Duration? {
        guard let written = request.value(name) else { return nil }
        guard let duration = DurationText.parse(written.string, bareSeconds: true),
            duration >= .milliseconds(1) || (allowsZero && duration == .zero)
        else {
            throw wrong(written, "is no duration of at least 1ms, like 500ms, 30s or 2m")
        }
        return duration
    }

    func count(_ name: String) throws(ConfigurationError) -> Int? {
        guard let written = request.value(name) else { return nil }
        guard let number = Int(written.string), (1...1_000_000).contains(number) else {
            throw wrong(written, "is no whole number from 1")
        }
        return number
    }

    func reasons(_ name: String) throws(ConfigurationError) -> [Reason]? {
        guard let written = request.value(name) else { return nil }
        do {
            return try ReasonList.parse(written.string)
        } catch {
            throw ConfigurationError("\(written.source): \(error.description)")
        }
    }

    func choice(_ name: String) throws(ConfigurationError) -> RunSettings.Form? {
        guard let written = request.value(name) else { return nil }
        guard let form = RunSettings.Form(rawValue: written.string) else {
            throw wrong(written, "is neither text nor json")
        }
        return form
    }

    func filled(_ name: String) throws(ConfigurationError) -> String? {
        guard let written = request.value(name) else { return nil }
        guard !written.text.isEmpty else {
            throw ConfigurationError("\(written.source): empty: is a variable unset?")
        }
        return written.string
    }

    private func wrong(_ written: Request.Written, _ expected: String) -> ConfigurationError {
        ConfigurationError("\(written.source): `\(PrintableText.word(written.text))` \(expected)")
    }
}
