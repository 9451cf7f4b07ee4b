/// What a server does with some bytes that a client sends, by the RFC. It needs nothing of the
/// server's own code, so that the same rows can be sent to the program itself.
package struct RequestCase: Sendable, CustomStringConvertible {
    package enum Expectation: Sendable, Equatable {
        /// Answers with these codes, and waits for another request.
        case answers([Int])
        /// Answers with these codes, says `Connection: close` in the last one, and closes.
        case ends([Int])
        /// Needs time: the head is not complete, and after a while the answer is 408.
        case waits
    }

    /// What is special about it.
    package let name: String
    /// Of RFC 9112 if it says nothing else.
    package let section: String
    /// What the client sends.
    package let bytes: [UInt8]
    /// What the server has to do.
    package let expectation: Expectation

    init(_ name: String, _ section: String, _ text: String, _ expectation: Expectation) {
        self.init(name, section, bytes: Array(text.utf8), expectation)
    }

    init(_ name: String, _ section: String, bytes: [UInt8], _ expectation: Expectation) {
        self.name = name
        self.section = section
        self.bytes = bytes
        self.expectation = expectation
    }

    package var description: String { "\(name) (§\(section))" }
}

/// Requests of all kinds, most of them such as nobody should send.
package enum RequestTable {
    /// The most bytes of a head that the rows about long ones count on.
    package static let headLimit = 8192

    /// Every row; their names differ.
    package static let all =
        lines + methods + versions + targets + hosts + fields + lengths + codings + connections + sizes

    private static let host = "Host: localhost\r\n"

    private static func get(_ target: String) -> String { "GET \(target) HTTP/1.1\r\n\(host)\r\n" }
    private static func with(_ fields: String) -> String { "GET /livez HTTP/1.1\r\n\(host)\(fields)\r\n\r\n" }

    private static let lines: [RequestCase] = [
        .init("a plain request", "2.1", get("/livez"), .answers([200])),
        .init("an empty line before it", "2.2", "\r\n" + get("/livez"), .answers([200])),
        .init("three empty lines before it", "2.2", "\r\n\r\n\r\n" + get("/livez"), .answers([200])),
        .init(
            "LF at the end of the request line", "2.2", "GET /livez HTTP/1.1\n\(host)\r\n", .answers([200])),
        .init(
            "LF at the end of a field", "2.2", "GET /livez HTTP/1.1\r\nHost: localhost\n\r\n", .answers([200])
        ),
        .init("LF at the end of the head", "2.2", "GET /livez HTTP/1.1\r\n\(host)\n", .answers([200])),
        .init("nothing but LF", "2.2", "GET /livez HTTP/1.0\n\n", .ends([200])),
        .init("LF before the request line", "2.2", "\n" + get("/livez"), .answers([200])),
        .init("CR in the request line", "2.2", "GET /li\rvez HTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init("CR in a value", "2.2", with("A: b\rc"), .ends([400])),
        .init("two CRs before LF", "2.2", "GET /livez HTTP/1.1\r\r\n\(host)\r\n", .ends([400])),
        .init("nothing but the request line", "2.1", "GET /livez HTTP/1.1\r\n", .waits),
        .init("half a request line", "2.1", "GET /li", .waits),
        .init("no empty line at the end", "2.1", "GET /livez HTTP/1.1\r\n\(host)", .waits),
        .init("only CR at the end", "2.1", "GET /livez HTTP/1.1\r\n\(host)\r", .waits),
        .init("two spaces after the method", "3", "GET  /livez HTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init("two spaces before the version", "3", "GET /livez  HTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init("a space at the end", "3", "GET /livez HTTP/1.1 \r\n\(host)\r\n", .ends([400])),
        .init("a space at the beginning", "3", " " + get("/livez"), .ends([400])),
        .init("a tab after the method", "3", "GET\t/livez HTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init("a tab before the version", "3", "GET /livez\tHTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init("words", "3", "hello\r\n\r\n", .ends([400])),
        .init(
            "a TLS greeting", "3", bytes: [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3, 13, 10, 13, 10],
            .ends([400])),
        .init("the first bytes of a TLS greeting", "3", bytes: [0x16, 3, 1, 2], .ends([400])),
        .init("a NUL", "3", bytes: [0], .ends([400])),
        .init("a brace", "3", "{", .ends([400])),
        .init("a byte over 127", "3", bytes: [0xFF], .ends([400])),
        .init("a blank line of blanks", "3", "\r\n ", .ends([400])),
    ]

    private static let methods: [RequestCase] = [
        .init("HEAD", "9110 9.3.2", "HEAD /livez HTTP/1.1\r\n\(host)\r\n", .answers([200])),
        .init("POST", "9110 15.5.6", "POST /livez HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init(
            "POST with a body", "9110 15.5.6",
            "POST /livez HTTP/1.1\r\n\(host)Content-Length: 3\r\n\r\nabc", .ends([405])),
        .init("DELETE of nothing", "9110 15.5.6", "DELETE /none HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init("a method nobody knows", "9110 9.1", "BREW / HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init("a method in small letters", "9110 9.1", "get /livez HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init("a token with signs", "9110 5.6.2", "G!#$%&'*+-.^_`|~ / HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init("a method that is no token", "9110 5.6.2", "G(T /livez HTTP/1.1\r\n\(host)\r\n", .ends([400])),
        .init(
            "a method with a NUL", "9110 5.6.2", bytes: Array("GE\0T / HTTP/1.1\r\n\r\n".utf8), .ends([400])),
        .init("OPTIONS *", "3.2.4", "OPTIONS * HTTP/1.1\r\n\(host)\r\n", .answers([200])),
        .init("OPTIONS as HAProxy asks", "9110 9.3.7", "OPTIONS / HTTP/1.0\r\n\r\n", .ends([200])),
        .init("OPTIONS of nothing", "9110 9.3.7", "OPTIONS /none HTTP/1.1\r\n\(host)\r\n", .answers([404])),
        .init("OPTIONS of a path", "3.2.1", "OPTIONS /livez HTTP/1.1\r\n\(host)\r\n", .answers([200])),
        .init("CONNECT", "3.2.3", "CONNECT example:443 HTTP/1.1\r\n\(host)\r\n", .ends([405])),
        .init("CONNECT without a port", "3.2.3", "CONNECT example HTTP/1.1\r\n\(host)\r\n", .ends([400])),
    ]

    private static let versions: [RequestCase] = [
        .init("HTTP/1.0", "9110 2.5", "GET /livez HTTP/1.0\r\n\r\n", .ends([200])),
        .init("HTTP/1.2", "9110 2.5", "GET /livez HTTP/1.2\r\n\(host)\r\n", .answers([200])),
        .init("HTTP/2.0", "9110 15.6.6", "GET /livez HTTP/2.0\r\n\(host)\r\n", .ends([505])),
        .init("HTTP/3.0", "9110 15.6.6", "GET /livez HTTP/3.0\r\n\(host)\r\n", .ends([505])),
        .init("HTTP/0.9 by name", "9110 15.6.6", "GET /livez HTTP/0.9\r\n\r\n", .ends([505])),
        .init("the preface of HTTP/2", "9110 15.6.6", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .ends([505])),
        .init("HTTP/0.9", "2.3", "GET /livez\r\n\r\n", .ends([400])),
        .init("no minor version", "2.3", "GET /livez HTTP/1\r\n\(host)\r\n", .ends([400])),
        .init("two digits", "2.3", "GET /livez HTTP/1.10\r\n\(host)\r\n", .ends([400])),
        .init("a letter", "2.3", "GET /livez HTTP/1.x\r\n\(host)\r\n", .ends([400])),
        .init("small letters", "2.3", "GET /livez http/1.1\r\n\(host)\r\n", .ends([400])),
        .init("another protocol", "2.3", "GET /livez ICAP/1.0\r\n\(host)\r\n", .ends([400])),
    ]

    private static let targets: [RequestCase] = [
        .init("nothing is there", "9110 15.5.5", get("/none"), .answers([404])),
        .init("the root", "3.2.1", get("/"), .answers([200])),
        .init("a query", "3.2.1", get("/livez?verbose"), .answers([200])),
        .init("a query that is empty", "3.2.1", get("/livez?"), .answers([200])),
        .init("a slash at the end", "3.2.1", get("/livez/"), .answers([404])),
        .init("two slashes", "3.2.1", get("//livez"), .answers([404])),
        .init("dots", "3.2.1", get("/x/../livez"), .answers([404])),
        .init("an absolute URI", "3.2.2", get("http://localhost/livez"), .answers([200])),
        .init("one in capitals with a port", "3.2.2", get("HTTPS://LOCALHOST:8642/livez"), .answers([200])),
        .init("one with an IPv6 address", "3.2.2", get("http://[::1]:8642/livez"), .answers([200])),
        .init("one without a path", "3.2.2", get("http://localhost"), .answers([200])),
        .init("one with only a query", "3.2.2", get("http://localhost?verbose"), .answers([200])),
        .init("one without a host", "9110 4.2.1", get("http:///livez"), .ends([400])),
        .init("one with a user", "9110 4.2.4", get("http://user@localhost/livez"), .ends([400])),
        .init("one of another scheme", "3.2.2", get("ftp://localhost/livez"), .ends([400])),
        .init("an asterisk for GET", "3.2.4", get("*"), .ends([400])),
        .init("an authority for GET", "3.2.3", get("localhost:8642"), .ends([400])),
        .init("no slash", "3.2", get("livez"), .ends([400])),
        .init("a percent-encoded letter", "9110 4.2.3", get("/%6Civez"), .answers([200])),
        .init("a percent-encoded slash", "9110 4.2.3", get("/readyz%2Fdb"), .answers([404])),
        .init("a percent-encoded NUL", "9110 17.5", get("/livez%00"), .ends([400])),
        .init("half a percent-encoding", "3986 2.1", get("/livez%6"), .ends([400])),
        .init("none of it", "3986 2.1", get("/livez%"), .ends([400])),
        .init("a percent-encoding of letters", "3986 2.1", get("/livez%zz"), .ends([400])),
        .init("a malformed one in the query", "3986 2.1", get("/livez?exclude=%q"), .ends([400])),
        .init("a fragment", "3.2", get("/livez#top"), .ends([400])),
        .init("a control character", "3.2", get("/li\u{1}vez"), .ends([400])),
        .init("DEL", "3.2", get("/li\u{7F}vez"), .ends([400])),
        .init("UTF-8 as it is", "3.2", get("/livé"), .ends([400])),
    ]

    private static let hosts: [RequestCase] = [
        .init("no Host", "3.2", "GET /livez HTTP/1.1\r\n\r\n", .ends([400])),
        .init("an empty Host", "3.2", "GET /livez HTTP/1.1\r\nHost:\r\n\r\n", .answers([200])),
        .init("two Hosts", "3.2", with("Host: other"), .ends([400])),
        .init("two equal Hosts", "3.2", with("Host: localhost"), .ends([400])),
        .init(
            "two Hosts in HTTP/1.0", "3.2", "GET /livez HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
            .ends([400])),
        .init("a list of Hosts", "3.2", "GET /livez HTTP/1.1\r\nHost: a, b\r\n\r\n", .ends([400])),
        .init("a Host with a path", "3.2", "GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n", .ends([400])),
        .init("a Host with a user", "3.2", "GET /livez HTTP/1.1\r\nHost: a@b\r\n\r\n", .ends([400])),
        .init(
            "a Host with a port of letters", "3.2", "GET /livez HTTP/1.1\r\nHost: a:b\r\n\r\n", .ends([400])),
        .init("a Host with IPv6", "3.2", "GET /livez HTTP/1.1\r\nhOST:[::1]:80\r\n\r\n", .answers([200])),
        .init("IPv6 without brackets", "3.2", "GET /livez HTTP/1.1\r\nHost: ::1\r\n\r\n", .ends([400])),
        .init("letters in brackets", "3.2", "GET /livez HTTP/1.1\r\nHost: [zz]\r\n\r\n", .ends([400])),
        .init("a name in brackets", "3.2", "GET /livez HTTP/1.1\r\nHost: [localhost]\r\n\r\n", .ends([400])),
        .init("IPv4 in brackets", "3.2", "GET /livez HTTP/1.1\r\nHost: [127.0.0.1]\r\n\r\n", .ends([400])),
        .init("half of IPv6", "3.2", "GET /livez HTTP/1.1\r\nHost: [1:2:3]\r\n\r\n", .ends([400])),
        .init(
            "IPv6 with a zone", "6874", "GET /livez HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n",
            .answers([200])),
        .init("IPv6 with an empty zone", "6874", "GET /livez HTTP/1.1\r\nHost: [::1%]\r\n\r\n", .ends([400])),
        .init(
            "an address to come", "3986 3.2.2", "GET /livez HTTP/1.1\r\nHost: [v1.a:b]\r\n\r\n",
            .answers([200])),
        .init(
            "one without its version", "3986 3.2.2", "GET /livez HTTP/1.1\r\nHost: [v.a]\r\n\r\n",
            .ends([400])),
        .init("a malformed Host", "3986 2.1", "GET /livez HTTP/1.1\r\nHost: a%zz\r\n\r\n", .ends([400])),
        .init("a target's host in brackets", "3.2.2", get("http://[zz]/livez"), .ends([400])),
        .init("only a port", "3.2", "GET /livez HTTP/1.1\r\nHost: :80\r\n\r\n", .ends([400])),
    ]

    private static let fields: [RequestCase] = [
        .init("blanks around a value", "5", with("A: \t b \t"), .answers([200])),
        .init("no blank before a value", "5", with("A:b"), .answers([200])),
        .init("an empty value", "5", with("A:"), .answers([200])),
        .init("a colon in a value", "5", with("A: b:c"), .answers([200])),
        .init("a folded line", "5.2", with("A: b\r\n c"), .ends([400])),
        .init("a line folded with a tab", "5.2", with("A: b\r\n\tc"), .ends([400])),
        .init(
            "a blank before the first field", "2.2", "GET /livez HTTP/1.1\r\n Host: a\r\n\r\n", .ends([400])),
        .init("a blank before the colon", "5.1", with("A : b"), .ends([400])),
        .init("a tab before the colon", "5.1", with("A\t: b"), .ends([400])),
        .init("no name", "5.1", with(": b"), .ends([400])),
        .init("no colon", "5", with("abc"), .ends([400])),
        .init("a name that is no token", "5.1", with("A(b): c"), .ends([400])),
        .init("a name with UTF-8", "5.1", with("é: c"), .ends([400])),
        .init("a NUL in a value", "9110 5.5", with("A: b\0c"), .ends([400])),
        .init("a control character in a value", "9110 5.5", with("A: b\u{1B}c"), .ends([400])),
        .init("DEL in a value", "9110 5.5", with("A: b\u{7F}"), .ends([400])),
        .init("a tab in a value", "9110 5.5", with("A: b\tc"), .answers([200])),
        .init("UTF-8 in a value", "9110 5.5", with("A: é"), .answers([200])),
        .init(
            "bytes over 127 in a value", "9110 5.5",
            bytes: Array("GET /livez HTTP/1.1\r\n\(host)A: ".utf8) + [0xFF, 0x80, 13, 10, 13, 10],
            .answers([200])),
        .init("Expect is not for GET", "9110 10.1.1", with("Expect: 100-continue"), .answers([200])),
        .init("Upgrade is ignored", "9110 7.8", with("Connection: upgrade\r\nUpgrade: h2c"), .answers([200])),
    ]

    private static let lengths: [RequestCase] = [
        .init("a length of 0", "6.2", with("Content-Length: 0"), .answers([200])),
        .init("a body", "6.2", with("Content-Length: 3") + "abc", .ends([200])),
        .init("a body to come", "6.2", with("Content-Length: 3"), .ends([200])),
        .init("a length of 2^63", "6.2", with("Content-Length: 9223372036854775808"), .ends([200])),
        .init("a length over it", "6.3", with("Content-Length: 9223372036854775809"), .ends([400])),
        .init("a length beyond 64 bits", "6.3", with("Content-Length: 99999999999999999999"), .ends([400])),
        .init("a length with a sign", "6.3", with("Content-Length: +3"), .ends([400])),
        .init("a negative length", "6.3", with("Content-Length: -3"), .ends([400])),
        .init("a length in hexadecimal", "6.3", with("Content-Length: 0x3"), .ends([400])),
        .init("no length after all", "6.3", with("Content-Length:"), .ends([400])),
        .init("two lengths", "6.3", with("Content-Length: 3\r\nContent-Length: 4"), .ends([400])),
        .init("two equal lengths", "6.3", with("Content-Length: 3\r\nContent-Length: 3"), .ends([400])),
        .init("a list of lengths", "6.3", with("Content-Length: 3, 3"), .ends([400])),
    ]

    private static let codings: [RequestCase] = [
        .init("chunks", "7.1", with("Transfer-Encoding: chunked") + "0\r\n\r\n", .ends([200])),
        .init("chunks in capitals", "7", with("Transfer-Encoding: Chunked"), .ends([200])),
        .init(
            "chunks and a length", "6.3", with("Content-Length: 5\r\nTransfer-Encoding: chunked"),
            .ends([400])),
        .init(
            "a length and chunks", "6.3", with("Transfer-Encoding: chunked\r\nContent-Length: 5"),
            .ends([400])),
        .init(
            "chunks in HTTP/1.0", "6.1", "GET /livez HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            .ends([400])),
        .init("gzip at the end", "6.3", with("Transfer-Encoding: chunked, gzip"), .ends([400])),
        .init("gzip alone", "6.3", with("Transfer-Encoding: gzip"), .ends([400])),
        .init("identity", "6.3", with("Transfer-Encoding: identity"), .ends([400])),
        .init("chunked twice", "6.1", with("Transfer-Encoding: chunked, chunked"), .ends([400])),
        .init("none", "6.1", with("Transfer-Encoding:"), .ends([400])),
        .init("another word", "6.1", with("Transfer-Encoding: xchunked"), .ends([400])),
        .init("gzip before chunked", "6.1", with("Transfer-Encoding: gzip, chunked"), .ends([501])),
        .init(
            "the same in two lines", "6.1", with("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"),
            .ends([501])),
    ]

    private static let connections: [RequestCase] = [
        .init("close", "9.6", with("Connection: close"), .ends([200])),
        .init("close in a list", "9.6", with("Connection: foo, Close"), .ends([200])),
        .init("close wins", "9.3", with("Connection: keep-alive, close"), .ends([200])),
        .init(
            "keep-alive in HTTP/1.0", "9.3", "GET /livez HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            .answers([200])),
        .init("two in a row", "9.3.2", get("/livez") + get("/none"), .answers([200, 404])),
        .init("one and a half", "9.3.2", get("/livez") + "GET /", .waits),
        .init("the one after a close", "9.6", with("Connection: close") + get("/livez"), .ends([200])),
        .init("the one after a mistake", "9.6", "GET\r\n\r\n" + get("/livez"), .ends([400])),
        .init("a mistake in the second", "9.3.2", get("/livez") + "GET\r\n\r\n", .ends([200, 400])),
    ]

    private static func padded(_ size: Int) -> String {
        let (start, end) = ("GET /livez HTTP/1.1\r\n\(host)A: ", "\r\n\r\n")
        return start + String(repeating: "a", count: size - start.utf8.count - end.utf8.count) + end
    }

    private static let sizes: [RequestCase] = [
        .init("a head of just the limit", "9110 5.4", padded(headLimit), .answers([200])),
        .init("one byte more", "6585 5", padded(headLimit + 1), .ends([431])),
        .init(
            "a field without an end", "6585 5",
            "GET /livez HTTP/1.1\r\nA: " + String(repeating: "a", count: headLimit), .ends([431])),
        .init(
            "fields without an end", "6585 5",
            "GET /livez HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: headLimit / 6), .ends([431])),
        .init(
            "a target without an end", "3", "GET /" + String(repeating: "a", count: headLimit), .ends([414])),
        .init(
            "a request line that is too long", "3",
            "GET /" + String(repeating: "a", count: headLimit) + " HTTP/1.1\r\n\(host)\r\n", .ends([414])),
        .init(
            "empty lines without an end", "2.2", String(repeating: "\r\n", count: headLimit / 2),
            .ends([414])),
    ]
}
