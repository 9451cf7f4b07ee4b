import EventLoop
internal import Glibc
import HealthCore

/// What the program says on its standard descriptors. None of it makes anybody wait.
enum Output {
    private static let standard = OutputStream(STDOUT_FILENO)
    private static let errors = OutputStream(STDERR_FILENO)
    /// How long the reader of a text that was asked for may do nothing, as one on a busy machine.
    private static let patience = Duration.seconds(1)

    /// Lines on standard output, their ends included.
    static func write(_ lines: [String]) { standard.write(lines) }

    /// A line on standard output.
    static func print(_ line: String) { standard.write([line + "\n"]) }

    /// A text that is all that the program was asked for, on standard output. Half of it is a fault.
    static func deliver(_ text: String) -> ExitCode {
        guard let number = standard.deliver(text, patience: patience) else { return .ready }
        complain("standard output takes no more: \(String(cString: strerror(number)))")
        return .usage
    }

    /// Lines on standard error.
    static func complain(_ text: String) { errors.write(complaint(text)) }

    /// A line on standard error, its end included, that is complete.
    static func log(_ line: String) { errors.write([line]) }

    /// The lines that `complain` writes.
    static func complaint(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "waitfor: \($0)\n" }
    }

    /// Docker keeps this much of what a HEALTHCHECK prints.
    static let dockerLimit = 4096

    /// As many whole lines as Docker keeps. `rest` says that so many did not fit, in at most `room` bytes.
    static func limited(_ lines: [String], room: Int, rest: (Int) -> String) -> String {
        var text = ""
        for (index, line) in lines.enumerated() {
            let room = index == lines.count - 1 ? 0 : room
            guard text.utf8.count + line.utf8.count + room <= dockerLimit else {
                return text + rest(lines.count - index)
            }
            text += line
        }
        return text
    }

    /// Lines that nobody read and that are lost.
    static var droppedLines: Int { errors.dropped }

    /// A loop runs: lines that wait are tried again.
    static func attend(on loop: EventLoop, _ log: Log) {
        errors.attend(on: loop) {
            log.line(.warning, "dropped", "\($0) lines were dropped: nobody read them")
        }
    }

    /// The last moment before the program ends or becomes another.
    static func finish() { OutputStream.finish([standard, errors]) }
}
