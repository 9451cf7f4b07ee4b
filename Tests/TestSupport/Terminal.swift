import CTestSupport
import Glibc

/// A terminal that nobody reads.
package final class Terminal: Sendable {
    /// The end that a program is given.
    package let descriptor: Int32
    private let master: Int32

    package init() throws {
        var ends: [Int32] = [-1, -1]
        try check("open a terminal", support_terminal(&ends))
        (master, descriptor) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(master)
    }

    /// As ^S does.
    package func stop() {
        tcflow(descriptor, TCOOFF)
    }
}
