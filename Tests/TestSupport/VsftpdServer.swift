import Glibc

/// A real vsftpd on a free loopback port.
package final class VsftpdServer: Sendable {
    package let port: UInt16
    private let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts one, with these settings besides its own, and returns when it accepts.
    package init(_ settings: [String: String] = [:]) throws {
        let port = try FreePort.make()
        let directory = try TemporaryDirectory()
        (self.port, self.directory) = (port, directory)
        _ = try Program.run("/bin/mkdir", [directory.file("empty"), directory.file("root")])
        let all = [
            "listen": "YES", "listen_address": "127.0.0.1", "listen_port": "\(port)", "background": "NO",
            "anonymous_enable": "YES", "anon_root": directory.file("root"),
            "secure_chroot_dir": directory.file("empty"), "seccomp_sandbox": "NO",
            "dual_log_enable": "YES", "log_ftp_protocol": "YES", "vsftpd_log_file": directory.file("log"),
            "xferlog_file": directory.file("transfers"),
        ].merging(settings) { $1 }
        let configuration = try directory.write(
            "vsftpd.conf", all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined())
        running = try Program("/usr/sbin/vsftpd", [configuration]).start()
        let isThere = eventually(within: 10) { (try? IdleConnections(1, port: port)) != nil }
        guard isThere else { throw SupportError("vsftpd did not start: \(running.standardOutput)") }
    }

    deinit {
        running.stop()
    }

    /// What it has logged.
    package var log: String { readText(directory.file("log")) }

    /// Stops its process where it stands.
    package func freeze() { running.send(SIGSTOP) }
}
