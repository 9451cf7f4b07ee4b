import Configuration
import HealthCore
import TestSupport

/// A Compose project in a directory of its own: files by name. `c.yaml` is read, and `o.yaml` after it if there is one.
func project(
    _ files: [String: String], variables: [String: String] = [:], envFiles: [String] = [],
    profiles: [String]? = nil
) throws -> ComposeProject {
    let directory = try TemporaryDirectory()
    for (name, text) in files {
        let path = directory.file(name)
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        _ = try Program.run("/bin/mkdir", ["-p", "/" + folder], within: 30)
        try directory.write(name, text)
    }
    let names = ["c.yaml", "o.yaml"].filter { files[$0] != nil }
    return try ComposeProject.load(
        names.map(directory.file), envFiles: envFiles.map(directory.file), profiles: profiles,
        context(variables))
}

/// The services of one file.
func services(_ yaml: String, variables: [String: String] = [:]) throws -> [ComposeService] {
    try project(["c.yaml": "services:\n" + yaml], variables: variables).services
}

/// The only service of a file, by its keys: `image: x`.
func service(_ keys: String, variables: [String: String] = [:]) throws -> ComposeService {
    let found = try services("  a: {\(keys)}\n", variables: variables)
    guard let service = found.first, found.count == 1 else { throw Unexpected() }
    return service
}

/// The mistakes of a project, without the directory in which its files are.
func mistakes(_ files: [String: String], variables: [String: String] = [:]) throws -> [String] {
    do {
        _ = try project(files, variables: variables)
        return []
    } catch let error as ConfigurationErrors {
        return error.lines.map(withoutFolder)
    }
}

/// A line without the directory of its file.
func withoutFolder(_ line: String) -> String {
    guard let colon = line.firstIndex(of: ":"), let slash = line[..<colon].lastIndex(of: "/") else {
        return line
    }
    return String(line[line.index(after: slash)...])
}

extension ComposeService {
    /// The environment as text: what has no value is a `-`.
    var values: [String: String] {
        Dictionary(environment.map { ($0.name, $0.value?.value ?? "-") }) { $1 }
    }
}
