/// The project that the tests belong to.
package enum Project {
    /// The path of its top.
    package static let path = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
        .joined(separator: "/")

    /// The text of a file, by its path from the top.
    package static func text(_ path: String) -> String { readText("\(Self.path)/\(path)") }

    /// The paths from the top of all Swift files in a folder.
    package static func swiftFiles(in folder: String) throws -> [String] {
        try files(in: folder, named: "*.swift")
    }

    /// The paths from the top of all files in a folder whose names match a pattern of the shell's.
    package static func files(in folder: String, named pattern: String) throws -> [String] {
        let found = try Program.run("/usr/bin/find", ["\(path)/\(folder)", "-name", pattern])
        return found.output.split(separator: "\n").map { String($0.dropFirst(path.count + 1)) }.sorted()
    }
}
