import Glibc

/// What the tests of a whole run leave behind for `./dev test` to judge: every JSON line that the
/// program printed, and the states of real servers that were reached.
package enum Records {
    /// Notes that a real server was in this state and the program named it correctly.
    package static func reached(_ state: String) {
        append(state, toFileNamedBy: "WAITFOR_STATES_LOG")
    }

    /// Keeps the JSON lines of a program's output, to be validated against the schemas.
    static func keepJSON(_ bytes: [UInt8]) {
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        where line.hasPrefix("{\"version\":") || line.hasPrefix("{\"ts\":") {
            append(String(line), toFileNamedBy: "WAITFOR_JSON_LOG")
        }
    }

    /// Keeps what a sanitizer said in a program's output, whatever the test makes of it.
    static func keepSanitizerReports(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.contains("Sanitizer:") { append(text, toFileNamedBy: "WAITFOR_SANITIZER_LOG") }
    }

    // One write of one line to a file opened for appending: parallel tests do not mix.
    private static func append(_ line: String, toFileNamedBy variable: String) {
        guard let path = getenv(variable) else { return }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        precondition(descriptor >= 0, "cannot write \(String(cString: path))")
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        precondition(write(descriptor, bytes, bytes.count) == bytes.count, "cannot write the record")
    }
}
