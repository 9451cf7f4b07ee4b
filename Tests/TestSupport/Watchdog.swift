import CTestSupport
import Glibc

/// Ends what the tests started and removes what they made when the test process is gone,
/// however it went.
///
/// A parent-death signal would not do: it fires when the *thread* that forked ends, and the
/// threads of Swift's pool come and go.
final class Watchdog: Sendable {
    static let shared = Watchdog()

    /// The parent of every temporary directory of this process.
    let directory: String
    private let pipe: Int32

    // The shell reads lines until the pipe closes, which is when the test process ends.
    private static let script = """
        while read -r verb group; do
            case $verb in
            start) eval "group_$group=1" ;;
            end) unset "group_$group" ;;
            esac
        done
        for group in $(set | sed -n 's/^group_\\([0-9]*\\)=.*/\\1/p'); do
            kill -s KILL -- "-$group" 2>/dev/null
        done
        rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
        """

    private init() {
        var template = Array("/tmp/waitfor-tests.XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "cannot make a directory in /tmp")
        directory = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        // mkdtemp makes it private, and servers run as another user.
        chmod(directory, 0o755)

        var ends: [Int32] = [-1, -1]
        precondition(support_pipe(&ends) == 0, "cannot make a pipe")
        pipe = ends[1]
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        let program = Program("/bin/sh", ["-c", Watchdog.script, "watchdog", directory])
        let pid = try? program.spawn(standardInput: ends[0], standardOutput: null, standardError: null)
        precondition(pid != nil, "cannot start /bin/sh")
        close(ends[0])
        close(null)
    }

    /// From now on the process group of `pid` is killed when the test process ends.
    func watch(_ pid: Int32) {
        tell("start \(pid)\n")
    }

    /// The process group of `pid` is gone.
    func forget(_ pid: Int32) {
        tell("end \(pid)\n")
    }

    // A short line goes into a pipe whole, whatever other threads write.
    private func tell(_ line: String) {
        let bytes = Array(line.utf8)
        _ = write(pipe, bytes, bytes.count)
    }
}
