internal import Glibc

/// The terminal behind a standard descriptor.
struct TerminalWindow: Sendable {
    /// The rows and columns of its window.
    struct Size: Equatable, Sendable {
        let rows: Int
        let columns: Int
    }

    /// The columns of a window whose size nobody knows.
    static let usualColumns = 80

    private let descriptor: Int32
    /// Whether it moves its cursor where it is told to.
    let takesSequences: Bool
    let takesColours: Bool

    /// nil for what is no terminal.
    init?(_ descriptor: Int32, _ start: StartState) {
        guard isatty(descriptor) == 1 else { return nil }
        self.descriptor = descriptor
        let kind = start.variable("TERM") ?? ""
        takesSequences = !kind.isEmpty && kind != "dumb"
        takesColours = takesSequences && (start.variable("NO_COLOR") ?? "").isEmpty
    }

    /// The size of its window now; nil where nobody knows, as of a container's that nobody is attached to.
    var size: Size? {
        var window = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return nil
        }
        return Size(rows: Int(window.ws_row), columns: Int(window.ws_col))
    }
}
