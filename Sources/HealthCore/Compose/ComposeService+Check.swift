extension ComposeService {
    /// What is asked of this service in place of what a `depends_on` waits for.
    ///
    /// - Parameters:
    ///   - asksStartedPort: Whether `service_started` asks for a port too, and not for the name alone.
    ///   - caller: Who asks, whose secrets are then the ones to use.
    package func translatedCheck(
        for condition: ComposeDependency.Condition, isRequired: Bool = true, asksStartedPort: Bool = false,
        caller: ComposeService? = nil
    ) -> TranslatedCheck {
        var check = question(for: condition, asksStartedPort: asksStartedPort, caller: caller)
        if !isRequired, check.coverage != .nothing {
            check.settings.append(TranslatedSetting("optional", ComposeText("true")))
        }
        return check
    }

    private func question(
        for condition: ComposeDependency.Condition, asksStartedPort: Bool, caller: ComposeService?
    ) -> TranslatedCheck {
        if let trouble = placeTrouble { return .nothing(trouble) }
        switch condition {
        case .completed:
            return .nothing("that it has ended with 0 is nothing that a probe can see")
        case .started:
            guard asksStartedPort else { return nameCheck(.full, note: nil) }
            var check = portCheck(.full, note: nil)
            if check.address?.key == "dns" {
                check.notes.append("no port of it is known: only the name is asked")
            }
            return check
        case .healthy:
            guard let healthcheck, healthcheck.test != .ofImage, healthcheck.test != .disabled else {
                return withTimes(checkByImage())
            }
            return withTimes(check(of: healthcheck, caller))
        }
    }

    /// Why no name leads to it.
    private var placeTrouble: String? {
        if provider != nil { return "its provider is no container" }
        guard let mode = networkMode?.value else { return nil }
        if mode == "none" { return "it has no network" }
        if mode == "host" { return "network_mode: host: no name of the project leads to it" }
        if mode.hasPrefix("container:") { return "network_mode: its container is none of the project's" }
        return nil
    }

    private func check(of healthcheck: ComposeHealthcheck, _ caller: ComposeService?) -> TranslatedCheck {
        let evaluation = CheckEvaluation(variables: CheckVariables(service: self), caller: caller)
        let meaning =
            switch healthcheck.test {
            case .shell(let text): evaluation.meaning(of: text)
            case .command(let words): evaluation.meaning(of: words)
            case .ofImage, .disabled: CheckMeaning.succeeds
            }
        switch meaning {
        case .asks(let question):
            guard var check = question.translated().readable else {
                return portCheck(.reach, note: "its address is none that can be asked")
            }
            if let limit = question.limit { check.settings.append(.limit(limit)) }
            return check
        case .succeeds: return nameCheck(.reach, note: "its check cannot fail: only the name is asked")
        case .fails: return nameCheck(.reach, note: "its check cannot succeed: only the name is asked")
        case .unknown(let why, let port): return portCheck(.reach, port: port, note: why)
        }
    }

    /// Without a check of its own: by the image.
    private func checkByImage() -> TranslatedCheck {
        guard let server = KnownServer.of(image), server.key != "tcp" else {
            return portCheck(.reach, note: "it has no check of its own, and its image is not known")
        }
        return serverCheck(
            server, .full, note: "it has no check of its own: its image is asked in its own protocol")
    }

    /// The server of a known image, as far as it answers without a login.
    private func serverCheck(
        _ server: KnownServer, _ coverage: TranslatedCheck.Coverage, note: String?
    ) -> TranslatedCheck {
        let command = CheckCommand([], CheckVariables(service: self))
        var question = CheckQuestion(server.key)
        question.address = command.address(host: nil, port: nil, of: server, &question)
        if let note { question.note(note) }
        let accepted: [Reason] =
            switch server.key {
            case "postgres", "mysql": [.auth, .noDatabase, .denied]
            case "redis": [.auth, .denied, .misconf]
            case "nats": [.auth, .denied]
            default: []
            }
        if server.key == "postgres" || server.key == "mysql" || server.key == "amqp" {
            question.set("level", "ping")
        }
        if !accepted.isEmpty { question.set("accept", accepted.map(\.rawValue).joined(separator: ",")) }
        return question.translated(coverage)
    }

    /// The port that is most likely the one, or the name.
    private func portCheck(
        _ coverage: TranslatedCheck.Coverage, port: UInt16? = nil, note: String?
    ) -> TranslatedCheck {
        if let port, port > 0 {
            var question = CheckQuestion("tcp", ComposeText("\(place):\(port)"))
            if let note { question.note("\(note): the port \(port) is asked") }
            return question.translated(coverage)
        }
        if let server = KnownServer.of(image) {
            return serverCheck(server, coverage, note: note.map { "\($0): the server of its image is asked" })
        }
        guard ports.count == 1, let only = ports.first else {
            return nameCheck(coverage, note: note.map { "\($0): only the name is asked" })
        }
        var question = CheckQuestion("tcp", ComposeText("\(place):\(only)"))
        if let note { question.note("\(note): its port is asked") }
        return question.translated(coverage)
    }

    private func nameCheck(_ coverage: TranslatedCheck.Coverage, note: String?) -> TranslatedCheck {
        var question = CheckQuestion("dns", ComposeText(place))
        if let note { question.note(note) }
        return question.translated(coverage)
    }

    /// Takes over when and how often it is asked.
    private func withTimes(_ check: TranslatedCheck) -> TranslatedCheck {
        guard check.coverage != .nothing, let healthcheck else { return check }
        var check = check
        let own = check.settings.first { $0.key == "timeout" }
        check.settings.removeAll { $0.key == "timeout" }
        func take(_ key: String, _ duration: Duration?) {
            guard let duration, duration >= .milliseconds(1) else { return }
            check.settings.append(TranslatedSetting(key, ComposeText(DurationText.exact(duration))))
        }
        take("interval", healthcheck.interval)
        // D-1: a check without a timeout has 30 seconds.
        let written = healthcheck.timeout.flatMap { $0 >= .milliseconds(1) ? $0 : nil } ?? .seconds(30)
        let limit = own.flatMap { DurationText.parse($0.value.value, bareSeconds: false) } ?? written
        take("timeout", min(limit, written))
        if let retries = healthcheck.retries, (1...1_000_000).contains(retries) {
            check.settings.append(TranslatedSetting("retries", ComposeText("\(retries)")))
        }
        take("start_period", healthcheck.startPeriod)
        // D-11: without a start period there is no start interval.
        if healthcheck.startPeriod.map({ $0 >= .milliseconds(1) }) == true {
            take("start_interval", healthcheck.startInterval)
        }
        return check
    }
}

extension TranslatedSetting {
    /// The time that a command gives itself.
    fileprivate static func limit(_ limit: Duration) -> TranslatedSetting {
        TranslatedSetting("timeout", ComposeText(DurationText.exact(limit)))
    }
}

extension TranslatedCheck {
    fileprivate static func nothing(_ note: String) -> TranslatedCheck {
        var check = TranslatedCheck(.nothing)
        check.notes = [note]
        return check
    }
}
