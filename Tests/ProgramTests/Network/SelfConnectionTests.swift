import TestSupport
import Testing

/// TCP connects a port to itself where nobody listens and the kernel gives out that very port: about once in 14,000
/// attempts with the usual range, and soon with one of four.
@Suite(.serialized)
struct SelfConnectionTests {
    @Test(
        "a connection to itself is nobody's, and leaves the port free",
        arguments: [
            "tcp://127.0.0.1", "tcp://0.0.0.0", "tcp://[::1]", "redis://127.0.0.1", "http://127.0.0.1",
            "postgres://127.0.0.1", "tls://127.0.0.1",
        ])
    func refused(place: String) throws {
        let namespace = try Namespace()
        try namespace.run {
            try setKernel("ipv4/ip_local_port_range", "40000 40003")
            let gate = try Program.run(
                Program.waitfor,
                ["-v", "-t", "1500ms", "-i", "1ms", "--log", "json", "peer=\(place):40002"], within: 10)
            #expect(gate.exitCode == 124, "\(gate)")
            let story = FlatJSON(gate.errors.split(separator: "\n").last ?? "")
            #expect((story["attempts"].flatMap(Int.init) ?? 0) > 100, "\(gate.errors.suffix(400))")
            // The last attempt may be cut by the end of the gate.
            let others = gate.errors.split(separator: "\n").filter {
                $0.contains("\"not_ready\"") && !$0.contains("\"reason\":\"refused\"")
                    && !$0.contains("\"reason\":\"timeout\"")
            }
            #expect(others.isEmpty, "\(others.prefix(3))")
            // It did happen, and was seen.
            #expect(gate.errors.contains("the connection was to itself"), "\(gate.errors.suffix(400))")
            // Nothing is left in TIME_WAIT (06), so that the server that comes can bind.
            for file in ["tcp", "tcp6"] {
                let waiting = readText("/proc/thread-self/net/\(file)").split(separator: "\n").filter {
                    $0.split(separator: " ").dropFirst(3).first == "06"
                }
                #expect(waiting.isEmpty, "\(waiting.prefix(3))")
            }
        }
    }
}
