import HealthCore
import Testing

/// What is sent, and what an answer means.
struct HTTPServiceTests {
    private func service(_ target: String, set settings: [String] = []) throws -> HTTPService {
        let target = try #require(try read(["api=" + target], set: settings.map { "api." + $0 }).first)
        guard let service = target.service as? HTTPService else { throw WrongKind(kind: target.kind) }
        return service
    }

    private func verdict(_ service: HTTPService, _ answer: String, closes: Bool = true) -> String {
        do throws(Failure) {
            var parser = service.parser
            try parser.feed(Array(answer.utf8))
            if closes { try parser.finish() }
            return try service.judge(parser) ?? "nothing yet"
        } catch {
            return "\(error.reason.rawValue): \(error.message)"
        }
    }

    @Test(
        "a request names its host, closes, and asks for no coding; headers replace what would be said otherwise"
    )
    func request() throws {
        let plain = try service("http://app.test:8080/ready?deep=1")
        #expect(
            String(decoding: plain.request, as: UTF8.self)
                == "GET /ready?deep=1 HTTP/1.1\r\nHost: app.test:8080\r\nConnection: close\r\nUser-Agent: waitfor\r\n"
                + "Accept: */*\r\nAccept-Encoding: identity\r\n\r\n")
        var post = try service(
            "https://app.test",
            set: ["method=post", "headers=Accept: text/plain\nX-Token: abc", "headers=x-token: def"])
        post.headers += try #require(HTTPService.Header.list(Array("A: b\r\n\r\nC:d".utf8)))
        let sent = String(decoding: post.request, as: UTF8.self)
        #expect(
            sent == "POST / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\nUser-Agent: waitfor\r\n"
                + "Accept-Encoding: identity\r\nAccept: text/plain\r\nx-token: def\r\nA: b\r\nC: d\r\nContent-Length: 0\r\n\r\n"
        )
        #expect(try service("http://[::1]:80/").host == "[::1]")
        #expect(try service("http+unix:///run/app.sock:/ready").host == "localhost")
    }

    @Test("a Host among the headers replaces ours, and is no secret")
    func host() throws {
        let named = try service("http://127.0.0.1:8080/", set: ["headers=A: b\nhost: example.com"])
        #expect(
            String(decoding: named.request, as: UTF8.self)
                == "GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nUser-Agent: waitfor\r\n"
                + "Accept: */*\r\nAccept-Encoding: identity\r\nA: b\r\n\r\n")
        #expect(named.secrets.isEmpty)
        // A redirect to the named host is one to the same server; another port gets its own Host.
        let next = try followed(
            "http://127.0.0.1/", "http://Example.com/b", set: ["headers=Host: example.com\nA: b"])
        #expect(next.place == "http 127.0.0.1:80")
        #expect(next.request.hasPrefix("GET /b HTTP/1.1\r\nHost: example.com\r\n"), "\(next.request)")
        let other = try followed(
            "http://127.0.0.1/", "https://example.com:8443/b", set: ["headers=Host: example.com\nA: b"])
        #expect(other.place == "https 127.0.0.1:8443")
        #expect(other.request.hasPrefix("GET /b HTTP/1.1\r\nHost: example.com:8443\r\n"), "\(other.request)")
        #expect(!other.request.contains("A: b"))
    }

    @Test(
        "a user in the URL asks with Basic (RFC 7617), and is a secret",
        arguments: [
            ("http://user:pass@x/", "dXNlcjpwYXNz"),
            ("https://Aladdin:open%20sesame@x", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
            ("http://a:b@x/", "YTpi"), ("http://a:bc@x/", "YTpiYw=="), ("http://t0ken@x/", "dDBrZW46"),
            ("http://:pw@x/", "OnB3"), ("http+unix://user:pass@/run/x:/", "dXNlcjpwYXNz"),
            ("http://%E2%82%AC:%40@x/@a", "4oKsOkA="),
        ])
    func credentials(url: String, pair: String) throws {
        let target = try #require(try read(["api=\(url)"]).first)
        #expect(target.hasPasswordInArguments)
        let service = try service(url)
        let request = String(decoding: service.request, as: UTF8.self)
        #expect(request.contains("\r\nAuthorization: Basic \(pair)\r\n"), "\(request)")
        #expect("\(service)".contains("***") && !"\(service)".contains(pair))
        #expect(service.secrets.contains(Secret("Basic \(pair)".utf8)))
        let own = try self.service(url, set: ["headers=authorization: Bearer abc"])
        let sent = String(decoding: own.request, as: UTF8.self)
        #expect(sent.contains("Bearer abc") && !sent.contains("Basic"), "\(sent)")
    }

    @Test("another origin does not get the user of the URL, and the same gets it")
    func credentialsAfterRedirect() throws {
        for (location, isSame) in [("/b", true), ("http://x:81/b", false), ("https://x/b", false)] {
            let request = try followed("http://user:pass@x/", location).request
            #expect(request.contains("Basic dXNlcjpwYXNz") == isSame, "\(request)")
        }
    }

    @Test("a port where TLS is spoken is named, and only where nobody speaks it to the port")
    func plainOnTLS() throws {
        let usual = try service("http://x")
        for text in [
            "<h1>The plain HTTP request was sent to HTTPS port</h1>",
            "Client sent an HTTP request to an HTTPS server.\n",
            "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
        ] {
            let answer = "HTTP/1.1 400 Bad Request\r\n\r\n\(text)"
            #expect(verdict(usual, answer) == "protocol: 400 Bad Request: it speaks TLS: write https://")
            // The words may come later than the head, or never.
            #expect(verdict(usual, "HTTP/1.1 400 Bad Request\r\n\r\n", closes: false) == "nothing yet")
            var parser = usual.parser
            try parser.feed(Array(answer.utf8))
            try parser.finish()
            #expect(throws: Failure(.httpStatus, "400 Bad Request, and 200-399 is expected")) {
                try usual.judge(parser, overTLS: true)
            }
        }
        #expect(verdict(usual, "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno").hasPrefix("http_status"))
        #expect(verdict(usual, "HTTP/1.1 503 Busy\r\n\r\n", closes: false).hasPrefix("http_status"))
    }

    @Test("200 to 399 is ready, unless other statuses are expected")
    func status() throws {
        let usual = try service("http://x")
        #expect(verdict(usual, "HTTP/1.1 204 No Content\r\n\r\n") == "204 No Content")
        #expect(verdict(usual, "HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n") == "301 Moved")
        #expect(
            verdict(usual, "HTTP/1.1 199 Odd\r\n\r\nHTTP/1.1 500 Oops\r\n\r\n")
                == "http_status: 500 Oops, and 200-399 is expected")
        let own = try service("http://x", set: ["expect_status=200-299,401"])
        #expect(verdict(own, "HTTP/1.1 401 Who\r\n\r\n") == "401 Who")
        #expect(
            verdict(own, "HTTP/1.1 302 There\r\n\r\n")
                == "http_status: 302 There, and 200-299,401 is expected")
    }

    @Test("a verdict comes with the head where no body is expected, and with the words where one is")
    func early() throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
        #expect(verdict(try service("http://x"), head, closes: false) == "200 OK")
        let words = try service("http://x", set: ["expect_body=ready"])
        #expect(verdict(words, head + "not yet", closes: false) == "nothing yet")
        #expect(verdict(words, head + "is ready now", closes: false).hasPrefix("200 OK, and the body has"))
        #expect(verdict(words, head + "is rea").hasPrefix("closed: the connection was closed after 6 bytes"))
        #expect(
            verdict(words, "HTTP/1.1 200 OK\r\n\r\nnever").hasPrefix(
                "body_mismatch: 200 OK, and the body has not"))
        #expect(
            verdict(words, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\u{1F}")
                == "body_mismatch: the body is compressed (gzip), though nobody asked for that")
    }

    @Test(
        "a redirect is followed on the same host only, and never to plain text",
        arguments: [
            ("http://x/a/b", "/c?d", "http x:80 /c?d"), ("http://x/a/b", "c", "http x:80 /a/c"),
            ("http://x/a/b", "?q", "http x:80 /a/b?q"), ("http://x/a", "https://X/s", "https X:443 /s"),
            ("https://x:8443/", "https://x:9443/y#z", "https x:9443 /y"), ("http://x/", "http://y/", "no"),
            ("https://x/", "https://y/", "no"),
            ("https://x/", "http://x/", "no"), ("http://x/", "ftp://x/", "no"), ("http://x/", "//y/", "no"),
            ("http://x/", "http://u:p@x/", "no"), ("http://x/", "/a b", "no"),
            ("http+unix:///s:/a", "/b", "http /s /b"),
            ("http+unix:///s:/a", "http://localhost/b", "no"),
        ])
    func redirects(target: String, location: String, expected: String) throws {
        let read = try #require(try read(["api=\(target)"], set: ["api.follow_redirects=true"]).first)
        guard let service = read.service as? HTTPService else { throw WrongKind(kind: read.kind) }
        var parser = HTTPResponseParser(answerTo: "GET")
        try parser.feed(Array("HTTP/1.1 302 Found\r\nLocation: \(location)\r\n\r\n".utf8))
        let head = try #require(parser.head)
        do {
            let next = try #require(try service.redirect(head, from: read.endpoint, overTLS: read.tls != nil))
            let request = next.service.requestTarget.reveal { String(decoding: $0, as: UTF8.self) }
            #expect("\(next.isEncrypted ? "https" : "http") \(next.endpoint) \(request)" == expected)
        } catch let failure as Failure {
            #expect(failure.reason == .httpStatus)
            #expect(expected == "no", "\(failure)")
        }
        #expect(try self.service(target).redirect(head, from: read.endpoint, overTLS: false) == nil)
    }

    /// The request that follows a redirect, as it is sent, and where.
    private func followed(
        _ target: String, _ location: String, set settings: [String] = []
    ) throws -> (place: String, request: String) {
        let read = try #require(
            try read(["api=\(target)"], set: (["follow_redirects=true"] + settings).map { "api.\($0)" }).first
        )
        guard let service = read.service as? HTTPService else { throw WrongKind(kind: read.kind) }
        var parser = HTTPResponseParser(answerTo: "GET")
        try parser.feed(Array("HTTP/1.1 302 Found\r\nLocation: \(location)\r\n\r\n".utf8))
        let head = try #require(parser.head)
        let next = try #require(try service.redirect(head, from: read.endpoint, overTLS: read.tls != nil))
        return (
            "\(next.isEncrypted ? "https" : "http") \(next.endpoint)",
            String(decoding: next.service.request, as: UTF8.self)
        )
    }

    @Test(
        "§5.4 of RFC 3986: a relative Location is resolved as everybody does",
        arguments: [
            ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"),
            ("g?y", "/b/c/g?y"), ("#s", "/b/c/d;p?q"), ("g#s", "/b/c/g"), ("g?y#s", "/b/c/g?y"),
            (";x", "/b/c/;x"), ("g;x", "/b/c/g;x"), ("g;x?y#s", "/b/c/g;x?y"), ("", "/b/c/d;p?q"),
            (".", "/b/c/"), ("./", "/b/c/"), ("..", "/b/"), ("../", "/b/"), ("../g", "/b/g"),
            ("../..", "/"), ("../../", "/"), ("../../g", "/g"), ("../../../g", "/g"),
            ("../../../../g", "/g"), ("/./g", "/g"), ("/../g", "/g"), ("g.", "/b/c/g."), (".g", "/b/c/.g"),
            ("g..", "/b/c/g.."), ("..g", "/b/c/..g"), ("./../g", "/b/g"), ("./g/.", "/b/c/g/"),
            ("g/./h", "/b/c/g/h"), ("g/../h", "/b/c/h"), ("g;x=1/./y", "/b/c/g;x=1/y"),
            ("g;x=1/../y", "/b/c/y"), ("g?y/./x", "/b/c/g?y/./x"), ("g?y/../x", "/b/c/g?y/../x"),
            ("g#s/./x", "/b/c/g"), ("//a/b/../g", "/g"), ("http://a/./g/..", "/"), ("http://a", "/"),
            ("http://a?y", "/?y"), ("HTTP://A/g", "/g"), ("/@me", "/@me"), ("http://a/@me", "/@me"),
            ("/a//../b", "/a/b"), ("g?100%", "/b/c/g?100%"), ("g:h/../i", nil), ("g:h", nil),
            ("javascript:alert(1)", nil), ("http:g", nil), ("http:/g", nil), ("mailto:a@b", nil),
        ] as [(String, String?)])
    func references(location: String, path: String?) throws {
        guard let path else {
            #expect(throws: Failure.self) { try followed("http://a/b/c/d;p?q", location) }
            return
        }
        let next = try followed("http://a/b/c/d;p?q", location)
        #expect(next.place.lowercased() == "http a:80")
        #expect(next.request.hasPrefix("GET \(path) HTTP/1.1\r\n"), "\(next.request)")
    }

    @Test(
        "another scheme or port gets no header of ours, and what was dropped does not come back",
        arguments: [
            ("http://x/a", "/b", true), ("http://x/a", "http://X:80/b", true), ("http://x/a", "//x/b", true),
            ("https://x/a", "https://x:443/b", true), ("http+unix:///s:/a", "/b", true),
            ("http://x/a", "http://x:8080/b", false), ("http://x/a", "https://x/b", false),
            ("http://x:443/a", "https://x/b", false), ("https://x/a", "https://x:444/b", false),
            ("http://x:8080/a", "http://x/b", false), ("http://x/a", "//x:81/b", false),
        ])
    func origins(target: String, location: String, isSame: Bool) throws {
        let set = ["headers=Authorization: Bearer s3cr3t\nCookie: a=b\nX-Own: 1"]
        let request = try followed(target, location, set: set).request
        for field in ["Authorization: Bearer s3cr3t", "Cookie: a=b", "X-Own: 1"] {
            #expect(request.contains("\r\n\(field)\r\n") == isSame, "\(request)")
        }
        #expect(request.contains("\r\nUser-Agent: waitfor\r\n"))
    }

    @Test(
        "a percent sign that encodes nothing is a mistake",
        arguments: ["http://h/▸%zz", "http://h/a▸%", "https://h/?q=▸%4", "http+unix:///s:/▸%g1"])
    func percent(marked: String) {
        let mistake = Mistake(
            marked, "path", "`%` must be followed by two hexadecimal digits: a `%` itself is %25")
        #expect(mistake.refused == mistake.sentence)
    }

    @Test("what is looked for is found wherever it is cut")
    func cutWords() throws {
        let service = try service("http://x", set: ["expect_body=aab"])
        for piece in 1...5 {
            var parser = service.parser
            let bytes = Array("HTTP/1.1 200 OK\r\n\r\nxaaaab".utf8)
            for start in stride(from: 0, to: bytes.count, by: piece) {
                #expect(!parser.hasFound)
                try parser.feed(Array(bytes[start..<min(bytes.count, start + piece)]))
            }
            #expect(parser.hasFound, "in pieces of \(piece)")
        }
    }

    @Test("a server that repeats a token or the query is not quoted")
    func secrets() throws {
        let service = try service(
            "http://x/?key=s3cr3t-token", set: ["headers=A: b\nAuthorization: Bearer abcdef"])
        #expect(
            service.secrets == [Secret("Bearer abcdef".utf8), Secret("key=s3cr3t-token".utf8)])
    }

    @Test("statuses are lists of three digits and ranges of them")
    func ranges() {
        #expect(StatusRanges("200-299,401,500-599")?.description == "200-299,401,500-599")
        #expect(StatusRanges("2xx,301,4XX")?.description == "200-299,301,400-499")
        for text in [
            "", "6xx", "0xx", "2x", "xxx", "2xx-3xx", "200-", "-200", "299-200", "99", "600", "200,",
            "200 ,300", "1e2", "200-299-300",
            "+20",
        ] {
            #expect(StatusRanges(text) == nil, "\(text)")
        }
    }
}
