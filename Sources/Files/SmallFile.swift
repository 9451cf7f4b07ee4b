internal import Glibc

/// A small regular file, opened for reading. All files that a person names are read through this type: opening a FIFO
/// or a terminal, and reading from a device, could block for ever.
package struct SmallFile: ~Copyable {
    /// Why a file cannot be read.
    package enum ReadError: Error, Equatable {
        /// The error number of a system call.
        case system(Int32)
        /// The file is a FIFO, a folder, a device or a socket.
        case notRegular
        /// The file has more bytes than a file of its purpose.
        case tooLarge

        /// The error as the end of a sentence that names the file.
        package var description: String {
            switch self {
            case .system(let number): String(cString: strerror(number))
            case .notRegular: "not a regular file"
            case .tooLarge: "larger than such a file is"
            }
        }
    }

    private let descriptor: Int32
    private let size: Int
    /// The identity of the file when it was opened.
    package let identity: FileIdentity
    /// Whether only the owner may read or write the file.
    package let isPrivate: Bool

    /// Opens a file; never blocks.
    package init(_ path: [UInt8]) throws(ReadError) {
        guard !path.contains(0) else { throw .system(ENOENT) }
        let descriptor = open(
            path.map(CChar.init(bitPattern:)) + [0], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno) }
        var information = stat()
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notRegular
        }
        self.descriptor = descriptor
        size = Int(information.st_size)
        identity = FileIdentity(information)
        isPrivate = information.st_mode & (S_IRWXG | S_IRWXO) == 0
    }

    /// Opens a file by a path in UTF-8.
    package init(_ path: String) throws(ReadError) {
        try self.init(Array(path.utf8))
    }

    deinit {
        close(descriptor)
    }

    /// The whole contents, if they are no more than `limit` bytes.
    package func contents(atMost limit: Int) throws(ReadError) -> [UInt8] {
        // A file of /proc has the size 0, and any other file may have grown since it was opened.
        let contents = try beginning(min(limit, max(size, 4096)) + 1)
        if contents.count <= min(limit, max(size, 4096)) { return contents }
        let whole = try beginning(limit + 1)
        guard whole.count <= limit else { throw .tooLarge }
        return whole
    }

    /// The first `limit` bytes, or fewer if the file is shorter.
    package func beginning(_ limit: Int) throws(ReadError) -> [UInt8] { try bytes(limit, at: 0) }

    /// The `limit` bytes at an offset, or fewer if the file ends before.
    package func bytes(_ limit: Int, at offset: Int) throws(ReadError) -> [UInt8] {
        var contents = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let more = contents[count...].withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(clamping: offset) &+ off_t(count))
            }
            if more < 0, errno == EINTR { continue }
            guard more >= 0 else { throw .system(errno) }
            if more == 0 { break }
            count += more
        }
        contents.removeSubrange(count...)
        return contents
    }
}

/// The identity of a file: device, inode, size and times of change.
package struct FileIdentity: Equatable, Sendable {
    private let numbers: [Int64]

    fileprivate init(_ information: stat) {
        numbers = [
            Int64(bitPattern: UInt64(information.st_dev)), Int64(bitPattern: UInt64(information.st_ino)),
            Int64(information.st_size), Int64(information.st_mtim.tv_sec), Int64(information.st_mtim.tv_nsec),
            Int64(information.st_ctim.tv_sec), Int64(information.st_ctim.tv_nsec),
        ]
    }

    /// The identity of the file at a path; nil if there is no file.
    package init?(_ path: String) {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        self.init(information)
    }
}
