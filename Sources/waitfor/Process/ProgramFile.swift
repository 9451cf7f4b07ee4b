internal import CLinux
internal import Files

/// The file of the running program.
struct ProgramFile: ~Copyable {
    private let file: SmallFile
    private static let chunk = 1 << 16

    /// Opens the file; nil if it cannot be found. The link in /proc names the file even after its removal; the path
    /// that the kernel was given needs no /proc, and names the program itself also where an emulator runs it.
    init?() {
        let started = clinux_started_path().map { String(cString: $0) }
        for path in ["/proc/self/exe", started ?? ""] {
            guard let found = try? SmallFile(path), Self.isOurs(found) else { continue }
            file = found
            return
        }
        return nil
    }

    /// Whether a file has the program headers that this process was started with.
    private static func isOurs(_ file: borrowing SmallFile) -> Bool {
        guard let head = try? file.beginning(64), head.count == 64 else { return false }
        // The offset of the headers (e_phoff) of a 64-bit file.
        let offset = head[32..<40].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        guard let headers = try? file.bytes(clinux_program_headers_length(), at: Int(clamping: offset)) else {
            return false
        }
        return clinux_has_program_headers(headers, headers.count)
    }

    /// Passes the contents on, piece by piece, until `take` returns false.
    func read(_ take: ([UInt8]) -> Bool) throws(SmallFile.ReadError) {
        var offset = 0
        while true {
            let piece = try file.bytes(Self.chunk, at: offset)
            guard !piece.isEmpty, take(piece) else { return }
            offset += piece.count
        }
    }
}
