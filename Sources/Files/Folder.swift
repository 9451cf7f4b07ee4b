internal import Glibc

/// A folder whose files are read: one that a person names.
package enum Folder {
    /// The most files of a folder that are looked at.
    private static let limit = 1000

    /// The paths of the files in a folder, sorted, without those whose names begin with a dot; none if the folder cannot
    /// be read.
    package static func files(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append("\(path)/\(name)") }
        }
        return names.sorted()
    }
}
