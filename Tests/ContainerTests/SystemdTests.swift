import TestSupport
import Testing

/// The units of Configs/systemd, under a systemd that is the first process of a container.
struct SystemdTests {
    /// A container of which systemd is the first process, and which has the program and these files.
    private static func machine(_ name: String, _ files: [String: String]) throws -> Container {
        let volumes = files.merging([Program.waitfor: "/usr/local/bin/waitfor"]) { $1 }
        let machine = try Container(
            name, Docker.variable("E2E_SYSTEMD"),
            [
                "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "--security-opt",
                "apparmor=unconfined",
                "--cgroupns", "private", "--tmpfs", "/run", "--tmpfs", "/tmp", "-v",
                "/sys/fs/cgroup:/sys/fs/cgroup:rw",
            ] + volumes.sorted { $0.key < $1.key }.flatMap { ["-v", "\($0.key):\($0.value):ro"] })
        let isUp = try eventually(within: 30, every: 0.2) {
            try machine.exec("systemctl", "is-system-running").trimmedOutput == "running"
        }
        try #require(isUp, "\(machine.said)")
        return machine
    }

    @Test("the unit starts, reloads, is restarted by its watchdog, and stops")
    func life() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            "waitfor.yaml",
            "defaults: {interval: 1s, retries: 2}\ntargets:\n  cache: {redis: \"127.0.0.1:6379\"}\n")
        // A container cannot give a service its credentials; and nobody waits half a minute for a watchdog here.
        try directory.write("test.conf", "[Service]\nLoadCredential=\nWatchdogSec=2s\n")
        let machine = try Self.machine(
            "systemd",
            [
                "\(Docker.project)/Configs/systemd/waitfor.service": "/etc/systemd/system/waitfor.service",
                directory.file("waitfor.yaml"): "/etc/waitfor/waitfor.yaml",
                directory.file("test.conf"): "/etc/systemd/system/waitfor.service.d/test.conf",
            ])
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

    @Test(
        "a unit that is ordered after waitfor@NAME starts when all of NAME is ready, and waits at each start anew"
    )
    func ordering() throws {
        let directory = try TemporaryDirectory()
        try directory.write("shop.yaml", "targets:\n  cache: {redis: \"127.0.0.1:6379\"}\n")
        try directory.write(
            "shop.service",
            """
            [Unit]
            Requires=waitfor@shop.service
            After=waitfor@shop.service
            [Service]
            ExecStart=/bin/sleep infinity

            """)
        let machine = try Self.machine(
            "systemd-gate",
            [
                "\(Docker.project)/Configs/systemd/waitfor@.service": "/etc/systemd/system/waitfor@.service",
                directory.file("shop.yaml"): "/etc/waitfor/shop.yaml",
                directory.file("shop.service"): "/etc/systemd/system/shop.service",
            ])
        let state = { (unit: String) in (try? machine.exec("systemctl", "is-active", unit))?.trimmedOutput }
        let journal = { (try? machine.exec("journalctl", "--no-pager", "-u", "waitfor@shop"))?.output ?? "" }
        // As a service and at its restart.
        for start in 1...2 {
            #expect(try machine.exec("systemctl", "start", "--no-block", "shop").exitCode == 0)
            let waits = eventually(within: 20, every: 0.2) {
                let refusals = journal().split(separator: "\n").filter { $0.contains("refused") }
                return refusals.count >= start && state("waitfor@shop") == "activating"
            }
            #expect(waits && state("shop") == "inactive", "\(journal())")
            try Docker.ask("exec", "-d", machine.name, "redis-server", "--port", "6379")
            let isStarted = eventually(within: 20, every: 0.2) { state("shop") == "active" }
            #expect(isStarted, "\(journal())")
            // The gate has ended, which is no reason for the service to end.
            #expect(state("waitfor@shop") == "inactive")
            #expect(try machine.exec("systemctl", "stop", "shop").exitCode == 0)
            _ = try machine.exec("redis-cli", "shutdown", "nosave")
        }
    }
}
