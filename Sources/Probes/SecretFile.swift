internal import EventLoop
internal import Files
internal import Glibc
internal import HealthCore

/// Files that hold secrets: small files, read whole and anew for every connection, so that a rotated password needs no
/// restart.
package enum SecretFile {
    private static let limit = 64 * 1024

    /// The contents without one newline at the end; nil if the file cannot be read or is too large.
    package static func contents(of path: String) -> [UInt8]? {
        try? read(path, onlyIfPrivate: false)
    }

    /// Why a file cannot be read, as the end of a sentence that names it.
    package static func whyUnreadable(_ path: String) -> String {
        do throws(SmallFile.ReadError) {
            _ = try read(path, onlyIfPrivate: false)
            return "it could not be read a moment ago"
        } catch {
            switch error {
            case .tooLarge: return "larger than \(limit / 1024) KiB"
            case .system(EACCES): return "\(error.description) (for the user with the number \(geteuid()))"
            default: return error.description
            }
        }
    }

    /// The contents of libpq's password file: nil also if others may read the file, which libpq then ignores.
    package static func passFile(at path: String) -> [UInt8]? {
        try? read(path, onlyIfPrivate: true)
    }

    /// Whether libpq ignores a password file because group or others have access to it.
    package static func isExposed(_ path: String) -> Bool {
        guard let file = try? SmallFile(path) else { return false }
        return !file.isPrivate
    }

    /// The contents for an attempt. Throws only if this machine has run out of descriptors or memory, which is no
    /// mistake in the settings.
    static func current(_ path: String, onlyIfPrivate: Bool = false) throws(Failure) -> [UInt8]? {
        do throws(SmallFile.ReadError) { return try read(path, onlyIfPrivate: onlyIfPrivate) } catch {
            if case .system(let number) = error, let shortage = SystemFailure.shortage(number) {
                throw shortage
            }
            return nil
        }
    }

    /// The password of a source that has one password for all hosts.
    static func password(_ source: PasswordSource) throws(Failure) -> Secret? {
        switch source {
        case .none, .passFile, .variable: return nil
        case .given(let secret): return secret
        case .file(let path):
            guard let contents = try current(path) else {
                throw Failure(.config, "cannot read the password file \(path): \(whyUnreadable(path))")
            }
            guard !contents.isEmpty else { throw Failure(.config, "the password file \(path) is empty") }
            return Secret(contents)
        }
    }

    private static func read(_ path: String, onlyIfPrivate: Bool) throws(SmallFile.ReadError) -> [UInt8]? {
        let file = try SmallFile(path)
        guard !onlyIfPrivate || file.isPrivate else { return nil }
        var contents = try file.contents(atMost: limit)
        if contents.last == UInt8(ascii: "\n") { contents.removeLast() }
        return contents
    }
}
