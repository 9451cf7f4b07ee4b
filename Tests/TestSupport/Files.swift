import Glibc

/// The bytes of a file, or nil if it cannot be read; works for /proc too, whose files have no size.
package func readFile(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 { return nil }
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}

/// The text of a file, empty if it cannot be read.
package func readText(_ path: String) -> String {
    String(decoding: readFile(path) ?? [], as: UTF8.self)
}

/// Replaces what a file holds, keeping the inode: a bind mount of it sees the new text.
package func writeFile(_ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws {
    let descriptor = try check("open \(path)", open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode))
    defer { close(descriptor) }
    try check("fchmod \(path)", fchmod(descriptor, mode))
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw SupportError(system: "write \(path)") }
        rest = rest.dropFirst(count)
    }
}
