/// The change of a target's health that an action answers.
package enum ActionTrigger: String, Sendable {
    case unhealthy, healthy
}

/// Which actions are done for which targets: `--on-unhealthy`, `--on-healthy` and `--exit-on`.
package struct ActionRules: Sendable, Equatable {
    /// One action of one target.
    package struct Rule: Sendable, Equatable {
        package let target: String
        package let trigger: ActionTrigger
        package let action: Action
    }

    /// The actions of single targets.
    package private(set) var rules: [Rule] = []
    /// The exit code when a required target without an action of its own becomes unhealthy.
    package private(set) var exitCode: Int32?
    /// How many restarts there may be; the next one is an exit. Nil for any number.
    package var restartLimit: Int?

    package init() {}

    /// Whether nothing is ever done.
    package var isEmpty: Bool { rules.isEmpty && exitCode == nil }

    /// The first rule whose action is done to a command.
    package var firstForCommand: Rule? { rules.first { $0.action.needsCommand } }

    /// Adds what an option says: `NAME=ACTION`, several with commas between them.
    package mutating func add(_ text: String, on trigger: ActionTrigger) throws(SettingError) {
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let name = sides.first, !name.isEmpty, let written = sides.last else {
                throw SettingError("NAME=ACTION, as db=restart, db=exit:88 or db=signal:HUP")
            }
            let action = try Action(written)
            let target = String(name)
            guard !rules.contains(where: { $0.target == target && $0.trigger == trigger }) else {
                throw SettingError("\(PrintableText.word(name.utf8)) has an action already")
            }
            rules.append(Rule(target: target, trigger: trigger, action: action))
        }
    }

    /// Sets what `--exit-on` says: `unhealthy[:CODE]`.
    package mutating func exit(on text: String) throws(SettingError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let word = parts.first, word == ActionTrigger.unhealthy.rawValue else {
            let hint = NearestWord.hint(
                String(parts.first ?? ""), among: [ActionTrigger.unhealthy.rawValue])
            throw SettingError("unhealthy or unhealthy:CODE\(hint)")
        }
        guard parts.count == 2, let code = parts.last else { return exitCode = Action.usualCode }
        exitCode = try Action.code(code)
    }

    /// What is done for a target; a rule of its own is meant rather than `--exit-on`.
    package func action(of target: String, isRequired: Bool, on trigger: ActionTrigger) -> Action? {
        if let rule = rules.first(where: { $0.target == target && $0.trigger == trigger }) {
            return rule.action
        }
        guard trigger == .unhealthy, isRequired else { return nil }
        return exitCode.map(Action.exit)
    }
}
