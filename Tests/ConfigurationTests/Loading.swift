import Configuration
import HealthCore
import TestSupport

/// The context of a file: variables, and files with secrets in them.
func context(
    _ variables: [String: String] = [:], secrets: [String: String] = [:]
) -> ReadingContext {
    ReadingContext(
        variable: { variables[$0] }, secretFile: { path in secrets[path].map { Array($0.utf8) } })
}

/// What a file says, by its text; its path is `waitfor.yaml` in a directory of its own.
func load(_ yaml: String, _ around: ReadingContext = context()) throws -> ConfigurationFile {
    let directory = try TemporaryDirectory()
    try directory.write("waitfor.yaml", yaml)
    return try ConfigurationFile.load(directory.file("waitfor.yaml"), around, summarizing: true)
}

/// The mistakes of a file, without its directory: `waitfor.yaml:1:2: …`.
func mistakes(_ yaml: String, _ around: ReadingContext = context()) throws -> [String] {
    do {
        _ = try load(yaml, around)
        return []
    } catch let error as ConfigurationErrors {
        return error.lines.map { line in
            let slash = line.split(separator: "waitfor.yaml", maxSplits: 1, omittingEmptySubsequences: false)
            return "waitfor.yaml" + (slash.count > 1 ? String(slash[1]) : "")
        }
    }
}
