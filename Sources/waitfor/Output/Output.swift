internal import Glibc

/// Writes whole texts to a standard descriptor. An error is not reported: there is nowhere to.
enum Output {
    static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }

    /// A line on standard output.
    static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// Lines on standard error.
    static func complain(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        write(lines.map { "waitfor: \($0)\n" }.joined(), to: STDERR_FILENO)
    }
}
