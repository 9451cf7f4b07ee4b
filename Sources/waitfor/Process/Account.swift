import Glibc

/// The user that the process runs as. From the file itself: a static libc's own look-up loads modules of the image's.
enum Account {
    /// Its name; nil for a number that has none.
    static var name: String? {
        guard let file = fopen("/etc/passwd", "re") else { return nil }
        defer { fclose(file) }
        let wanted = "\(geteuid())"
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let fields = line.prefix { $0 != 0 }.split(
                separator: CChar(bitPattern: UInt8(ascii: ":")), omittingEmptySubsequences: false)
            guard fields.count > 3, text(fields[2]) == wanted else { continue }
            return text(fields[0])
        }
        return nil
    }

    private static func text(_ field: ArraySlice<CChar>) -> String {
        String(decoding: field.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
