import HealthCore
import Testing

/// What memcached answers, and what is no answer of it.
struct MemcachedAnswerTests {
    private func reading(_ text: String) -> (version: String?, reason: Reason?) {
        do throws(Failure) {
            return (try MemcachedAnswer.version(in: Array(text.utf8)), nil)
        } catch {
            return (nil, error.reason)
        }
    }

    @Test("a version is one line, which may come in pieces")
    func version() {
        #expect(reading("VERSION 1.6.18\r\n").version == "VERSION 1.6.18")
        #expect(reading("VERSION 1\n").version == "VERSION 1")
        for piece in ["", "V", "VERSION 1.6.18", "VERSION 1.6.18\r"] {
            #expect(reading(piece) == (nil, nil), "\(piece)")
        }
    }

    @Test(
        "any other line has its reason",
        arguments: [
            ("ERROR\r\n", Reason.error), ("SERVER_ERROR out of memory\r\n", .error),
            ("CLIENT_ERROR bad command line\r\n", .error), ("CLIENT_ERROR unauthenticated\r\n", .auth),
            ("ERROR Too many open connections\r\n", .tooManyConnections), ("VERSION \r\n", .protocol),
            ("VERSION\r\n", .protocol), ("version 1\r\n", .protocol), ("VERSION 1\r\nERROR\r\n", .protocol),
            ("+PONG\r\n", .protocol), ("HTTP/1.1 400 Bad Request\r\n", .protocol), ("ERRORS\r\n", .protocol),
            ("\r\n", .protocol), (String(repeating: "x", count: 2000), .protocol),
        ])
    func others(line: String, reason: Reason) {
        #expect(reading(line) == (nil, reason))
    }
}
