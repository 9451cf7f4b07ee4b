import Configuration
import Files
import HealthCore
import TestSupport

@testable import Configuration

/// What `waitfor lint` says of a file of this name and text.
func linted(
    _ name: String, _ text: String, variables: [String: String] = [:]
) throws -> [LintedLine] {
    try LintReader.findings(in: name, variable: { variables[$0] }) { path throws(SmallFile.ReadError) in
        guard path == name else { throw .system(2) }
        return Array(text.utf8)
    }
}

/// The rules that are found in a Compose file with these services, in the form of YAML's flow, in their order.
func rules(of services: String, variables: [String: String] = [:]) throws -> [String] {
    try linted("compose.yaml", "services: {\(services)}\n", variables: variables).map(\.rule.rawValue)
}

/// The same of one service `db` with an image, by its test and what else is in its `healthcheck`.
func rules(_ image: String, _ test: String, _ more: String = "") throws -> [String] {
    try rules(of: "db: {image: \"\(image)\", healthcheck: {test: \(test)\(more)}}")
}
