import Glibc

extension Program {
    /// The path of the `waitfor` that the tests run.
    ///
    /// WAITFOR_BINARY if that is set, else the one built beside the test bundle.
    package static let waitfor: String = {
        if let chosen = getenv("WAITFOR_BINARY") { return String(cString: chosen) }
        return debugWaitfor
    }()

    /// The one built beside the test bundle, which is dynamic.
    package static let debugWaitfor: String = {
        let candidates = beside(CommandLine.arguments) + beside([executable()])
        guard let found = candidates.first(where: { access($0, X_OK) == 0 }) else {
            fatalError("no program under test; looked for \(candidates); set WAITFOR_BINARY")
        }
        return found
    }()

    // `swift test` runs the bundle itself or a helper that is told its path.
    private static func beside(_ paths: [String]) -> [String] {
        paths.filter { $0.contains("/") }.flatMap { path -> [String] in
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            let bundle = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
            return [parts[..<bundle].joined(separator: "/") + "/waitfor"]
        }
    }

    private static func executable() -> String {
        guard let path = realpath("/proc/self/exe", nil) else { return "" }
        defer { free(path) }
        return String(cString: path)
    }
}
