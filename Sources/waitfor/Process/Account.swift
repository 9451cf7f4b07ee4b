internal import Files
internal import Glibc

/// The user that the process runs as, read from /etc/passwd: a static libc's own look-up loads modules of the image's.
enum Account {
    /// The user's name; nil for a UID without a name.
    static var name: String? {
        guard let file = try? SmallFile("/etc/passwd").contents(atMost: 1 << 20) else { return nil }
        let wanted = Array("\(geteuid())".utf8)
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 3, fields[2].elementsEqual(wanted) else { continue }
            return String(decoding: fields[0], as: UTF8.self)
        }
        return nil
    }
}
