import TestSupport
import Testing

@testable import StatusServer

@Suite("Heads of requests")
struct RequestParserTests {
    /// What is done with bytes that come in pieces of a size.
    private func outcome(_ bytes: [UInt8], piece: Int) throws -> RequestCase.Expectation {
        let routes = try Scene().adding("db=localhost:5432", [ready]).routes()
        var parser = RequestParser(limit: RequestTable.headLimit)
        var statuses: [Int] = []
        var input: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            input += bytes[start..<min(start + piece, bytes.count)]
            do throws(RequestRefusal) {
                while let head = try parser.next(in: input) {
                    let response = routes.response(to: head)
                    statuses.append(response.status.code)
                    if !head.keepsAlive || head.hasBody || response.status == .methodNotAllowed {
                        return .ends(statuses)
                    }
                }
            } catch {
                return .ends(statuses + [error.status.code])
            }
            input.removeFirst(parser.start)
            parser.forgetAnswered()
        }
        return input.isEmpty ? .answers(statuses) : .waits
    }

    @Test("a head gets the answer that the RFC asks for, whole or byte by byte", arguments: RequestTable.all)
    func table(row: RequestCase) throws {
        for piece in [1, 2, 3, 7, 64, 4096, .max / 2] {
            #expect(try outcome(row.bytes, piece: piece) == row.expectation, "in pieces of \(piece)")
        }
    }

    @Test("the rows have different names and are many")
    func size() {
        #expect(Set(RequestTable.all.map(\.name)).count == RequestTable.all.count)
        #expect(RequestTable.all.count >= 80)
    }

    @Test("any byte anywhere in a head is either taken or refused, the same in pieces")
    func mutations() throws {
        let head = Array("GET /readyz/db?x=%41 HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n".utf8)
        for index in head.indices {
            for byte: UInt8 in [0, 9, 10, 13, 32, 35, 37, 44, 47, 58, 63, 64, 91, 127, 128, 255] {
                var bytes = head
                bytes[index] = byte
                #expect(
                    try outcome(bytes, piece: 1) == outcome(bytes, piece: .max / 2), "\(byte) at \(index)")
            }
        }
    }

    private func head(_ text: String) throws -> RequestHead {
        var parser = RequestParser(limit: 8192)
        return try #require(try parser.next(in: Array(text.utf8)))
    }

    @Test("a path is split before it is decoded, and a query has its plus signs read as spaces")
    func target() throws {
        let target = try head("GET /a+b%2fc/%41/?x&y=1+2%2B&&=z HTTP/1.0\r\n\r\n").target
        #expect(target.segments == ["a+b/c", "A", ""])
        #expect(target.query.map(\.name) == ["x", "y", ""])
        #expect(target.query.map(\.value) == ["", "1 2+", "z"])
    }

    @Test("several lines of Accept are one list")
    func accept() throws {
        let head = try head("GET / HTTP/1.0\r\nAccept: a/b\r\nX: y\r\nACCEPT: c/d;q=0.1\r\n\r\n")
        #expect(String(decoding: head.accept, as: UTF8.self) == "a/b,c/d;q=0.1")
    }
}
