import HealthCore
import Testing

@Suite("Where an agent listens")
struct ListenAddressTests {
    static let addresses: [(String, ListenAddress, String)] = [
        ("127.0.0.1:8642", .network(host: "127.0.0.1", port: 8642), "127.0.0.1:8642"),
        ("0.0.0.0:80", .network(host: "0.0.0.0", port: 80), "127.0.0.1:80"),
        ("10.1.2.3:65535", .network(host: "10.1.2.3", port: 65535), "10.1.2.3:65535"),
        ("[::1]:8642", .network(host: "::1", port: 8642), "[::1]:8642"),
        ("[::]:8642", .network(host: "::", port: 8642), "[::1]:8642"),
        ("[2001:db8::1]:1", .network(host: "2001:db8::1", port: 1), "[2001:db8::1]:1"),
        (":8642", .everywhere(port: 8642), "127.0.0.1:8642"),
        ("unix:/run/waitfor.sock", .unixSocket(path: "/run/waitfor.sock"), "/run/waitfor.sock"),
        ("unix:///run/waitfor.sock", .unixSocket(path: "/run/waitfor.sock"), "/run/waitfor.sock"),
        ("unix:/a%20b", .unixSocket(path: "/a b"), "/a b"),
    ]

    @Test("an address is numeric, everywhere, or a socket, and says where to reach it", arguments: addresses)
    func reads(text: String, address: ListenAddress, reachable: String) throws {
        let read = try ListenAddress(text)
        #expect(read == address)
        #expect(read.reachable.description == reachable)
    }

    @Test("without a word it is 127.0.0.1:8642")
    func usual() throws {
        #expect(ListenAddress.usual == (try ListenAddress("127.0.0.1:8642")))
        #expect(ListenAddress.usual.isPrivate)
    }

    @Test("what is shown is what can be reached, but for all addresses")
    func descriptions() throws {
        #expect("\(try ListenAddress(":8642"))" == ":8642")
        #expect("\(try ListenAddress("[::1]:8642"))" == "[::1]:8642")
        #expect("\(try ListenAddress("unix:/s"))" == "/s")
    }

    @Test("only a loopback address and a Unix socket are private")
    func privacy() throws {
        for text in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "unix:/s"] {
            #expect(try ListenAddress(text).isPrivate, "\(text)")
        }
        for text in [
            ":80", "0.0.0.0:80", "[::]:80", "10.0.0.1:80", "128.0.0.1:80", "[::2]:80", "[127::1]:80",
        ] {
            #expect(try !ListenAddress(text).isPrivate, "\(text)")
        }
    }

    @Test(
        "programs beside an agent find it by the address that it listens on, whichever of its own it is asked at"
    )
    func inners() throws {
        #expect(try ListenAddress("0.0.0.0:80").inner == .unixSocket(path: "@waitfor/0.0.0.0:80"))
        #expect(try ListenAddress("unix:/s").inner == nil)
        func found(_ host: String) -> [String] {
            ListenAddress.inners(for: .network(host: host, port: 80)).map(\.description)
        }
        let all = ["@waitfor/:80", "@waitfor/[::]:80"]
        #expect(found("127.0.0.1") == ["@waitfor/127.0.0.1:80"] + all + ["@waitfor/0.0.0.0:80"])
        #expect(found("::1") == ["@waitfor/[::1]:80"] + all)
        #expect(
            found("localhost") == ["@waitfor/127.0.0.1:80", "@waitfor/[::1]:80"] + all
                + ["@waitfor/0.0.0.0:80"])
        // All addresses here are not those of another machine.
        #expect(found("10.0.0.7") == ["@waitfor/10.0.0.7:80"])
        #expect(found("agent.example").isEmpty)
        #expect(ListenAddress.inners(for: .unixSocket(path: "/s")).isEmpty)
        for text in ["127.0.0.1:80", "[::1]:80", ":80", "0.0.0.0:80", "[::]:80", "10.0.0.7:80"] {
            let address = try ListenAddress(text)
            let inner = try #require(address.inner)
            #expect(inner.isAbstract && !address.isAbstract)
            let isFound = ListenAddress.inners(for: address.reachable).contains(inner)
            #expect(isFound, "\(text)")
        }
    }

    static let form = "write 127.0.0.1:8642, :8642 for all addresses, or unix:/path"

    static let mistakes: [(String, String)] = [
        ("", "port: missing"), ("127.0.0.1", "port: missing"), ("8642", "port: missing"),
        ("localhost:8642", "host: not a numeric address"), ("example.org:80", "host: not a numeric address"),
        ("256.0.0.1:80", "host: not a numeric address"), ("*:80", "host: not a numeric address"),
        ("127.0.0.1:", "port: empty: is a variable unset?"),
        ("127.0.0.1:0", "port: not a port from 1 to 65535"),
        ("127.0.0.1:65536", "port: not a port from 1 to 65535"), ("127.0.0.1:x", "port: not a digit"),
        ("::1:8642", "host: a second `:`; an IPv6 address needs brackets: [::1]:5432"),
        ("[::1]", "port: missing"), ("[::1:80", "host: `[` without `]`"),
        ("[]:80", "host: not an IPv6 address"),
        ("127.0.0.1:80,127.0.0.1:81", "host: one host a target: write one target for each"),
        ("unix:", TargetReaderTests.absolute.withPath), ("unix:run/s", TargetReaderTests.absolute.withPath),
        ("unix://run/s", TargetReaderTests.absolute.withPath),
        ("unix:/", TargetReaderTests.absolute.withPath),
        (
            "unix:/\(String(repeating: "a", count: 107))",
            "path: longer than the 107 bytes a socket's path may have"
        ),
    ]

    @Test("what is no address is refused with the form of one", arguments: mistakes)
    func refuses(text: String, problem: String) {
        #expect(refusal { _ = try ListenAddress(text) } == "\(problem); \(Self.form)")
    }
}

extension String {
    fileprivate var withPath: String { "path: \(self)" }
}
