internal import CLinux
internal import Glibc
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
        // Without O_NONBLOCK, opening a FIFO would wait for somebody to write.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            return nil
        }
        if onlyIfPrivate, information.st_mode & (S_IRWXG | S_IRWXO) != 0 { return nil }
        var contents = [UInt8](repeating: 0, count: limit + 1)
        var size = 0
        while size <= limit {
            let count = contents[size...].withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            size += count
        }
        guard size <= limit else { return nil }
        contents.removeSubrange(size...)
        if contents.last == UInt8(ascii: "\n") { contents.removeLast() }
        return contents
    }
}
