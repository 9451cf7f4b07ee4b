import HealthCore
import Testing

@Suite("Where a Sentinel says that the master is (R-14)")
struct SentinelAnswerTests {
    @Test(
        "a host name or a numeric address, and a port",
        arguments: [
            ("127.0.0.1", "6379", "127.0.0.1:6379"), ("::1", "1", "[::1]:1"),
            ("redis-0.redis.svc.cluster.local", "65535", "redis-0.redis.svc.cluster.local:65535"),
            ("my_master", "26379", "my_master:26379"),
        ])
    func places(host: String, port: String, shown: String) throws {
        #expect(try SentinelAnswer.place(host: Array(host.utf8), port: Array(port.utf8)).description == shown)
    }

    @Test(
        "anything else is no place, and is told in one printable line",
        arguments: [
            ("127.0.0.1\u{0}\n[+]db ok\n", "6379"), ("a\u{1B}[2Jb", "6379"), ("a b", "6379"), ("", "6379"),
            ("/run/redis.sock", "6379"), ("@x", "6379"), ("a:1", "6379"), ("[::1]", "6379"),
            ("1.2.3", "6379"),
            ("256.1.1.1", "6379"), ("::g", "6379"), ("a..b", "6379"), ("ü", "6379"),
            (String(repeating: "a", count: 64), "6379"), (String(repeating: "a.", count: 200), "6379"),
            ("h", "0"), ("h", "65536"), ("h", "+1"), ("h", "-1"), ("h", ""), ("h", "6379 "), ("h", "6379\n"),
            ("h", "0x1"), ("h", "99999999999999999999"),
        ])
    func refuses(host: String, port: String) {
        #expect {
            _ = try SentinelAnswer.place(host: Array(host.utf8), port: Array(port.utf8))
        } throws: {
            let failure = $0 as? Failure
            let message = failure?.message ?? ""
            return failure?.reason == .protocol && message.utf8.count <= 200
                && !message.utf8.contains { $0 < 0x20 || $0 == 0x7F }
        }
    }

    @Test("an address that is shown is one printable line, whatever path is in it")
    func shown() {
        let path = "/run/a\nwaitfor_ready 1\u{1B}[2J"
        #expect(Endpoint.unixSocket(path: path).description == "/run/a\\x0awaitfor_ready 1\\x1b[2J")
        #expect(Endpoint.local(path).description == "/run/a\\x0awaitfor_ready 1\\x1b[2J")
        #expect(Endpoint.unixSocket(path: path).host == path)
    }
}
