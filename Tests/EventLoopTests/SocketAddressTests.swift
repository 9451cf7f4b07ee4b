@testable import EventLoop
import Testing

@Suite("Addresses to dial")
struct SocketAddressTests {
    @Test("numeric addresses are read and shown")
    func numeric() throws {
        let four = try #require(SocketAddress(numeric: "127.0.0.1", port: 5432))
        #expect(four.description == "127.0.0.1:5432")
        #expect(four.host == "127.0.0.1")
        #expect(four.family == .ipv4)
        let six = try #require(SocketAddress(numeric: "::1", port: 80))
        #expect(six.description == "[::1]:80")
        #expect(six.host == "::1")
        #expect(six.family == .ipv6)
        #expect(SocketAddress(numeric: "localhost", port: 80) == nil)
        #expect(SocketAddress(numeric: "127.1", port: 80) == nil)
        #expect(SocketAddress(numeric: "", port: 80) == nil)
        #expect(four == SocketAddress(numeric: "127.0.0.1", port: 5432))
        #expect(four != SocketAddress(numeric: "127.0.0.1", port: 5433))
    }

    @Test("a socket's path has at most 107 bytes")
    func unix() throws {
        let longest = "/" + String(repeating: "a", count: 106)
        let address = try #require(SocketAddress(unixPath: longest))
        #expect(address.description == longest)
        #expect(address.family == .unix)
        #expect(SocketAddress(unixPath: longest + "a") == nil)
        #expect(SocketAddress(unixPath: "/a\nb\u{1B}")?.description == "/a\\x0ab\\x1b")
    }

    @Test("a name that begins with @ is in no file system, and just as long as it is written")
    func abstract() throws {
        let address = try #require(SocketAddress(unixPath: "@ab"))
        #expect(address.description == "@ab")
        address.withPointer { pointer, length in
            #expect(length == 2 + 3)
            let name = UnsafeRawBufferPointer(start: UnsafeRawPointer(pointer) + 2, count: 3)
            #expect(Array(name) == [0] + Array("ab".utf8))
        }
    }
}
