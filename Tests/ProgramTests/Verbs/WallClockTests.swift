import Glibc
import TestSupport
import Testing

/// Times are told as the calendar tells them now, not as it did at the start.
struct WallClockTests {
    /// Puts itself before libc's clock and adds the seconds that a file holds.
    private static let shim = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/syscall.h>
        #include <time.h>
        #include <unistd.h>
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = (int)syscall(SYS_clock_gettime, clock, time);
            char text[32] = {0};
            int file = clock == CLOCK_REALTIME ? open(getenv("CLOCK_STEP"), O_RDONLY) : -1;
            if (file < 0) return result;
            if (read(file, text, sizeof text - 1) > 0) time->tv_sec += atol(text);
            close(file);
            return result;
        }
        """

    @Test("after the clock was set, or the system slept, an agent's times are right", .needsThePlainProgram)
    func stepped() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write("clock.c", Self.shim)
        let library = directory.file("clock.so")
        let compiled = try Program.run("cc", ["-shared", "-fPIC", "-o", library, source], within: 60)
        #expect(compiled.exitCode == 0, "\(compiled)")
        let step = try directory.write("step", "0")
        let port = try FreePort.make()
        // A static program takes no library.
        let agent = try Program(
            Program.debugWaitfor,
            ["agent", "--listen", "127.0.0.1:\(port)", "-i", "100ms", "-v", "--log", "json", "x=exec:true"],
            environment: ["PATH": Program.searchPath, "LD_PRELOAD": library, "CLOCK_STEP": step]
        ).start()
        let place = HTTPPlace.port(port)
        #expect(eventually(within: 10) { (try? place.get("/readyz").status) == 200 })
        func lastSuccess() throws -> Double {
            let line = try place.get("/metrics").body.split(separator: "\n").last {
                $0.hasPrefix("waitfor_target_last_success_timestamp_seconds{")
            }
            return line.flatMap { $0.split(separator: " ").last }.flatMap { Double($0) } ?? 0
        }
        #expect(abs(try lastSuccess() - Double(time(nil))) < 5)
        // A file is replaced as a whole: the agent reads it all the time.
        try directory.write("next", "864000")
        #expect(rename(directory.file("next"), step) == 0)
        let later = Double(time(nil)) + 864_000
        #expect(eventually(within: 5) { abs(((try? lastSuccess()) ?? 0) - later) < 10 })
        let day = { (text: Substring?) in text.map { String($0.prefix(10)) } }
        let status = FlatJSON(try place.get("/status").body).objects.first { $0["name"] == "x" } ?? [:]
        #expect(
            eventually(within: 5) {
                agent.standardError.split(separator: "\n").last?.contains(
                    status["last_success"]?.prefix(10) ?? "-")
                    == true
            })
        let line = agent.standardError.split(separator: "\n").last ?? ""
        let said = FlatJSON(String(line)).objects.first ?? [:]
        #expect(
            day(status["last_success"].map { $0[...] }) == day(said["ts"].map { $0[...] }),
            "\(status), \(said)")
        #expect(day(said["last_success"].map { $0[...] }) == day(said["ts"].map { $0[...] }), "\(said)")
    }
}
