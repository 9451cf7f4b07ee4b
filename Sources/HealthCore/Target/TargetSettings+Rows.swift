extension TargetSettings {
    /// The keys of every target.
    package static let settings = [
        Setting(every: "interval", "DURATION", "pause this long between attempts") {
            settings, value throws(SettingError) in
            settings.interval = try value.duration()
        },
        Setting(every: "timeout", "DURATION", "how long one attempt may take") {
            settings, value throws(SettingError) in
            settings.timeout = try value.duration()
        },
        Setting(every: "retries", "N", "failures in a row that make a target unhealthy (3)") {
            settings, value throws(SettingError) in settings.retries = try value.count()
        },
        Setting(
            every: "start_period", "DURATION", "count no failure of a starting target for this long (30s)"
        ) { settings, value throws(SettingError) in
            settings.startPeriod = try value.duration(allowsZero: true)
        },
        Setting(
            every: "start_interval", "DURATION", "the interval while starting, inside the start period (1s)"
        ) { settings, value throws(SettingError) in settings.startInterval = try value.duration() },
        Setting(every: "initial_delay", "DURATION", "wait before the first probe (0s)") {
            settings, value throws(SettingError) in
            settings.initialDelay = try value.duration(allowsZero: true)
        },
        Setting(every: "jitter", "SHARE", "leave this share of every wait to chance (5%)") {
            settings, value throws(SettingError) in settings.jitter = try value.share()
        },
        Setting(every: "success_threshold", "N", "ask for N good answers in a row (1)") {
            settings, value throws(SettingError) in settings.successThreshold = try value.count()
        },
        Setting(every: "stable", "DURATION", "ask for good answers over this long", isOption: false) {
            settings, value throws(SettingError) in settings.stable = try value.duration()
        },
        Setting(every: "optional", "YES", "go on without it", isOption: false) {
            settings, value throws(SettingError) in
            settings.isOptional = try value.flag()
        },
        Setting(every: "accept", "REASONS", "count these reasons as success") {
            settings, value throws(SettingError) in
            // YAML's empty list clears the defaults.
            let reasons = value.isEmptyList ? [] : try value.reasons()
            // An option adds to a target's own reasons.
            settings.accepted = value.place == .option ? settings.accepted + reasons : reasons
        },
        Setting(every: "for", "USE", "readiness, or liveness: whatever the server itself says") {
            settings, value throws(SettingError) in
            settings.use = try value.choice(TargetUse.self, "readiness or liveness")
        },
        Setting(
            every: "on_change", "COMMAND", "a list of words: what an agent runs when the state changes",
            isOption: false
        ) { settings, value throws(SettingError) in settings.onChange = try value.command() },
    ]
}
