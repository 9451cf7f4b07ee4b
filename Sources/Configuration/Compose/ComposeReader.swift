internal import Files
internal import HealthCore

/// Turns the files of a Compose project into services, and collects all mistakes. What nobody who waits needs to know
/// is not judged.
struct ComposeReader {
    /// The maximum size of a file in bytes.
    static let fileLimit = 1 << 20
    /// The maximum of all files together.
    private static let (fileCountLimit, byteLimit) = (100, 4 << 20)
    /// The maximum of values in all files, with what `extends` and `include` copy.
    private static let valueLimit = 40_000
    /// The maximum bytes of all texts with variables together, and of variables in one.
    private static let (textLimit, variableLimit) = (1 << 20, 1000)

    /// A file of the project.
    struct Source {
        var path: String
        /// The folder to which its paths relate.
        var folder: String
        /// Whose variables replace those in its values.
        var environment: Int
    }

    private(set) var errors: [FileError] = []
    private(set) var warnings: [FileError] = []
    private(set) var sources: [Source] = []
    /// The paths that were looked at.
    private(set) var reads: Set<String> = []
    /// The variables of `.env`, and of the files in its place for what is included.
    private(set) var environments: [(values: [String: String], projectName: String?)] = []
    /// The services of files that others extend, by path and environment.
    var scopes: [ComposeScope] = []
    /// Whether a variable that `:?` asks for may be missing everywhere.
    var isLenient = false
    private var namesWithoutValue: Set<String> = []
    private var (bytesLeft, valuesLeft, textLeft) = (byteLimit, valueLimit, textLimit)
    private let outside: (String) -> String?
    private let contents: (String) throws(SmallFile.ReadError) -> [UInt8]

    init(
        variable: @escaping (String) -> String?,
        contents: @escaping (String) throws(SmallFile.ReadError) -> [UInt8]
    ) {
        (outside, self.contents) = (variable, contents)
    }

    mutating func report(_ position: Position, _ message: String) {
        errors.append(FileError(position: position, message: message))
    }

    mutating func warn(_ position: Position, _ message: String) {
        warnings.append(FileError(position: position, message: message))
    }

    func source(of position: Position) -> Source? {
        sources.indices.contains(position.file) ? sources[position.file] : nil
    }

    // MARK: Bounds

    /// Counts values that were copied; false when there are too many, which is said once.
    mutating func count(values: Int, at position: Position) -> Bool {
        guard valuesLeft >= 0 else { return false }
        valuesLeft -= values
        guard valuesLeft < 0 else { return true }
        report(
            position,
            "more than \(Self.valueLimit) values in all files, with what `extends` and `include` copy")
        return false
    }

    /// Why a file cannot be read, as the end of a line that names it.
    func why(_ error: SmallFile.ReadError) -> String {
        let isFull = sources.count >= Self.fileCountLimit || bytesLeft < 0
        return isFull
            ? "more than \(Self.fileCountLimit) files, or \(Self.byteLimit >> 20) MiB, in all" : error.ofFile
    }

    private mutating func bytes(of path: String) throws(SmallFile.ReadError) -> [UInt8] {
        guard sources.count < Self.fileCountLimit else { throw .tooLarge }
        reads.insert(path)
        let bytes = try contents(path)
        bytesLeft -= bytes.count
        guard bytesLeft >= 0 else { throw .tooLarge }
        return bytes
    }

    // MARK: Files

    /// Reads a file of services; nil if it is empty, or after a mistake.
    mutating func root(
        of path: String, folder: String, environment: Int
    ) throws(SmallFile.ReadError) -> YAMLNode? {
        let bytes = try bytes(of: path)
        let file = sources.count
        sources.append(Source(path: path, folder: folder, environment: environment))
        do throws(FileError) {
            guard let root = try YAMLReader.read(bytes, file: file, tags: YAMLNode.MergeTag.allCases),
                !root.isNull
            else { return nil }
            return count(values: root.size.nodes, at: root.position) ? root : nil
        } catch {
            errors.append(error)
            return nil
        }
    }

