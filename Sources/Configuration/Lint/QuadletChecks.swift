internal import HealthCore

/// `HealthCmd` and its times, of a quadlet.
enum QuadletChecks {
    static func read(_ bytes: [UInt8]) -> [PlacedCheck] {
        let subject = LintSubject(.podman, ComposeService(name: ""))
        var check = ComposeHealthcheck()
        var places: [String: YAMLNode] = [:]
        var isContainer = false
        for (number, line) in InstructionLines(bytes, .quadlet).found {
            if line.first == UInt8(ascii: "[") { isContainer = line.text == "[Container]" }
            let name = line.prefix { $0 != UInt8(ascii: "=") }
            guard isContainer, name.count < line.count else { continue }
            let value = unquoted(line.dropFirst(name.count + 1).trimmed)
            func take(_ key: String) {
                check.set(key, value.text)
                places[key] = YAMLNode(.scalar("", isPlain: true), at: Position(line: number, column: 1))
            }
            switch name.trimmed.text {
            case "Image": subject.service.image = ComposeText(value.text)
            case "User": subject.hasUser = true
            case "Environment":
                // These have quotes of their own.
                for (name, value) in DockerfileChecks.pairs(line.dropFirst(name.count + 1).trimmed) {
                    subject.service.environment.append(ComposeVariable(name: name, value: ComposeText(value)))
                }
            case "HealthCmd":
                take("test")
                check.test = test(value)
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

    /// A value without the quotes around all of it, as Podman takes them away.
    private static func unquoted(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isQuoted = value.count > 1 && value.first == ASCII.quote && value.last == ASCII.quote
        return isQuoted ? value.dropFirst().dropLast() : value
    }

    /// As Podman takes it: what begins with CMD is a list of words without quotes.
    private static func test(_ value: ArraySlice<UInt8>) -> ComposeHealthcheck.Test {
        let word = value.prefix { !ASCII.isBlank($0) }
        let rest = value.dropFirst(word.count).trimmed
        switch word.text.uppercased() {
        case "NONE": return .disabled
        case "CMD-SHELL": return .of(rest)
        case "CMD":
            return .command(rest.split(whereSeparator: ASCII.isBlank).map { ComposeText($0.text) })
        default: return .of(value)
        }
    }
}
