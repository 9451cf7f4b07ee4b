import EventLoop
internal import Glibc
import HealthCore
import Synchronization

/// The output on the standard descriptors. Lines never block their writer.
enum Output {
    private static let standard = OutputStream(STDOUT_FILENO)
    private static let errors = OutputStream(STDERR_FILENO)
    private static let live = Mutex(LiveLines())
    /// How long the reader of a delivered text may pause, as on a busy machine.
    private static let patience = Duration.seconds(1)

    /// Writes lines, their ends included, on standard output.
    static func write(_ lines: [String]) { standard.write(lines) }

    /// Writes a line on standard output.
    static func print(_ line: String) { standard.write([line + "\n"]) }

    /// Writes a text on standard output that is the whole purpose of the run: half of the text is a fault.
    static func deliver(_ text: String) -> ExitCode {
        guard let number = standard.deliver(text, patience: patience) else { return .ready }
        complain("standard output takes no more: \(String(cString: strerror(number)))")
        return .usage
    }

    /// Writes complaints on standard error.
    static func complain(_ text: String) { writeErrors(complaint(text)) }

    /// Writes a complete line, its end included, on standard error.
    static func log(_ line: String) { writeErrors([line]) }

    /// Writes lines on standard error, above the live ones.
    private static func writeErrors(_ lines: [String]) {
        let goesOn = errors.isIdle
        errors.write(live.withLock { $0.lines(above: lines, goesOn: goesOn) })
    }

    /// Has these lines stand below all others on standard error, which is a terminal. One that takes nothing now is left
    /// alone: what waits for it would be old lines.
    static func showLive(_ lines: [String]) {
        guard errors.isIdle, let text = live.withLock({ $0.replacing(with: lines) }) else { return }
        errors.write([text])
    }

    /// Takes the live lines away.
    static func endLive() {
        if let text = live.withLock({ $0.replacing(with: []) }) { errors.write([text]) }
    }

    /// Draws on standard output, which is a terminal, unless it takes nothing now.
    static func draw(_ frame: String) {
        if standard.isIdle { standard.write([frame]) }
    }

    /// The lines that `complain` writes.
    static func complaint(_ text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "waitfor: \($0)\n" }
    }

    /// The bytes of a HEALTHCHECK's output that Docker keeps.
    static let dockerLimit = 4096

    /// As many whole lines as Docker keeps. `rest` makes the text for the number of lines that did not fit, in at most
    /// `room` bytes.
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

    /// The number of lines that were dropped because nobody read them.
    static var droppedLines: Int { errors.dropped }

    /// Has a loop retry the buffered lines.
    static func attend(on loop: EventLoop, _ log: Log) {
        errors.attend(on: loop) {
            log.line(.warning, "dropped", "\($0) lines were dropped: nobody read them")
        }
    }

    /// Has a loop retry what standard output has not taken.
    static func attendStandardOutput(on loop: EventLoop) { standard.attend(on: loop) { _ in "" } }

    /// Writes the buffered lines before the program ends or becomes a command.
    static func finish() { OutputStream.finish([standard, errors]) }
}
