internal import Files
package import HealthCore

/// All that is wrong with a configuration file, a line each: `file:line:column: what`.
package struct ConfigurationErrors: Error, Equatable {
    package var lines: [String]
}

/// What a configuration file says. What is nil was not said.
package struct ConfigurationFile: Sendable {
    /// A file that is longer was meant for something else.
    private static let sizeLimit = 1 << 20

    /// What it says of the agent itself.
    package var choices = AgentChoices()
    /// In the file's order; the defaults are in their settings.
    package var targets: [Target] = []
    /// What the file means, for `config show`, without secrets.
    package var summary = ""

    init() {}

    /// Reads, completes and checks a file. The summary is made only when it is asked for.
    package static func load(
        _ path: String, _ context: ReadingContext, summarizing: Bool = false
    ) throws(ConfigurationErrors) -> ConfigurationFile {
        var reader = ConfigurationReader(context, summarizes: summarizing)
        let file = reader.read(try root(of: path))
        guard reader.errors.isEmpty else {
            let sorted = reader.errors.sorted { $0.position < $1.position }
            throw ConfigurationErrors(lines: sorted.map { line(path, $0.position, $0.message) })
        }
        return file
    }

    /// The addresses of a file, whatever else may be wrong with it; nil if it says none.
    package static func listenAddresses(
        in path: String, _ context: ReadingContext
    ) -> [ListenAddress]? {
        guard let root = try? root(of: path) else { return nil }
        var reader = ConfigurationReader(context)
        return reader.readOnly("listen", root).listen
    }

    /// The ready file that a file names, whatever else may be wrong with it; nil if it names none. Fails where that
    /// cannot be told.
    package static func readyFile(
        in path: String, _ context: ReadingContext
    ) throws(ConfigurationErrors) -> String? {
        let root = try root(of: path)
        var reader = ConfigurationReader(context)
        let file = reader.readOnly("ready_file", root).readyFile
        guard reader.errors.isEmpty else {
            throw ConfigurationErrors(lines: reader.errors.map { line(path, $0.position, $0.message) })
        }
        return file
    }

    private static func root(of path: String) throws(ConfigurationErrors) -> YAMLNode {
        let shown = PrintableText.line(path)
        do throws(FileError) {
            let bytes = try contents(of: path, shown)
            guard let root = try YAMLReader.read(bytes), !root.isNull else {
                throw FileError(position: Position(line: 1, column: 1), message: "the file is empty")
            }
            return root
        } catch {
            throw ConfigurationErrors(lines: [line(shown, error.position, error.message)])
        }
    }

    private static func line(_ path: String, _ position: Position, _ message: String) -> String {
        // Without a place it is the file itself that is wrong.
        guard position.line > 0 else { return "\(PrintableText.line(path)): \(message)" }
        return "\(PrintableText.line(path)):\(position.line):\(position.column): \(message)"
    }

    private static func contents(of path: String, _ shown: String) throws(FileError) -> [UInt8] {
        func fileError(_ message: String) -> FileError {
            FileError(position: Position(line: 0, column: 0), message: message)
        }
        do throws(SmallFile.ReadError) {
            return try SmallFile(path).contents(atMost: sizeLimit)
        } catch {
            switch error {
            case .notRegular: throw fileError("not a file")
            case .tooLarge: throw fileError("larger than 1 MiB")
            case .system: throw fileError("cannot read it: \(error.description)")
            }
        }
    }
}
