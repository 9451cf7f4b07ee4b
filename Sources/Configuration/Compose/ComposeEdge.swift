package import HealthCore

/// What is asked of a service: because another one depends on it, or for its own sake.
struct ComposeEdge: Sendable, Equatable {
    /// Who depends on the service; nil for its own check.
    var dependent: String?
    var dependency: ComposeDependency
    /// What the service's own check runs, as it was written.
    var written: [ComposeText]
    var check: TranslatedCheck
    /// How long the service's own check would go on.
    var patience = Duration.zero

    /// The target that asks; nil where nothing can be asked.
    func target(_ context: ReadingContext) throws(ConfigurationError) -> Target? {
        guard let (key, text) = check.address else { return nil }
        let name = dependency.service
        if let expression = text.unset.first {
            throw ConfigurationError(
                "\(name): its address needs \(PrintableText.line(expression)), which is not set")
        }
        var target: Target
        do throws(ConfigurationError) {
            target = try ConfigurationReader.target(key, text.value, targetName, context)
        } catch {
            // What comes out of variables is not told.
            throw text.hasVariables ? ConfigurationError("\(name): its address is no target") : error
        }
        for setting in check.settings where setting.value.unset.isEmpty {
            do throws(SettingError) {
                try Setting.apply(
                    setting.key, SettingValue(Array(setting.value.value.utf8), in: .file), to: &target)
            } catch {
                throw ConfigurationError("\(name): \(setting.key): \(error.expected)")
            }
        }
        target.settings.isOptional = target.settings.isOptional || !dependency.isRequired
        target.hasPasswordInArguments = false
        return target
    }

    /// The name of the service as that of a target, which has no dots, and begins with a letter but not with
    /// the `x-` of what a configuration file leaves out.
    var targetName: String {
        let service = dependency.service
        let letters = service.utf8.map { $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
        let name = String(decoding: letters, as: UTF8.self)
        let isName = TargetName.isName(name) && !TargetName.isTaken(name) && !name.hasPrefix("x-")
        return isName ? name : "service-\(name)"
    }
}

extension ComposeProject {
    /// What is asked of what a named service depends on, or of each service for its own sake.
    func edges(of name: String?, asksPorts: Bool = false) throws(ConfigurationErrors) -> [ComposeEdge] {
        guard let name else {
            return services.map {
                edge(to: $0, ComposeDependency(service: $0.name, condition: .healthy), for: nil)
            }
        }
        guard let service = service(name) else {
            let names = (services + inactive).map(\.name)
            let shown = PrintableText.word(name.utf8)
            throw ConfigurationErrors(lines: [
                "there is no service \(shown)\(NearestWord.hint(name, among: names))"
            ])
        }
        guard !service.dependencies.isEmpty else {
            throw ConfigurationErrors(lines: ["\(name) depends on no service: there is nothing to wait for"])
        }
        return edges(of: service, asksPorts)
    }

    /// What is asked of what a service depends on; of one that is only started, its port or its name.
    func edges(of service: ComposeService, _ asksPorts: Bool) -> [ComposeEdge] {
        service.dependencies.compactMap { dependency in
            self.service(dependency.service).map { edge(to: $0, dependency, for: service, asksPorts) }
        }
    }

    private func edge(
        to service: ComposeService, _ dependency: ComposeDependency, for dependent: ComposeService?,
        _ asksPorts: Bool = false
    ) -> ComposeEdge {
        let check = service.translatedCheck(
            for: dependency.condition, isRequired: dependency.isRequired, asksStartedPort: asksPorts,
            caller: dependent)
        var written: [ComposeText] = []
        switch service.healthcheck?.test {
        case .shell(let script): written = [script]
        case .command(let words): written = words
        case .ofImage, .disabled, nil: break
        }
        return ComposeEdge(
            dependent: dependent?.name, dependency: dependency, written: written, check: check,
            patience: service.healthcheck?.patience ?? .zero)
    }
}

extension ConfigurationFile {
    /// The targets that a Compose project means: what one service depends on, or all services.
    package static func load(
        _ project: ComposeProject, service name: String?, asksPorts: Bool = false, _ context: ReadingContext
    ) throws(ConfigurationErrors) -> ConfigurationFile {
        let edges = try project.edges(of: name, asksPorts: asksPorts)
        var file = ConfigurationFile()
        (file.files, file.notes) = (project.files, project.warnings)
        var mistakes: [String] = []
        var names: Set<String> = []
        for edge in edges {
            file.notes += edge.check.notes.map { "\(edge.dependency.service): \($0)" }
            do throws(ConfigurationError) {
                guard let target = try edge.target(context) else { continue }
                file.targets.append(target)
                if edge.check.saysLoopback { file.doubts[target.name] = LoopbackDoubt(edge.patience) }
                if !names.insert(target.name).inserted {
                    mistakes.append("\(edge.dependency.service): another target is called \(target.name)")
                }
            } catch {
                mistakes.append(error.description)
            }
        }
        if file.targets.isEmpty, mistakes.isEmpty {
            let subject = name.map { "of what \($0) depends on" } ?? "of any service"
            mistakes =
                ["nothing can be asked \(subject)"]
                + edges.flatMap { edge in
                    edge.check.notes.map { "\(edge.dependency.service): \($0)" }
                }
        }
        guard mistakes.isEmpty else { throw ConfigurationErrors(lines: mistakes) }
        return file
    }
}
