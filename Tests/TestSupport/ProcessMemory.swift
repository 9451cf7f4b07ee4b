import Glibc

/// How many times a few bytes are in the memory of another process that it can write to.
package func processMemory(of pid: Int32, count bytes: [UInt8]) -> Int {
    let memory = open("/proc/\(pid)/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { return -1 }
    defer { close(memory) }
    var count = 0
    for line in readText("/proc/\(pid)/maps").split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count > 1, words[1].hasPrefix("rw") else { continue }
        let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
        guard ends.count == 2 else { continue }
        var contents = [UInt8](repeating: 0, count: ends[1] - ends[0])
        let size = pread(memory, &contents, contents.count, off_t(ends[0]))
        guard size >= bytes.count else { continue }
        count += contents[..<size].withUnsafeBytes { occurrences(of: bytes, in: $0) }
    }
    return count
}

private func occurrences(of bytes: [UInt8], in area: UnsafeRawBufferPointer) -> Int {
    guard let start = area.baseAddress else { return 0 }
    var count = 0
    var next = 0
    while next + bytes.count <= area.count,
        let found = memchr(start + next, CInt(bytes[0]), area.count - bytes.count - next + 1)
    {
        if memcmp(found, bytes, bytes.count) == 0 { count += 1 }
        next = start.distance(to: found) + 1
    }
    return count
}
