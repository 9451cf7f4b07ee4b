import HealthCore
import Testing

@Suite("What the values of known queries mean")
struct QueryVerdictTests {
    private func reason(_ body: () throws(Failure) -> Void) -> Reason? {
        do {
            try body()
            return nil
        } catch {
            return error.reason
        }
    }

    @Test(
        "SELECT 1 is answered by 1, and by nothing else", arguments: [nil, "", "0", "2", "11", "1 ", "one"])
    func one(value: String?) {
        #expect(reason { () throws(Failure) in try QueryVerdict.requireOne(value) } == .protocol)
        #expect(reason { () throws(Failure) in try QueryVerdict.requireOne("1") } == nil)
    }

    @Test(
        "a session is read-only or it is not, and any third word is no answer",
        arguments: [("off", nil), ("on", .readOnly), ("", .protocol), ("OFF", .protocol), (nil, .protocol)]
            as [(String?, Reason?)])
    func writable(value: String?, expected: Reason?) {
        #expect(reason { () throws(Failure) in try QueryVerdict.requireWritable(value) } == expected)
    }

    @Test("an expected value is the whole value, and no value is another one")
    func expected() {
        for (value, expected) in [
            ("42", nil), ("421", .bodyMismatch), ("", .bodyMismatch), (nil, .bodyMismatch),
        ]
            as [(String?, Reason?)]
        {
            #expect(
                reason { () throws(Failure) in try QueryVerdict.require(Secret("42".utf8), value) }
                    == expected)
        }
    }
}
