@testable import HealthCore

/// The check of a service, between zeros: its text, or after a 2 the words of its exec form; the service's command; the
/// value of a variable `X`. What stands between ones is a variable of the project.
@Sendable func fuzzChecks(_ bytes: [UInt8]) {
    let parts = bytes.parts(3)
    var service = ComposeService(name: "db")
    service.image = ComposeText("redis")
    service.command = .text(text(parts[1][...]))
    service.environment = [ComposeVariable(name: "X", value: text(parts[2][...]))]
    service.environment.append(ComposeVariable(name: "SECRET", value: ComposeText(marker)))
    var healthcheck = ComposeHealthcheck()
    let words = parts[0].split(separator: 2, omittingEmptySubsequences: false).map { text($0) }
    healthcheck.test = words.count > 1 ? .command(Array(words.dropFirst())) : .shell(words[0])
    service.healthcheck = healthcheck
    let check = service.translatedCheck(for: .healthy)
    Invariant.hold(check == service.translatedCheck(for: .healthy), "the same text means the same")
    for note in check.notes {
        Invariant.hold(Invariant.isLine(note), "a note is a line: \(note.debugDescription)")
        Invariant.hold(bytes.markers > 0 || !note.hasMarker, "a note has a secret: \(note)")
    }
    guard let (key, address) = check.address else { return }
    Invariant.hold(check.coverage != .full || address.unset.isEmpty, "a full address is known")
    let context = ReadingContext(variable: { _ in nil }, secretFile: { _ in [] }, isReadable: { _ in true })
    let kind = Kinds().first { $0.forms.contains { $0.word == key } }
    guard address.unset.isEmpty else { return }
    do {
        let prefix = kind?.prefix(of: address.value, for: key) ?? ""
        var target = try TargetReader(context: context).read(
            Array(address.value.utf8), named: "x", prefix: prefix)
        Invariant.hold(target.kind == key, "the target is of its key's kind: \(target.kind)")
        for setting in check.settings where setting.value.unset.isEmpty {
            try Setting.apply(
                setting.key, SettingValue(Array(setting.value.value.utf8), in: .file), to: &target)
        }
    } catch {
        Invariant.hold(
            false, "a waitfor.yaml takes it: \(key) \(address.value) \(check.settings.map(\.key)): \(error)")
    }
}

/// A text with variables between ones; one without a value is a 3.
private func text(_ bytes: ArraySlice<UInt8>) -> ComposeText {
    let parts = bytes.split(separator: 1, omittingEmptySubsequences: false)
    return ComposeText(
        parts.enumerated().map { number, part in
            guard number % 2 == 1 else { return .literal(part.text) }
            return .variable(written: "${V\(number)}", value: part.first == 3 ? nil : part.text)
        })
}