    /// Reads a file of variables after others of its kind; `outer` are those that count more.
    mutating func read(
        _ path: String, after earlier: EnvironmentFile?, outer: Int?
    ) throws(SmallFile.ReadError) -> EnvironmentFile {
        let bytes = try bytes(of: path)
        let file = sources.count
        sources.append(Source(path: path, folder: "", environment: 0))
        var result = earlier ?? EnvironmentFile([], file: file, known: outer.map(variables) ?? outside)
        let known = result.mistakes.count
        result.add(bytes, file: file)
        errors += result.mistakes.dropFirst(known)
        return result
    }

    /// Reads the file of variables of a service; a line without a value takes that of the project.
    mutating func read(
        _ path: String, isRaw: Bool, in environment: Int, after earlier: [String: String],
        _ known: @escaping (String) -> String?
    ) throws(SmallFile.ReadError) -> EnvironmentFile {
        let bytes = try bytes(of: path)
        let file = sources.count
        sources.append(Source(path: path, folder: "", environment: environment))
        let variables = variables(of: environment)
        let result = EnvironmentFile(bytes, file: file, isRaw: isRaw, after: earlier) {
            variables($0) ?? known($0)
        }
        errors += result.mistakes
        return result
    }

    // MARK: Variables

    /// Adds the variables of a file to those of an outer environment, which count more.
    mutating func addEnvironment(_ file: EnvironmentFile?, outer: Int? = nil) -> Int {
        let inherited = outer.map { environments[$0] }
        let values = (file?.values ?? [:]).merging(inherited?.values ?? [:]) { $1 }
        environments.append((values, inherited?.projectName))
        return environments.count - 1
    }

    mutating func setProjectName(_ name: String, in environment: Int) {
        environments[environment].projectName = name
    }

    /// The variables of an environment: those from outside count more than those of its files.
    func variables(of environment: Int) -> (String) -> String? {
        let (outside, own) = (outside, environments[environment])
        return { name in
            let found = outside(name) ?? own.values[name]
            return found ?? (name == "COMPOSE_PROJECT_NAME" ? own.projectName : nil)
        }
    }

    /// The text of a scalar, in the pieces that its variables make; nil after a mistake.
    mutating func text(_ node: YAMLNode, _ path: String) -> ComposeText? {
        guard case .scalar(let written, _) = node.content, !node.isNull else {
            report(
                node.position,
                node.isNull
                    ? "\(path): the value is missing" : "\(path): a value is expected, not \(node.kind)")
            return nil
        }
        return text(written, at: node.position, path)
    }

    /// The text of a value at a position. If it `mayLack` a variable that its `:?` asks for, that is only warned of.
    mutating func text(
        _ written: String, at position: Position, _ path: String, mayLack: Bool = false
    ) -> ComposeText? {
        guard Interpolation.isNeeded(written) else { return ComposeText(written) }
        guard textLeft >= 0, let environment = source(of: position)?.environment else { return nil }
        guard written.utf8.count(where: { $0 == UInt8(ascii: "$") }) <= Self.variableLimit else {
            report(position, "\(path): more than \(Self.variableLimit) variables in one value")
            return nil
        }
        let variables = variables(of: environment)
        var unset: [String?] = []
        let interpolation = Interpolation(
            variable: variables, limit: textLeft, unset: { unset.append($0) })
        do throws(Interpolation.SyntaxError) {
            let text = try interpolation.pieces(written)
            textLeft -= text.value.utf8.count
            for name in unset where namesWithoutValue.insert(name ?? "").inserted {
                let subject = name.map { "\($0) is not set" } ?? "the name after a `$` is not set"
                warn(position, "\(path): \(subject), and its value is empty")
            }
            return text
        } catch {
            if error.isTooLong { textLeft = -1 }
            if mayLack || isLenient, error.isMissing {
                warn(position, "\(path): \(error.message)")
                return ComposeText([.variable(written: written, value: nil)])
            }
            report(position, "\(path): \(error.message)")
            return nil
        }
    }
}
