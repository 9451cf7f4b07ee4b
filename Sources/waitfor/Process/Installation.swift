internal import Files
internal import Glibc
import HealthCore

/// A copy of the program at another place: for volumes from which the containers of other images run it, because an
/// image from scratch has no `cp`.
struct Installation {
    /// Why there is no copy, as a sentence.
    struct Failure: Error {
        let message: String

        init(_ doing: String, _ path: [UInt8], _ reason: String) {
            message = "cannot \(doing) \(Installation.shown(path)): \(reason)"
        }

        /// The failure of the last system call.
        init(_ doing: String, _ path: [UInt8]) {
            self.init(doing, path, String(cString: strerror(errno)))
        }
    }

    /// The path of the copy.
    let path: [UInt8]

    /// The path for messages; a target that is here by mistake may have a password.
    static func shown(_ path: [UInt8]) -> String {
        path.contains { "@=".utf8.contains($0) } ? "***" : PrintableText.line(path)
    }

    /// Decides on the place: a directory gets a file with the program's name.
    init(_ path: [UInt8]) throws(Failure) {
        let isDirectory = Self.type(of: path, stat) == S_IFDIR
        guard isDirectory || path.last != ASCII.slash else {
            throw Failure("install into", path, String(cString: strerror(ENOENT)))
        }
        let separator = path.last == ASCII.slash ? "" : "/"
        self.path = isDirectory ? path + Array("\(separator)waitfor".utf8) : path
    }

    /// Writes the copy beside its place and then puts it there in one step: whoever starts the program meanwhile gets
    /// the old file or the new one. A link is replaced, and not what it leads to.
    func write(_ program: borrowing ProgramFile) throws(Failure) {
        switch Self.type(of: path, lstat) {
        case nil, S_IFREG, S_IFLNK: break
        default: throw Failure("replace", path, "not a regular file")
        }
        let folder = path.lastIndex(of: ASCII.slash).map { path[...$0] } ?? []
        let number = String(UInt64.random(in: .min ... .max), radix: 16)
        let temporary = Array(folder) + Array(".waitfor-\(number)".utf8)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open(Self.cString(temporary), flags, 0o700)
        guard descriptor >= 0 else {
            throw Failure("write in", folder.isEmpty ? [UInt8(ascii: ".")] : Array(folder))
        }
        defer { close(descriptor) }
        do throws(Failure) {
            try fill(descriptor, program)
            guard rename(Self.cString(temporary), Self.cString(path)) == 0 else {
                throw Failure("replace", path)
            }
        } catch {
            unlink(Self.cString(temporary))
            throw error
        }
    }

    private func fill(_ descriptor: Int32, _ program: borrowing ProgramFile) throws(Failure) {
        var isWritten = true
        do throws(SmallFile.ReadError) {
            try program.read { piece in
                isWritten = Self.write(piece[...], to: descriptor)
                return isWritten
            }
        } catch {
            throw Failure("copy the program to", path, error.description)
        }
        // Everybody may run it, whatever the umask; and it is on the disk before it is in its place. A file system
        // that cannot do the latter says EINVAL.
        guard isWritten, fchmod(descriptor, 0o755) == 0, fsync(descriptor) == 0 || errno == EINVAL else {
            throw Failure("write", path)
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// The type of the file at a path; nil if there is none.
    private static func type(
        of path: [UInt8], _ look: (UnsafePointer<CChar>, UnsafeMutablePointer<stat>) -> Int32
    ) -> mode_t? {
        var information = Glibc.stat()
        return look(cString(path), &information) == 0 ? information.st_mode & S_IFMT : nil
    }

    private static func cString(_ path: [UInt8]) -> [CChar] { path.map(CChar.init(bitPattern:)) + [0] }
}
