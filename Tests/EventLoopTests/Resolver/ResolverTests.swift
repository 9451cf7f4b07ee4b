import EventLoop
import HealthCore
import Testing

@Suite("Names to addresses")
struct ResolverTests {
    private func resolve(
        _ host: String, _ families: AddressFamilies = .any, within limit: Duration = .seconds(20)
    ) throws(Failure) -> [SocketAddress] {
        let loop = EventLoop()
        return try loop.run { () async -> Result<[SocketAddress], Failure> in
            let resolver = Resolver(loop, families: families)
            do throws(Failure) {
                return .success(try await resolver.addresses(of: host, port: 80, until: loop.after(limit)))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    @Test(
        "a numeric address is its own answer",
        arguments: [("127.0.0.1", "127.0.0.1:80"), ("::1", "[::1]:80")])
    func numeric(host: String, shown: String) throws {
        #expect(try resolve(host).map(\.description) == [shown])
    }

    @Test("-4 and -6 exclude a numeric address of the other family")
    func families() throws {
        #expect(try resolve("127.0.0.1", .ipv4Only).count == 1)
        #expect(try resolve("::1", .ipv6Only).count == 1)
        for (host, families) in [("127.0.0.1", AddressFamilies.ipv6Only), ("::1", .ipv4Only)] {
            let failure = #expect(throws: Failure.self) { try resolve(host, families) }
            #expect(failure?.reason == .config)
            #expect(failure?.message == "-4 and -6 exclude this numeric address")
        }
    }

    @Test("localhost is in /etc/hosts, and is this machine")
    func localhost() throws {
        let four = try resolve("localhost", .ipv4Only)
        #expect(four.map(\.description) == ["127.0.0.1:80"])
        let any = try resolve("localhost")
        #expect(any.contains(four[0]))
        #expect(any.allSatisfy { ["127.0.0.1:80", "[::1]:80"].contains($0.description) })
    }

    @Test("an answer is used again without asking, and belongs to its host")
    func freshness() {
        let loop = EventLoop()
        let found = loop.run {
            let resolver = Resolver(loop, families: .ipv4Only)
            var found: [String] = []
            for (host, port) in [("localhost", UInt16(80)), ("localhost", 81), ("127.0.0.2", 82)] {
                let addresses = try? await resolver.addresses(
                    of: host, port: port, until: loop.after(.seconds(20)))
                found += addresses?.map(\.description) ?? []
            }
            return found
        }
        #expect(found == ["127.0.0.1:80", "127.0.0.1:81", "127.0.0.2:82"])
    }
}
