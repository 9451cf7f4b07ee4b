import TestSupport
import Testing

/// The unit of Configs/systemd, under a systemd that is the first process of a container.
struct SystemdTests {
    @Test("the unit starts, reloads, is restarted by its watchdog, and stops")
    func life() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "waitfor.yaml",
            "defaults: {interval: 1s, retries: 2}\ntargets:\n  cache: {redis: \"127.0.0.1:6379\"}\n")
        // A container cannot give a service its credentials; and nobody waits half a minute for a watchdog here.
        try directory.write("test.conf", "[Service]\nLoadCredential=\nWatchdogSec=2s\n")
        let machine = try Container(
            "systemd", Docker.variable("E2E_SYSTEMD"),
            [
                "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
                "apparmor=unconfined",
                "--cgroupns", "private", "--tmpfs", "/run", "--tmpfs", "/tmp", "-v",
                "/sys/fs/cgroup:/sys/fs/cgroup:rw",
                "-v", "\(Program.waitfor):/usr/local/bin/waitfor:ro",
                "-v",
                "\(Docker.project)/Configs/systemd/waitfor.service:/etc/systemd/system/waitfor.service:ro",
                "-v", "\(directory.file("waitfor.yaml")):/etc/waitfor/waitfor.yaml:ro",
                "-v", "\(directory.file("test.conf")):/etc/systemd/system/waitfor.service.d/test.conf:ro",
            ])
        let isUp = try eventually(within: 30, every: 0.2) {
            try machine.exec("systemctl", "is-system-running").trimmedOutput == "running"
        }
        try #require(isUp, "\(machine.said)")
        let show = { (property: String) in
            let shown = try? machine.exec("systemctl", "show", "-p", property, "--value", "waitfor")
            return shown?.trimmedOutput ?? ""
        }
        let journal = { (try? machine.exec("journalctl", "--no-pager", "-u", "waitfor"))?.output ?? "" }

        // It returns when READY=1 has come.
        let start = try machine.exec("systemctl", "start", "waitfor")
        #expect(start.exitCode == 0, "\(journal())")
        let pid = show("MainPID")
        #expect(try machine.exec("waitfor", "check", "--agent").exitCode == 1)
        try Docker.ask("exec", "-d", machine.name, "redis-server", "--port", "6379")
        let isReady = try eventually(within: 20, every: 0.2) {
            try machine.exec("waitfor", "check", "--agent").exitCode == 0
        }
        #expect(isReady, "\(journal())")
        let text = show("StatusText")
        #expect(text.contains("ready"), "STATUS= is \(text)")

        #expect(try machine.exec("systemctl", "reload", "waitfor").exitCode == 0, "\(journal())")
        let isReloaded = eventually(within: 10, every: 0.2) { journal().contains("reload") }
        #expect(isReloaded && show("MainPID") == pid, "\(journal())")

        #expect(try machine.exec("kill", "-STOP", pid).exitCode == 0)
        let isBack = eventually(within: 20, every: 0.2) {
            show("NRestarts") == "1" && show("ActiveState") == "active"
        }
        #expect(isBack, "\(journal())")
        #expect(show("MainPID") != pid)

        #expect(try machine.exec("systemctl", "stop", "waitfor").exitCode == 0)
        #expect(show("Result") == "success", "\(journal())")
        #expect(journal().contains("stopping on SIGTERM"))
    }
}
