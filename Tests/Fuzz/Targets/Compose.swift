import Files

@testable import Configuration
@testable import HealthCore

/// A Compose project: two files that are merged, and its variables, which files can extend and include as well. Its
/// mistakes are lines that have a place; no value of a variable is in them, and a text is written as it was.
@Sendable func fuzzCompose(_ bytes: [UInt8]) {
    let files = Dictionary(zip(["c.yaml", "o.yaml", ".env", "e.env"], bytes.parts(4))) { $1 }
    let variables = ["SECRET": marker, "EMPTY": "", "PORT": "5432", "PWD": "/x/app"]
    var reader = ComposeReader(variable: { variables[$0] }) { path throws(SmallFile.ReadError) in
        guard let file = files[path] else { throw .system(2) }
        return file
    }
    var said: [String] = []
    do throws(ConfigurationErrors) {
        let names = files["o.yaml"]?.isEmpty == false ? ["c.yaml", "o.yaml"] : ["c.yaml"]
        let project = try reader.project(names, envFiles: [], profiles: nil)
        for service in project.services + project.inactive { check(service) }
        said = project.warnings
        let summary = try ComposeSummary(project, service: nil)
        for line in (summary.text + summary.json).split(separator: "\n") {
            Invariant.hold(Invariant.isLine(String(line)), "a line of the summary: \(line)")
        }
        let isShown = bytes.markers == 0 && summary.json.hasMarker
        Invariant.hold(!isShown, "the summary has a variable's value: \(summary.text)")
        checkConversion(of: project, variables, bytes)
    } catch {
        said = error.lines
        Invariant.hold(!said.isEmpty, "who refuses says why")
    }
    // Whose message asks for a value gets it.
    let isAsked = bytes.contains(UInt8(ascii: "?")) || bytes.markers > 0
    for line in said {
        Invariant.hold(Invariant.isLine(line), "what is said is one line: \(line)")
        // A name may come out of a variable: of a service, a file or a key.
        let isNamed = ["there is no", "no such service", "cannot read it", ".environment.", "not active"]
            .contains {
                line.mentions($0)
            }
        Invariant.hold(isAsked || isNamed || !line.hasMarker, "a line has a variable's value: \(line)")
    }
}

/// What a project is converted to has no value of a variable in it, is YAML, and asks the same of the same services.
private func checkConversion(of project: ComposeProject, _ variables: [String: String], _ bytes: [UInt8]) {
    func context(_ variables: [String: String]) -> ReadingContext {
        ReadingContext(variable: { variables[$0] }, secretFile: { _ in [1] }, isReadable: { _ in true })
    }
    let around = context(variables)
    guard let live = try? ConfigurationFile.load(project, service: nil, around),
        let conversion = try? ComposeConversion(project, service: nil, asksPorts: false, around)
    else { return }
    Invariant.hold(
        bytes.markers > 0 || !conversion.text.hasMarker, "a variable's value is written: \(conversion.text)")
    guard let root = try? YAMLReader.read(Array(conversion.text.utf8)) else {
        return Invariant.hold(false, "no YAML is written: \(conversion.text)")
    }
    let known = variables.merging(project.variables) { first, _ in first }
    var reader = ConfigurationReader(context(known.merging(conversion.variables) { $1 }))
    let again = reader.read(root).targets
    guard reader.errors.isEmpty else { return }
    Invariant.hold(
        again.map(\.name) == live.targets.map(\.name) && again.map(\.endpoint) == live.targets.map(\.endpoint)
            && again.map(\.settings) == live.targets.map(\.settings),
        "other targets are written: \(conversion.text)")
}

private func check(_ service: ComposeService) {
    Invariant.hold(Set(service.ports).count == service.ports.count, "each port once")
    Invariant.hold(!service.ports.contains(0), "no port is 0")
    Invariant.hold(
        Set(service.environment.map(\.name)).count == service.environment.count, "each variable once")
    let texts = [service.image, service.hostname, service.containerName, service.networkMode].compactMap(
        \.self)
    for text in texts + service.environment.compactMap(\.value) where !text.hasVariables {
        let again = try? Interpolation(variable: { _ in nil }).expand(text.written)
        Invariant.hold(
            again == text.value, "a text without variables is read as it is written: \(text.written)")
    }
}
