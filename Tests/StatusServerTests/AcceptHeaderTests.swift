import Testing

@testable import StatusServer

@Suite("What a client wants to read")
struct AcceptHeaderTests {
    private func quality(_ header: String, _ type: String, _ subtype: String, _ version: String? = nil) -> Int
    {
        AcceptHeader(Array(header.utf8)).quality(type, subtype, version: version)
    }

    @Test(
        "the most specific range decides (RFC 9110 §12.5.1)",
        arguments: [
            ("", 1000), ("*/*", 1000), ("text/*;q=0.3", 300), ("text/plain;q=0.25, */*", 250),
            ("*/*;q=0.1, text/plain", 1000), ("TEXT/Plain;Q=0.5", 500), ("text/html", 0),
            ("text/plain;q=0", 0), ("text/plain;q=0, */*", 0), ("text/plain ; q=0.125", 125),
            ("text/plain;charset=utf-8;q=0.7", 700), ("text/plain;q=0.2, text/plain;q=0.9", 900),
            ("text/plain;x=\"a,b;q=0.1\";q=0.4", 400), ("text/plain;x=\"\\\",\";q=0.6", 600),
        ])
    func specificity(header: String, expected: Int) {
        #expect(quality(header, "text", "plain") == expected)
    }

    @Test(
        "a range that is malformed is as if it were not there",
        arguments: [
            "text/plain;q=2", "text/plain;q=1.001", "text/plain;q=.5", "text/plain;q=0.1234",
            "text/plain;q=x", "text/plain;q=", "text", "/plain", "text/", "te xt/plain", "text/plain/x",
        ])
    func malformed(range: String) {
        #expect(quality(range + ", text/*;q=0.3", "text", "plain") == 300)
    }

    @Test("M-13: a range that asks for another version is no match, and none asked for is any")
    func versions() {
        func open(_ header: String) -> Int { quality(header, "application", "openmetrics-text", "1.0.0") }
        #expect(open("application/openmetrics-text; version=0.0.1") == 0)
        #expect(open("application/openmetrics-text; version=\"1.0.0\"") == 1000)
        #expect(open("application/openmetrics-text;q=0.5") == 500)
        #expect(open("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6") == 600)
    }
}
