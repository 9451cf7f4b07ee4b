import HealthCore
import Testing

@Suite("What MySQL answers to queries")
struct MySQLResultTests {
    private typealias Bytes = MySQLBytes

    @Test("the first value is that of the first row, and NULL is none")
    func values() throws {
        let result = try #require(try Bytes.read(Bytes.result(["a", "b"], [["1", nil], ["2", "x"]])))
        #expect(result.columns == ["a", "b"] && result.firstValue == "1" && result.rows.count == 2)
        #expect(result.value(["c", "b"], ofRow: result.rows[1]) == "x")
        #expect(result.value(["b"], ofRow: result.rows[0]) == nil)
        #expect(try Bytes.read(Bytes.result(["a"], [[nil]]))?.firstValue == nil)
        #expect(try Bytes.read(Bytes.result(["a"], []))?.firstValue == nil)
        #expect(try Bytes.read([[0, 1, 0, 2, 0]])?.rows == [])
    }

    @Test("rows beyond those that are kept are read and forgotten, and so are further results")
    func more() throws {
        let rows = (0..<50).map { ["\($0)"] }
        #expect(try Bytes.read(Bytes.result(["a"], rows), keeping: 1)?.rows.count == 1)
        var first = Bytes.result(["a"], [["1"]])
        first[first.count - 1] = [0xFE, 0, 0, 8, 0]
        let result = try #require(try Bytes.read(first + Bytes.result(["z"], [["9"]]) + []))
        #expect(result.columns == ["a"] && result.firstValue == "1")
    }

    @Test("an error is its own, and what is no answer is told")
    func errors() {
        let error = Bytes.failure { () throws(Failure) in try Bytes.read([Bytes.error(1146, "no table")]) }
        #expect(error?.reason == .error && error?.message == "1146 no table")
        let late = Bytes.result(["a"], []).dropLast() + [Bytes.error(1053, "bye")]
        #expect(Bytes.failure { () throws(Failure) in try Bytes.read(Array(late)) }?.reason == .shuttingDown)
        let broken: [[[UInt8]]] = [
            [[]], [[0xFB]], [[0]], [[0xFC, 0xFF, 0xFF]], [[1], [9]], [[1], Bytes.column("a"), [1]],
            Array(Bytes.result(["a"], []).dropLast()) + [[5, 1]],
            Array(Bytes.result(["a"], []).dropLast()) + [[1, 1, 1, 1]],
        ]
        for packets in broken {
            #expect(
                Bytes.failure { () throws(Failure) in try Bytes.read(packets) }?.reason == .protocol,
                "\(packets)")
        }
    }

    @Test("no more than a MiB is kept")
    func bounded() {
        let value = String(repeating: "x", count: 200)
        let rows = [[String?]](repeating: [value], count: 6000)
        let packets = Bytes.result(["a"], rows)
        #expect(
            Bytes.failure { () throws(Failure) in try Bytes.read(packets, keeping: .max) }?.reason
                == .protocol)
    }
}
