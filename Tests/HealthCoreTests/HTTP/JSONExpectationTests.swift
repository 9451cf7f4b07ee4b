import HealthCore
import Testing

/// What a body says as JSON, at a place of it.
struct JSONExpectationTests {
    private static let document = #"""
        {"status": "UP", "ready": true, "none": null, "count": 3, "rate": -1.5e3, "a/b": {"m~n": "deep"},
         "": "nameless", "list": ["a", {"b": 1}, [ ]], "components": {"db": {"status": "DOWN", "details": {}}},
         "twice": 1, "text": "\u00e4\n\"", "twice": 2, "password": "hunter2", "=": 1}
        """#

    private func verdict(_ settings: [String], _ body: String, _ head: String = "") throws -> String {
        let target = try #require(
            try read(["x=http://h"], set: settings.map { "x.\($0)" }).first?.service as? HTTPService)
        var parser = target.parser
        do throws(Failure) {
            try parser.feed(Array("HTTP/1.1 200 OK\r\n\(head)\r\n\(body)".utf8))
            try parser.finish()
            return try target.judge(parser) ?? "nothing yet"
        } catch {
            return "\(error.reason.rawValue): \(error.message)"
        }
    }

    @Test(
        "a value at a place, or that there is one (RFC 6901)",
        arguments: [
            "/status=UP", #"/status="UP""#, "/status", "/ready=true", "/none=null", "/none", "/count=3",
            "/rate=-1.5e3",
            "/a~1b/m~0n=deep", "/=nameless", "/list/0=a", "/list/1/b=1", "/list/2=[]", #"/list/1={"b":1}"#,
            "/components/db/status=DOWN", "/components/db/details={}", "/twice=2", #"/text="ä\n\"""#,
            "/status=UP\n/ready=true",
        ])
    func found(expectation: String) throws {
        #expect(
            try verdict(["expect_json=\(expectation)"], Self.document)
                == "200 OK, and the body has what is expected")
    }

    @Test(
        "what differs is named, with what is there instead",
        arguments: [
            ("/status=DOWN", #"/status of its JSON is "UP", which is not what is expected"#),
            ("/status=up", #"/status of its JSON is "UP", which is not what is expected"#),
            ("/ready=false", "/ready of its JSON is true, which is not what is expected"),
            ("/count=03", "/count of its JSON is 3, which is not what is expected"),
            ("/gone", "its JSON has no /gone"), ("/status/x", "its JSON has no /status/x"),
            ("/list/3", "its JSON has no /list/3"), ("/list/00", "its JSON has no /list/00"),
            ("/list/-", "its JSON has no /list/-"),
            ("/password=hunter3", "/password of its JSON is not what is expected"),
            ("/status=UP\n/count=4", "/count of its JSON is 3, which is not what is expected"),
        ])
    func differs(expectation: String, words: String) throws {
        #expect(
            try verdict(["expect_json=\(expectation)"], Self.document)
                == "body_mismatch: 200 OK, and \(words)")
    }

    @Test("the whole body is a value, too, and a mark of the byte order is none")
    func whole() throws {
        #expect(try verdict(["expect_json==true"], "true").hasPrefix("200 OK, and"))
        #expect(try verdict(["expect_json=/a=1"], "\u{FEFF}{\"a\":1}").hasPrefix("200 OK, and"))
    }

    @Test(
        "what is no JSON, is cut or too deep has no values",
        arguments: [
            "", "UP", "{", #"{"status":"UP""#, #"{"status":"UP"} x"#, #"{"status":"UP",}"#, #"{"status":01}"#,
            "nul",
            #"{status:"UP"}"#, #"{"status":"UP" "a":1}"#, #"["a""#, "-", "1.", "1e", "+1", ".5",
            #"{"status":"UP","x":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
                + "}",
        ])
    func malformed(body: String) throws {
        #expect(
            try verdict(["expect_json=/status=UP"], body) == "body_mismatch: 200 OK, and the body is no JSON")
    }

    @Test("both a text and JSON can be asked for, and a body that is compressed is named")
    func together() throws {
        let settings = ["expect_json=/status=UP", "expect_body=ready"]
        #expect(try verdict(settings, Self.document) == "200 OK, and the body has what is expected")
        #expect(
            try verdict(["expect_json=/status=UP", "expect_body=absent"], Self.document)
                == "body_mismatch: 200 OK, and the body has not what is expected")
        for head in ["Content-Encoding: gzip\r\n", "Content-Encoding: deflate\r\n"] {
            #expect(try verdict(settings, "\u{1}", head).hasPrefix("body_mismatch: the body is compressed ("))
        }
        #expect(
            refusal { _ = try read(["x=http://h"], set: ["x.method=HEAD", "x.expect_json=/a"]) }
                == "x.expect_json: the answer to a HEAD has no body")
    }

    @Test("an answer is waited for until it is whole")
    func early() throws {
        let service = try #require(
            try read(["x=http://h"], set: ["x.expect_json=/a=1"]).first?.service as? HTTPService)
        var parser = service.parser
        try parser.feed(Array("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"a\":1".utf8))
        #expect(try service.judge(parser) == nil)
        try parser.feed(Array("}".utf8))
        #expect(try service.judge(parser) == "200 OK, and the body has what is expected")
    }
}
