internal import Files
package import HealthCore

/// The errors of a configuration file, a line each: `file:line:column: message`.
package struct ConfigurationErrors: Error, Equatable {
    package var lines: [String]
}

extension ConfigurationErrors {
    /// The errors in the order of their positions.
    fileprivate init(_ errors: [FileError], in path: String) {
        lines = errors.sorted { $0.position < $1.position }.map {
            "\(PrintableText.line(path)):\($0.position.line):\($0.position.column): \($0.message)"
        }
    }
}

/// The contents of a configuration file.
package struct ConfigurationFile: Sendable {
    /// The maximum size of a file in bytes.
    private static let sizeLimit = 1 << 20

    /// The settings of the agent itself.
    package var choices = AgentChoices()
    /// The targets in the file's order; their settings include the defaults.
    package var targets: [Target] = []
    /// What is told of the file: the targets that are left out.
    package var notes: [String] = []
    /// The files that were read, or would be read if they were there.
    package var files: [String] = []
    /// By the name of a target, what is doubted of a service whose own check asks at 127.0.0.1.
    package var doubts: [String: LoopbackDoubt] = [:]
    /// The text of `config show`, without secrets.
    package var summary = ""

    init() {}

    /// Reads, completes and checks a file. The summary's targets are there only if `summarizing`.
    package static func load(
        _ path: String, _ context: ReadingContext, summarizing: Bool = false
    ) throws(ConfigurationErrors) -> ConfigurationFile {
        var reader = ConfigurationReader(context, summarizes: summarizing)
        var file = reader.read(try root(of: path))
        file.files = [path]
        guard reader.errors.isEmpty else { throw ConfigurationErrors(reader.errors, in: path) }
        return file
    }

    /// The listen addresses of a file, even if it has errors elsewhere; nil without any.
    package static func listenAddresses(
        in path: String, _ context: ReadingContext
    ) -> [ListenAddress]? {
        guard let root = try? root(of: path) else { return nil }
        var reader = ConfigurationReader(context)
        return reader.readOnly("listen", root).listen
    }

    /// The `ready_file` of a file, even if it has errors elsewhere; nil without one. Throws if the file cannot be read,
    /// and for an error in that key.
    package static func readyFile(
        in path: String, _ context: ReadingContext
    ) throws(ConfigurationErrors) -> String? {
        let root = try root(of: path)
        var reader = ConfigurationReader(context)
        let file = reader.readOnly("ready_file", root).readyFile
        guard reader.errors.isEmpty else { throw ConfigurationErrors(reader.errors, in: path) }
        return file
    }

    private static func root(of path: String) throws(ConfigurationErrors) -> YAMLNode {
        let bytes = try contents(of: path)
        do throws(FileError) {
            if let root = try YAMLReader.read(bytes), !root.isNull { return root }
            throw FileError(position: Position(line: 1, column: 1), message: "the file is empty")
        } catch {
            throw ConfigurationErrors([error], in: path)
        }
    }

    private static func contents(of path: String) throws(ConfigurationErrors) -> [UInt8] {
        do throws(SmallFile.ReadError) {
            return try SmallFile(path).contents(atMost: sizeLimit)
        } catch {
            throw ConfigurationErrors(lines: ["\(PrintableText.line(path)): \(error.ofFile)"])
        }
    }
}

extension SmallFile.ReadError {
    /// Why a file of settings cannot be read, as the end of a line that names it.
    var ofFile: String {
        switch self {
        case .notRegular: "not a file"
        case .tooLarge: "larger than 1 MiB"
        case .system: "cannot read it: \(description)"
        }
    }
}
