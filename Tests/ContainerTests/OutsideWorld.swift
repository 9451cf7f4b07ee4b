import Glibc
import TestSupport

/// A server that is not on this machine, as far as the engine's networks can tell: in a network namespace of its
/// own behind a link of two addresses, which only what the engine forwards can reach.
final class OutsideWorld {
    private let name = "waitfor-\(getpid())"
    private let server: RunningProgram
    /// The server as a target.
    let target = "tcp://198.18.100.2:8642"

    init() throws {
        for words in [
            ["netns", "add", name],
            ["link", "add", "waitfor-world", "type", "veth", "peer", "name", "world", "netns", name],
            ["addr", "add", "198.18.100.1/30", "dev", "waitfor-world"],
            ["link", "set", "waitfor-world", "up"],
            ["-n", name, "addr", "add", "198.18.100.2/30", "dev", "world"],
            ["-n", name, "link", "set", "world", "up"],
            ["-n", name, "link", "set", "lo", "up"],
            ["-n", name, "route", "add", "default", "via", "198.18.100.1"],
        ] {
            let finished = try Program.run("ip", words)
            guard finished.exitCode == 0 else {
                OutsideWorld.remove(name)
                throw EngineFailure("ip \(words.joined(separator: " ")): \(finished)")
            }
        }
        server = try Program(
            "ip", ["netns", "exec", name, Program.waitfor, "agent", "--listen", ":8642", "tcp://127.0.0.1:1"]
        ).start()
        guard server.waitUntil(within: 10, { $0.standardError.contains("answering") }) else {
            OutsideWorld.remove(name)
            throw EngineFailure("the server outside does not listen: \(server.standardError)")
        }
    }

    deinit {
        server.stop()
        OutsideWorld.remove(name)
    }

    private static func remove(_ name: String) {
        // The link goes with the namespace of its other end.
        _ = try? Program.run("ip", ["netns", "del", name])
    }
}
