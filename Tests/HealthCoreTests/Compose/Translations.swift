import HealthCore

/// A service `db` with a check, as the reader of Compose files gives it: `${NAME}` has the values of `project`.
func service(
    _ test: ComposeHealthcheck.Test?, image: String? = nil, environment: [(String, String)] = [],
    command: [String] = [], project: [String: String] = [:]
) -> ComposeService {
    var service = ComposeService(name: "db")
    service.image = image.map { ComposeText($0) }
    service.environment = environment.map {
        ComposeVariable(name: $0.0, value: text($0.1, project: project))
    }
    if !command.isEmpty { service.command = .words(command.map { text($0, project: project) }) }
    if let test {
        var healthcheck = ComposeHealthcheck()
        healthcheck.test = test
        service.healthcheck = healthcheck
    }
    return service
}

/// A text with `${NAME}` in it; `$$` is one `$`.
func text(_ written: String, project: [String: String] = [:]) -> ComposeText {
    var (pieces, literal, rest) = ([ComposeText.Piece](), "", written[...])
    while let character = rest.popFirst() {
        guard character == "$", rest.first == "$" || rest.first == "{" else {
            literal.append(character)
            continue
        }
        if rest.popFirst() == "$" {
            literal.append("$")
            continue
        }
        let name = String(rest.prefix { $0 != "}" })
        rest = rest.dropFirst(name.count + 1)
        pieces += [.literal(literal), .variable(written: "${\(name)}", value: project[name])]
        literal = ""
    }
    return ComposeText(pieces + [.literal(literal)])
}

/// What is asked, in one line: `full postgres db:5432 user=app`. The timeout of a check that has none is left out.
func line(_ check: TranslatedCheck) -> String {
    let settings = check.settings.filter { $0.key != "timeout" || $0.value.value != "30s" }.map {
        "\($0.key)=\($0.value.value)"
    }
    let place = check.address.map { "\($0.key) \($0.text.value)" } ?? "-"
    return ([check.coverage.rawValue, place] + settings).joined(separator: " ")
}

/// The line of a check's text.
func asked(
    _ shell: String, image: String? = nil, environment: [(String, String)] = [], command: [String] = [],
    project: [String: String] = [:]
) -> String {
    line(
        service(
            .shell(text(shell, project: project)), image: image, environment: environment, command: command,
            project: project
        ).translatedCheck(for: .healthy))
}
