import HealthCore
import Testing

@Suite("A target's settings for an agent")
struct HealthSettingsTests {
    @Test("every one of them can be set, and 0 where that means something")
    func sets() throws {
        let targets = try read(
            ["a:80", "b:80"],
            set: [
                "a.retries=7", "a.start_period=1m", "a.start_interval=250ms", "a.initial_delay=2",
                "a.jitter=50%",
                "a.for=liveness", "b.start_period=0", "b.initial_delay=0s", "b.jitter=0", "b.for=readiness",
            ])
        var expected = TargetSettings()
        expected.retries = 7
        expected.startPeriod = .seconds(60)
        expected.startInterval = .milliseconds(250)
        expected.initialDelay = .seconds(2)
        expected.jitter = 0.5
        expected.use = .liveness
        #expect(targets[0].settings == expected)
        expected = TargetSettings()
        expected.startPeriod = .zero
        expected.initialDelay = .zero
        expected.jitter = 0
        #expect(targets[1].settings == expected)
    }

    static let duration = "a duration of at least 1ms, like 500ms or 3s"
    static let share = "a share from 0 to 50%, like 5%"

    static let mistakes: [(String, String)] = [
        ("retries=0", "a whole number from 1"), ("retries=-1", "a whole number from 1"),
        ("retries=1000001", "a whole number from 1"), ("retries=many", "a whole number from 1"),
        ("timeout=9999999999999999", duration), ("start_interval=0", duration),
        ("start_interval=0s", duration), ("start_interval=999us", duration),
        ("start_period=999us", "0, or \(duration)"), ("start_period=-1s", "0, or \(duration)"),
        ("start_period=", "0, or \(duration)"), ("initial_delay=soon", "0, or \(duration)"),
        ("jitter=51%", share), ("jitter=-1%", share), ("jitter=5", share), ("jitter=0.05", share),
        ("jitter=%", share), ("jitter=1.5%", share), ("jitter=", share), ("jitter=5 %", share),
        ("for=health", "readiness or liveness"), ("for=", "readiness or liveness"),
    ]

    @Test("a value that is none is refused with what the key takes", arguments: mistakes)
    func refuses(setting: String, expected: String) {
        let key = setting.prefix { $0 != "=" }
        #expect(
            refusal { _ = try read(["db:80"], set: ["db.\(setting)"]) } == "db.\(key): \(expected)")
    }

    @Test("C-8: in a file a duration has a unit, and who forgot it is told the one that was meant")
    func unitsInFiles() throws {
        func refused(_ key: String, _ value: String) throws -> String? {
            var target = try read("db=db:80")
            let value = SettingValue(Array(value.utf8), in: .file)
            do throws(SettingError) { try Setting.apply(key, value, to: &target) } catch {
                return "db.\(key): \(error.expected)"
            }
            return nil
        }
        #expect(try refused("timeout", "30") == "db.timeout: a duration has a unit: write 30s")
        #expect(try refused("start_period", "5") == "db.start_period: a duration has a unit: write 5s")
        #expect(try refused("interval", "0") == "db.interval: \(Self.duration)")
        #expect(try refused("interval", "-3") == "db.interval: \(Self.duration)")
        for (key, value) in [("timeout", "30s"), ("start_period", "0"), ("retries", "3"), ("jitter", "5%")] {
            #expect(try refused(key, value) == nil, "\(key)")
        }
        var target = try read("db=db:80")
        try Setting.apply("timeout", SettingValue(Array("30".utf8), in: .set), to: &target)
        #expect(target.settings.timeout == .seconds(30))
    }

    @Test("a share is 0, or whole per cents up to 50")
    func shares() {
        func share(_ text: String) -> Double? { try? SettingValue(Array(text.utf8), in: .set).share() }
        #expect(share("0") == 0)
        #expect(share("0%") == 0)
        #expect(share("5%") == 0.05)
        #expect(share("50%") == 0.5)
        for text in ["", "%", "5", "0.05", "51%", "-5%", "5%%", "five%", "99999999999999999999%"] {
            #expect(share(text) == nil, "\(text)")
        }
    }

    @Test("for: liveness accepts what the server says itself, besides what was accepted before")
    func use() {
        var settings = TargetSettings()
        settings.accepted = [.refused]
        #expect(settings.allAccepted == [.refused])
        settings.use = .liveness
        #expect(settings.allAccepted.contains(.refused))
        #expect(settings.allAccepted.contains(.loading))
        #expect(!settings.allAccepted.contains(.timeout))
    }
}
