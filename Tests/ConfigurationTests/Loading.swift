import Configuration
import HealthCore
import TestSupport

/// The surroundings of a file: variables, and files with secrets in them.
func surroundings(
    _ variables: [String: String] = [:], secrets: [String: String] = [:]
) -> Surroundings {
    Surroundings(
        variable: { variables[$0] }, secretFile: { path in secrets[path].map { Array($0.utf8) } })
}

/// What a file says, by its text; its path is `waitfor.yaml` in a directory of its own.
func load(_ yaml: String, _ around: Surroundings = surroundings()) throws -> ConfigurationFile {
    let directory = try TemporaryDirectory()
    try directory.write("waitfor.yaml", yaml)
    return try ConfigurationFile.load(directory.file("waitfor.yaml"), around, summarizing: true)
}

/// The mistakes of a file, without its directory: `waitfor.yaml:1:2: …`.
func mistakes(_ yaml: String, _ around: Surroundings = surroundings()) throws -> [String] {
    do {
        _ = try load(yaml, around)
        return []
    } catch let error as ConfigurationMistakes {
        return error.lines.map { line in
            let slash = line.split(separator: "waitfor.yaml", maxSplits: 1, omittingEmptySubsequences: false)
            return "waitfor.yaml" + (slash.count > 1 ? String(slash[1]) : "")
        }
    }
}
