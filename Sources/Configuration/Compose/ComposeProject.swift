internal import Files
package import HealthCore

/// The services of a Compose project: its files merged, their variables replaced, short forms written out.
package struct ComposeProject: Sendable, Equatable {
    /// The services that Compose starts, in the order of the files.
    package var services: [ComposeService] = []
    /// The services whose profiles are not active.
    package var inactive: [ComposeService] = []
    /// What is not read as it was meant, a line each: `file:line:column: message`.
    package var warnings: [String] = []
    /// The files that were read, or would be read if they were there.
    package var files: [String] = []
    /// The variables of `.env` or the files in its place, without those of the environment.
    package var variables: [String: String] = [:]

    init() {}

    /// The service of a name, whatever its profiles are.
    package func service(_ name: String) -> ComposeService? {
        services.first { $0.name == name } ?? inactive.first { $0.name == name }
    }

    /// Reads and merges the files of a project.
    ///
    /// Without `envFiles`, `.env` beside the first file is read if it is there. Without `profiles`, COMPOSE_PROFILES
    /// names them. Paths in the files relate to the folder of the first one.
    package static func load(
        _ files: [String], envFiles: [String] = [], profiles: [String]? = nil, _ context: ReadingContext
    ) throws(ConfigurationErrors) -> ComposeProject {
        var reader = ComposeReader(variable: context.variable) { path throws(SmallFile.ReadError) in
            try SmallFile(path).contents(atMost: ComposeReader.fileLimit)
        }
        return try reader.project(files, envFiles: envFiles, profiles: profiles)
    }
}

extension ComposeReader {
    /// Nobody reads more lines at once.
    private static let lineLimit = 20

    mutating func project(
        _ files: [String], envFiles: [String], profiles: [String]?
    ) throws(ConfigurationErrors) -> ComposeProject {
        let folder = ComposePath.folder(of: files.first ?? "")
        let environment = try rootEnvironment(envFiles, folder)
        var roots: [YAMLNode] = []
        for path in files {
            do throws(SmallFile.ReadError) {
                if let root = try root(of: path, folder: folder, environment: environment) {
                    roots.append(root)
                }
            } catch {
                throw ConfigurationErrors(lines: ["\(PrintableText.line(path)): \(why(error))"])
            }
        }
        nameProject(roots, folder, environment)
        let entries = services(of: roots, within: files.map(ComposePath.normal))
        if entries.isEmpty, errors.isEmpty {
            let position = roots.first?.position ?? Position(line: 1, column: 1)
            report(position, "services: missing: there is nothing to wait for")
        }
        var project = ComposeProject()
        let active = profiles ?? activeProfiles(environment)
        for service in entries.compactMap({ readService($0) }) {
            let isActive =
                service.profiles.isEmpty || active.contains("*")
                || service.profiles.contains(where: active.contains)
            if isActive { project.services.append(service) } else { project.inactive.append(service) }
        }
        checkDependencies(entries, &project)
        guard errors.isEmpty else { throw ConfigurationErrors(lines: lines(errors, "mistake")) }
        project.warnings = lines(warnings, "warning")
        project.files = reads.sorted()
        project.variables = environments.first?.values ?? [:]
        return project
    }

    func lines(_ errors: [FileError], _ noun: String) -> [String] {
        let rest = errors.count - Self.lineLimit
        let lines = errors.sorted { $0.position < $1.position }.prefix(Self.lineLimit).map {
            let place = "\($0.position.line):\($0.position.column)"
            return "\(PrintableText.line(source(of: $0.position)?.path ?? "")):\(place): \($0.message)"
        }
        return rest > 0 ? lines + ["and \(rest) more \(noun)\(rest == 1 ? "" : "s")"] : lines
    }

    private func activeProfiles(_ environment: Int) -> [String] {
        let names = variables(of: environment)("COMPOSE_PROFILES") ?? ""
        return names.split(separator: ",").map { Array($0.utf8)[...].trimmed.text }
    }

    /// The variables of the project's files.
    mutating func rootEnvironment(
        _ files: [String], _ folder: String
    ) throws(ConfigurationErrors) -> Int {
        let standard = ComposePath.join(folder, ".env")
        var values: EnvironmentFile?
        for path in files.isEmpty ? [standard] : files {
            do throws(SmallFile.ReadError) {
                values = try read(path, after: values, outer: nil)
            } catch {
                // There need not be one, and a folder of that name is none.
                if files.isEmpty { continue }
                throw ConfigurationErrors(lines: ["\(PrintableText.line(path)): \(why(error))"])
            }
        }
        return addEnvironment(values)
    }
}
