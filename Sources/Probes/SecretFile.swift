internal import Files
internal import HealthCore

/// Files that hold secrets: small, read whole, and anew for every connection, so that a rotated
/// password needs no restart.
package enum SecretFile {
    private static let limit = 64 * 1024

    /// The contents without one newline at the end; nil if it cannot be read or is too large.
    package static func contents(of path: String) -> [UInt8]? {
        read(path, onlyIfPrivate: false)
    }

    /// A password file of libpq's: nil also where others may read it, as libpq has it.
    package static func passFile(at path: String) -> [UInt8]? {
        read(path, onlyIfPrivate: true)
    }

    /// The password of a source that is the same wherever it is asked for, or why there is none.
    static func password(_ source: PasswordSource) throws(Failure) -> Secret? {
        switch source {
        case .none, .passFile: return nil
        case .given(let secret): return secret
        case .file(let path):
            guard let contents = contents(of: path) else {
                throw Failure(.config, "cannot read the password file \(path)")
            }
            return Secret(contents)
        }
    }

    private static func read(_ path: String, onlyIfPrivate: Bool) -> [UInt8]? {
        do throws(SmallFile.Problem) {
            let file = try SmallFile(path)
            guard !onlyIfPrivate || file.isPrivate else { return nil }
            var contents = try file.contents(atMost: limit)
            if contents.last == UInt8(ascii: "\n") { contents.removeLast() }
            return contents
        } catch {
            return nil
        }
    }
}
