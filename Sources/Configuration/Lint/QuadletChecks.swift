internal import HealthCore

/// `HealthCmd` and its times, of a quadlet.
enum QuadletChecks {
    static func read(_ bytes: [UInt8]) -> [PlacedCheck] {
        let subject = LintSubject(.podman, ComposeService(name: ""))
        var check = ComposeHealthcheck()
        var places: [String: YAMLNode] = [:]
        var isContainer = false
        for (number, line) in DockerfileChecks.instructions(bytes) {
            if line.first == UInt8(ascii: "[") { isContainer = line.text == "[Container]" }
            let name = line.prefix { $0 != UInt8(ascii: "=") }
            guard isContainer, name.count < line.count else { continue }
            let value = line.dropFirst(name.count + 1).trimmed
            func take(_ key: String) {
                check.set(key, value.text)
                places[key] = YAMLNode(.scalar("", isPlain: true), at: Position(line: number, column: 1))
            }
            switch name.trimmed.text {
            case "Image": subject.service.image = ComposeText(value.text)
            case "User": subject.hasUser = true
            case "Environment":
                for (name, value) in DockerfileChecks.pairs(value) {
                    subject.service.environment.append(ComposeVariable(name: name, value: ComposeText(value)))
                }
            case "HealthCmd":
                take("test")
                let words = value.starts(with: "CMD-SHELL ".utf8) ? value.dropFirst(10).trimmed : value
                check.test = value.text.lowercased() == "none" ? .disabled : .of(words)
            case "HealthInterval": take("interval")
            case "HealthTimeout": take("timeout")
            case "HealthRetries": take("retries")
            case "HealthStartPeriod": take("start-period")
            default: break
            }
        }
        subject.service.healthcheck = check
        return places["test"] == nil ? [] : [PlacedCheck(subject, places)]
    }
}
