import CTestSupport
import Glibc
import Synchronization

/// A terminal, whose other end a test types on and reads.
package final class Terminal: Sendable {
    /// The end that a program is given.
    package let descriptor: Int32
    private let master: Int32
    private let shown = Mutex<[UInt8]>([])

    package init() throws {
        var ends: [Int32] = [-1, -1]
        try check("open a terminal", support_terminal(&ends))
        (master, descriptor) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(master)
    }

    /// The path of the end that a program is given.
    package var path: String { String(cString: ttyname(descriptor)) }

    /// As ^S does.
    package func stop() {
        tcflow(descriptor, TCOOFF)
    }

    /// Types a text.
    package func type(_ text: String) {
        _ = write(master, text, text.utf8.count)
    }

    /// Gives the window another size, which the kernel tells to the programs in the foreground.
    package func resize(rows: UInt16, columns: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// All that was shown so far, what was typed included.
    package var text: String {
        shown.withLock { shown in
            var piece = [UInt8](repeating: 0, count: 4096)
            while true {
                var polled = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
                guard poll(&polled, 1, 0) == 1, polled.revents & Int16(POLLIN) != 0 else { break }
                let count = read(master, &piece, piece.count)
                guard count > 0 else { break }
                shown += piece[..<count]
            }
            return String(decoding: shown, as: UTF8.self)
        }
    }

    /// Starts a script of the shell as the leader of a session whose terminal this is.
    package func start(_ script: String) throws -> RunningProgram {
        let line = "exec /usr/bin/setsid --ctty --wait /bin/sh -c \"$0\" <>\(path) >&0 2>&0"
        return try Program("/bin/sh", ["-c", line, script]).start()
    }
}
