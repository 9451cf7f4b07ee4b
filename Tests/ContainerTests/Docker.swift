import Glibc
import TestSupport
import Testing

/// The engine that `./dev e2e` found or started, and the images that it prepared.
///
/// Everything comes from the environment, so that a run outside of `./dev e2e` fails at its first step instead
/// of doing something to an engine that nobody meant.
enum Docker {
    /// The image of the project's own Dockerfile.
    static let waitfor = variable("WAITFOR_IMAGE")
    /// PostgreSQL, Redis and nginx, each with waitfor copied into it as docs/recipes.md says.
    static let postgres = variable("E2E_POSTGRES")
    static let redis = variable("E2E_REDIS")
    static let web = variable("E2E_WEB")
    /// The top of the project.
    static let project = variable("E2E_PROJECT")

    /// The client that goes with the engine.
    static let client = variable("E2E_DOCKER")
    /// Compose as words: the client's plugin, or the program of its first version.
    static let compose =
        variable("E2E_COMPOSE") == "docker compose" ? [client, "compose"] : ["docker-compose"]
    /// The engine with the version that it says.
    static let engine = variable("E2E_ENGINE")

    /// Runs `docker` to its end, whatever that is.
    static func run(
        _ arguments: [String], input: Program.StandardInput = .empty, within seconds: Double = 60
    ) throws -> Finished {
        try Program.run(
            client, arguments, environment: environment, standardInput: input, within: seconds)
    }

    /// What `docker` says, without the line end; an error if it fails.
    @discardableResult
    static func ask(_ arguments: String..., within seconds: Double = 60) throws -> String {
        try ask(arguments, within: seconds)
    }

    /// What `docker` says, without the line end; an error if it fails.
    @discardableResult
    static func ask(_ arguments: [String], within seconds: Double = 60) throws -> String {
        let finished = try run(arguments, within: seconds)
        guard finished.exitCode == 0 else {
            throw EngineFailure("docker \(arguments.joined(separator: " ")): \(finished)")
        }
        return finished.trimmedOutput
    }

    /// A name that nobody else has on this engine.
    static func name(_ word: String) -> String {
        "waitfor-e2e-\(getpid())-\(word)"
    }

    /// What programs that talk to the engine get: PATH, the engine's address, and where they keep their own files.
    static let environment: [String: String] = {
        let own = ["DOCKER_HOST", "DOCKER_BUILDKIT", "DOCKER_CONFIG", "HOME"].compactMap {
            (name: String) -> (String, String)? in
            getenv(name).map { (name, String(cString: $0)) }
        }
        return Program.minimalEnvironment.merging(own) { $1 }
    }()

    /// Has `./dev e2e` say at its end what was seen on this engine, where more than one thing is right.
    static func note(_ sentence: String) throws {
        let file = variable("E2E_NOTES")
        let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        defer { close(descriptor) }
        let line = Array("\(engine): \(sentence)\n".utf8)
        guard write(descriptor, line, line.count) == line.count else {
            throw EngineFailure("no note in \(file)")
        }
    }

    /// The value of a variable that `./dev e2e` sets.
    static func variable(_ name: String) -> String {
        guard let value = getenv(name) else { fatalError("\(name) is not set: run ./dev e2e") }
        return String(cString: value)
    }
}

/// What the engine would not do.
struct EngineFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A network of the engine; removed with the object.
final class Network {
    let name: String

    init(_ word: String, isInternal: Bool = false) throws {
        name = Docker.name(word)
        try Docker.ask(["network", "create"] + (isInternal ? ["--internal"] : []) + [name])
    }

    deinit {
        _ = try? Docker.run(["network", "rm", name])
    }
}
