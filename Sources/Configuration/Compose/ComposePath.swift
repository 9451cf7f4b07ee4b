internal import HealthCore

/// Paths of files that files name.
enum ComposePath {
    /// The folder of a file; empty for the working directory.
    static func folder(of path: String) -> String {
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: ASCII.slash) else { return "" }
        return slash == 0 ? "/" : bytes[..<slash].text
    }

    /// A path as seen from a folder.
    static func join(_ folder: String, _ path: String) -> String {
        if folder.isEmpty || path.hasPrefix("/") { return normal(path) }
        return normal(folder + "/" + path)
    }

    /// The path without `.`, and without `..` after a name.
    static func normal(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !path.hasPrefix("/") {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    /// Whether the text names something that Compose would fetch: a repository or an image.
    static func isElsewhere(_ text: String) -> Bool {
        text.mentions("://") || text.hasPrefix("git@") || text.hasPrefix("github.com/")
    }
}
