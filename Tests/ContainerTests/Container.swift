import TestSupport
import Testing

/// A container that runs in the background; removed, with its volumes, with the object.
final class Container {
    let name: String

    /// Starts `image` with the options of `docker run` and a command.
    init(_ word: String, _ image: String, _ options: [String] = [], command: [String] = []) throws {
        name = Docker.name(word)
        do {
            try Docker.ask(["run", "-d", "--name", name] + options + [image] + command)
        } catch {
            // A container that was made and could not be started is still there.
            _ = try? Docker.run(["rm", "-f", "-v", name])
            throw error
        }
    }

    deinit {
        _ = try? Docker.run(["rm", "-f", "-v", name])
    }

    /// One field of `docker inspect`, in Go's template language.
    func inspect(_ template: String) throws -> String {
        try Docker.ask("inspect", "-f", template, name)
    }

    /// Runs a program in the container.
    func exec(_ arguments: String..., within seconds: Double = 30) throws -> Finished {
        try Docker.run(["exec", name] + arguments, within: seconds)
    }

    /// Everything that it wrote so far.
    var said: String {
        guard let finished = try? Docker.run(["logs", name]) else { return "" }
        return finished.output + finished.errors
    }

    /// `starting`, `healthy` or `unhealthy`, as the engine sees it.
    var health: String { get throws { try inspect("{{.State.Health.Status}}") } }
    /// The exit code, or nil while it runs.
    var exitCode: Int? {
        get throws {
            let fields = try inspect("{{.State.Status}} {{.State.ExitCode}}").split(separator: " ")
            return fields.first == "exited" ? Int(fields[1]) : nil
        }
    }
    /// Its address in the first of its networks.
    var address: String {
        get throws {
            let all = try inspect("{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}")
            return all.split(separator: " ").first.map(String.init) ?? ""
        }
    }

    /// Waits until the engine calls it `state`.
    func expectHealth(
        _ state: String, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let came = try eventually(within: seconds, every: 0.2) { try health == state }
        let log = try came ? "" : inspect("{{json .State.Health}}") + said
        #expect(came, "\(name) is not \(state) within \(seconds) s: \(log)", sourceLocation: sourceLocation)
    }

    /// Waits until it says `text`.
    func expectToSay(
        _ text: String, within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let came = eventually(within: seconds, every: 0.1) { said.contains(text) }
        #expect(
            came, "\(name) does not say \(text) within \(seconds) s: \(said)",
            sourceLocation: sourceLocation)
    }

    /// Waits until it has ended, and returns its exit code.
    func expectEnd(within seconds: Double, sourceLocation: SourceLocation = #_sourceLocation) throws -> Int? {
        let came = try eventually(within: seconds, every: 0.1) { try exitCode != nil }
        #expect(came, "\(name) does not end within \(seconds) s", sourceLocation: sourceLocation)
        return try exitCode
    }
}
