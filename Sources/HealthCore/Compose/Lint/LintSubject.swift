/// A health check as it stands in a file, and what else has to be known to judge it.
package final class LintSubject {
    /// Who runs the check.
    package enum Form { case compose, dockerfile, podman, kubernetes }

    package let form: Form
    package var service: ComposeService
    /// Whether the container's user is chosen.
    package var hasUser = false
    /// Whether its `deploy` has what only Swarm reads.
    package var isOfSwarm = false
    /// Whether more than one word stands behind CMD-SHELL.
    package var hasMoreWords = false
    /// Whether it is a `livenessProbe` that nothing delays.
    package var isEarlyLiveness = false
    /// What the image is made with, besides its base: the instructions of a Dockerfile.
    package var steps = ""
    /// Whether somebody waits until it is healthy.
    package var isAwaited = false
    /// The services that it depends on, where they are known.
    package var dependencies: [ComposeService] = []

    package init(_ form: Form, _ service: ComposeService) {
        (self.form, self.service) = (form, service)
    }

    /// The findings, each rule once for a key.
    package var findings: [LintFinding] {
        let lint = Lint(self)
        lint.judge()
        return lint.findings
    }

    /// The service with the values of its variables hidden behind their names, as it sees itself.
    var inside: ComposeService {
        var inside = service
        let name = ComposeText(service.name)
        if inside.hostname == nil { inside.hostname = name } else { inside.containerName = name }
        (inside.name, inside.networkMode, inside.provider) = ("127.0.0.1", nil, nil)
        inside.environment = service.environment.map { variable in
            var hidden = variable
            hidden.value = variable.value.map {
                ComposeText([
                    .variable(written: "$\(variable.name)", value: $0.unset.isEmpty ? $0.value : nil)
                ])
            }
            return hidden
        }
        return inside
    }
}

/// A command that a check runs.
final class LintedCommand {
    let call: CheckCommand
    /// Whether something looks at its output or takes its result for the opposite.
    let isRead: Bool
    /// The commands behind its `|`.
    let filters: ArraySlice<ShellScript.Command>

    init(_ call: CheckCommand, isRead: Bool, filters: ArraySlice<ShellScript.Command>) {
        (self.call, self.isRead, self.filters) = (call, isRead, filters)
    }

    func has(_ programs: String...) -> Bool { programs.contains(call.program) }

    /// The words, as far as they are known.
    var words: [String] { call.arguments.compactMap(\.value) }
}

/// The commands of a check, without those that only combine others.
final class LintedScript {
    private(set) var commands: [LintedCommand] = []
    /// How many pipelines do more than to combine.
    private(set) var count = 0
    private static let builtins = [
        "", "exit", "return", "true", "false", ":", "echo", "printf", "set", "sleep", "cd",
    ]

    init(_ test: ComposeHealthcheck.Test, _ variables: CheckVariables) {
        switch test {
        case .shell(let text): take(text, variables, isRead: false, depth: 0)
        case .command(let words):
            take(ShellScript(words: words.map { ShellWord($0) }), variables, isRead: false, depth: 0)
        case .ofImage, .disabled: break
        }
    }

    private func take(_ text: ComposeText, _ variables: CheckVariables, isRead: Bool, depth: Int) {
        guard let script = try? ShellScript(text, variables, depth: depth) else { return count += 2 }
        take(script, variables, isRead: isRead, depth: depth)
    }

    private func take(_ script: ShellScript, _ variables: CheckVariables, isRead: Bool, depth: Int) {
        for pipeline in script.pipelines {
            var rest = pipeline.commands[...]
            var isCounted = false
            while let command = rest.popFirst() {
                let isRead = isRead || pipeline.isNegated || !rest.isEmpty
                // What `$(…)` runs.
                for case .output(let text) in command.words.flatMap(\.pieces) {
                    take(text, variables, isRead: true, depth: depth + 1)
                }
                if let group = command.group {
                    take(group, variables, isRead: isRead, depth: depth + 1)
                    continue
                }
                var call = CheckCommand(command.words, variables)
                call.files = command.files
                if let script = call.script {
                    take(script.text, variables, isRead: isRead, depth: depth + 1)
                    continue
                }
                if ["[", "test", "[["].contains(call.program) { continue }
                if Self.builtins.contains(call.program), call.files.isEmpty { continue }
                commands.append(LintedCommand(call, isRead: isRead, filters: rest))
                isCounted = true
            }
            if isCounted { count += 1 }
        }
    }
}
