internal import HealthCore

/// The file of a target's `header_file`: lines of `Name: value`.
enum HeaderFile {
    /// The fields of the file, read anew; `read` refuses those that the kind does not take.
    static func fields(
        of path: String?, _ read: ([UInt8]) -> [HTTPService.Header]?
    ) throws(Failure) -> [HTTPService.Header] {
        guard let path else { return [] }
        guard let lines = try SecretFile.current(path) else {
            throw Failure(
                .config, "cannot read the header file \(path): \(SecretFile.whyUnreadable(path))")
        }
        guard let fields = read(lines) else {
            throw Failure(.config, "a line of the header file \(path) is not `Name: value`")
        }
        return fields
    }
}
