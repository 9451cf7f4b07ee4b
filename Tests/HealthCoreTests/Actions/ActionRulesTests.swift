import HealthCore
import Testing

/// `--on-unhealthy`, `--on-healthy` and `--exit-on`, as they are written.
struct ActionRulesTests {
    private func rules(_ texts: String..., on trigger: ActionTrigger = .unhealthy) throws -> ActionRules {
        var rules = ActionRules()
        for text in texts { try rules.add(text, on: trigger) }
        return rules
    }

    private func mistake(_ texts: String...) -> String? {
        var rules = ActionRules()
        do throws(SettingError) {
            for text in texts { try rules.add(text, on: .unhealthy) }
            return nil
        } catch {
            return error.expected
        }
    }

    @Test("an action is exit with or without a code, restart, or a signal by number or name")
    func actions() throws {
        let rules = try rules("a=exit,b=exit:88", "c=restart", "d=signal:HUP", "e=signal:12", "f=exit:0")
        let expected: [(String, Action)] = [
            ("a", .exit(1)), ("b", .exit(88)), ("c", .restart), ("d", .signal(1)), ("e", .signal(12)),
            ("f", .exit(0)),
        ]
        for (name, action) in expected {
            #expect(rules.action(of: name, isRequired: false, on: .unhealthy) == action)
            #expect(rules.action(of: name, isRequired: true, on: .healthy) == nil)
        }
        #expect(rules.firstForCommand?.target == "c" && rules.rules.count == 6)
    }

    @Test("what is no action is a mistake that says what it may be")
    func mistakes() {
        let expected = [
            ("db", "NAME=ACTION"), ("=exit", "NAME=ACTION"), ("db=exit:256", "from 0 to 255"),
            ("db=exit:", "from 0 to 255"), ("db=exit:-1", "from 0 to 255"), ("db=signal", "which signal?"),
            ("db=signal:NOPE", "the name or the number"), ("db=signal:0", "the name or the number"),
            ("db=restart:3", "takes no value"), ("db=restrat", "did you mean `restart`?"),
            ("db=stop", "write exit, exit:CODE"), ("db=", "no action"), ("db=exit,", "NAME=ACTION"),
        ]
        for (text, part) in expected {
            #expect(mistake(text)?.contains(part) == true, "\(text): \(mistake(text) ?? "none")")
        }
        #expect(mistake("db=exit", "db=restart") == "db has an action already")
    }

    @Test("--exit-on is for required targets without an action of their own, and takes a code")
    func exitOn() throws {
        var rules = try rules("db=restart")
        try rules.exit(on: "unhealthy:88")
        #expect(rules.action(of: "cache", isRequired: true, on: .unhealthy) == .exit(88))
        #expect(rules.action(of: "cache", isRequired: false, on: .unhealthy) == nil)
        #expect(rules.action(of: "cache", isRequired: true, on: .healthy) == nil)
        #expect(rules.action(of: "db", isRequired: true, on: .unhealthy) == .restart)
        try rules.exit(on: "unhealthy")
        #expect(rules.exitCode == 1)
        for (text, part) in [
            ("unhealthy:999", "from 0 to 255"), ("unhelthy", "did you mean"), ("", "unhealthy or"),
        ] {
            var rules = rules
            let error = #expect(throws: SettingError.self) { try rules.exit(on: text) }
            #expect(error?.expected.contains(part) == true, "\(text)")
        }
    }
}
