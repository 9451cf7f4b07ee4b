import Configuration
import HealthCore

/// The Compose project that options name.
struct ComposeSource {
    let files: [String]
    let service: String?
    let environmentFiles: [String]
    /// Nil for those that COMPOSE_PROFILES names.
    let profiles: [String]?
    /// Whether a service that is only started is asked for its port.
    let asksPorts: Bool

    /// Nil if no file is named.
    init?(_ request: Request) throws(ConfigurationError) {
        guard request.has("file") else {
            for name in ["service", "env-file", "profile", "strict-started"] {
                guard let written = request.value(name) else { continue }
                throw ConfigurationError("\(written.source) belongs to a Compose file: name it by -f")
            }
            return nil
        }
        func texts(_ name: String) throws(ConfigurationError) -> [String] {
            let written = request.values(name)
            if let empty = written.first(where: { $0.text.isEmpty }) {
                throw ConfigurationError("\(empty.source): empty: is a variable unset?")
            }
            return written.map(\.string)
        }
        files = try texts("file")
        service = try texts("service").last
        environmentFiles = try texts("env-file")
        profiles = request.has("profile") ? try texts("profile") : nil
        asksPorts = request.has("strict-started")
        guard service != nil || request.verb != .gate else {
            throw ConfigurationError("-f needs --service NAME: whose dependencies are waited for")
        }
    }

    /// The project itself.
    func project(_ context: ReadingContext) throws(ConfigurationErrors) -> ComposeProject {
        try ComposeProject.load(files, envFiles: environmentFiles, profiles: profiles, context)
    }

    /// The targets that it means.
    func load(_ context: ReadingContext) throws(ConfigurationErrors) -> ConfigurationFile {
        try ConfigurationFile.load(
            try project(context), service: service, asksPorts: asksPorts, context)
    }
}
