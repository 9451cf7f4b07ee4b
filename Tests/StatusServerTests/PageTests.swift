import HealthCore
import TestSupport
import Testing

@testable import StatusServer

@Suite("The page for browsers")
struct PageTests {
    private static let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"

    private func page(_ scene: Scene, _ query: String = "", exposesAll: Bool = true) throws -> String {
        let answer = try scene.get("/\(query)", accept: Self.browser, exposesAll: exposesAll)
        #expect(answer.status == 200 && answer.contentType == "text/html; charset=utf-8")
        return answer.body
    }

    /// The texts of the rows that `/history` tells, the class of each first.
    private func rows(
        _ scene: Scene, _ query: String = "", exposesAll: Bool = true
    ) throws -> [[String]] {
        let body = try scene.get("/history\(query)", exposesAll: exposesAll).body
        let start = try #require(body.utf8.endOfFirst("\"rows\":[".utf8))
        return body[start...].split(separator: "]").compactMap { row in
            let texts = JSONStrings.read(Array("[\(row.drop { $0 != "\"" })]".utf8)[...])
            return texts.flatMap { $0.isEmpty ? nil : $0.map { String(decoding: $0, as: UTF8.self) } }
        }
    }

    @Test("only who prefers HTML to plain text gets it")
    func negotiation() throws {
        let scene = try Scene().adding("db=h:1", [ready])
        for accept in [Self.browser, "text/html", "TEXT/HTML;q=0.4, text/*;q=0.1", "text/html, */*;q=0.1"] {
            #expect(try scene.get("/", accept: accept).body.hasPrefix("<!doctype html>\n"), "\(accept)")
        }
        for accept in ["", "*/*", "text/plain", "text/html;q=0.5, text/plain", "text/html;q=0", "text/*"] {
            #expect(try scene.get("/", accept: accept).body.hasPrefix("waitfor answers:\n"), "\(accept)")
        }
    }

    /// What an answer's head says the page may do, and nothing where it is no page.
    private func policy(_ target: String, accept: String) throws -> String? {
        var parser = RequestParser(limit: 8192)
        let text = "GET \(target) HTTP/1.1\r\nHost: a\r\nAccept: \(accept)\r\n\r\n"
        let head = try #require(try parser.next(in: Array(text.utf8)))
        var bytes: [UInt8] = []
        try Scene().adding("db=h:1", [ready]).routes().response(to: head).appendHead(
            to: &bytes, .chunks, .goesOn)
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.contains("X-Content-Type-Options: nosniff"))
        #expect(!lines.contains { $0.hasPrefix("Set-Cookie") })
        return lines.first { $0.hasPrefix("Content-Security-Policy: ") }.map { String($0.dropFirst(25)) }
    }

    @Test(
        "the policy allows the one script and the one style that are there, by their SHA-256, and nothing else"
    )
    func policy() throws {
        let page = try page(try Scene().adding("db=h:1", [ready]))
        func digest(of tag: String) throws -> String {
            let start = try #require(page.utf8.endOfFirst("<\(tag)>".utf8))
            let end = try #require(page[start...].utf8.endOfFirst("</\(tag)>".utf8))
            let text = page[start..<end].dropLast(tag.count + 3)
            #expect(page.count(of: "<\(tag)") == 1)
            let script =
                "import base64,hashlib,sys; print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode())"
            let run = try Program.run(
                "/usr/bin/python3", ["-c", script], standardInput: .bytes(Array(text.utf8)))
            return run.output.split(separator: "\n").joined()
        }
        let (script, style) = (try digest(of: "script"), try digest(of: "style"))
        #expect(PageScript.hash == script, "the hash of PageScript.text")
        #expect(PageStyle.hash == style, "the hash of PageStyle.text")
        #expect(
            try policy("/", accept: Self.browser) == """
                default-src 'none'; script-src 'sha256-\(script)'; style-src 'sha256-\(style)'; \
                connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
                """)
        #expect(try policy("/history", accept: Self.browser) == nil)
        #expect(try policy("/", accept: "*/*") == nil)
        for word in [" style=", " on", "javascript:", "http://", "https://", "@import", "innerHTML", "eval("]
        {
            #expect(!page.mentions(word), "\(word)")
        }
    }

    @Test("names, messages and filters are text, wherever they stand, in one printable line")
    func escaping() throws {
        let hostile = "<img src=x onerror=alert(1)></script>\"'&\u{202E}"
        let shown = "&lt;img src=x onerror=alert(1)&gt;&lt;/script&gt;&quot;&#39;&amp;\\xe2\\x80\\xae"
        let failure = Outcome.notReady(Failure(.error, hostile, address: "127.0.0.1:1"))
        let scene = try Scene().adding("db=h:1", [failure]).adding("web=w:1", [failure], named: hostile)
        let encoded = "%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%3C%2Fscript%3E%22%27%26%E2%80%AE"
        let page = try page(scene, "?filter=\(encoded)")
        #expect(page.count(of: "<script") == 1 && !page.mentions("<img") && !page.mentions("\u{202E}"))
        // In the verdict and the filter, and as a name and a message of the one row that it leaves.
        #expect(page.count(of: shown) == 4, "\(page)")
        #expect(try self.page(scene).count(of: shown) == 4)
        let line = "<img src=x onerror=alert(1)></script>\"'&\\xe2\\x80\\xae"
        #expect(try rows(scene).flatMap { $0 }.filter { $0.mentions(line) }.count == 3)
    }

    @Test("the worst targets come first, and equally bad ones in their order")
    func order() throws {
        let scene = try Scene().adding("fine=h:1", [ready]).adding("new=h:2", [])
            .adding("extra=h:3", isOptional: true, [refused]).adding("db=h:4", [refused])
            .adding("shaky=h:5", [ready, refused], retries: 2).adding("web=h:6", [refused])
        #expect(try rows(scene).map { $0[1] } == ["db", "web", "extra", "new", "shaky", "fine"])
        #expect(
            try rows(scene).map { $0[0] } == [
                "unhealthy", "unhealthy", "unhealthy", "starting", "healthy", "healthy",
            ])
    }

    @Test("a row tells what is known of a target, and a page for others no message and no address")
    func row() throws {
        let scene = try Scene().adding("db=localhost:5432", [ready, refused, refused]).with {
            $0.now = Instant(nanoseconds: 75_002_500_000)
        }
        // The newest result is older than it may be.
        let stale = try rows(scene)[0]
        #expect(
            Array(stale[0...5]) == [
                "stale", "db", "postgres", "stale", "1m 14s", "the newest result is 1m 13s old",
            ])
        let fresh = scene.with { $0.now = Instant(nanoseconds: 3_002_500_000) }
        let row = try rows(fresh)[0]
        #expect(
            row == [
                "unhealthy", "db", "postgres", "unhealthy", "2s",
                "refused: connection refused (127.0.0.1:5432)",
                "3 probes, 2 failed: refused 2; median 2.5ms, longest 2.5ms", "M114 38h6", "M116 20h4",
                "M115 24h4", "2.5ms", "",
            ])
        let withheld = try rows(fresh, exposesAll: false)[0]
        #expect(withheld[5] == "refused")
        let healthy = try Scene().adding("db=localhost:5432", [ready])
        #expect(try rows(healthy)[0][5] == "PONG")
        #expect(try rows(healthy, exposesAll: false)[0][5] == "")
        for body in [
            try page(fresh, exposesAll: false), try page(healthy, exposesAll: false),
            try fresh.get("/history", exposesAll: false).body,
        ] {
            for word in ["127.0.0.1", "connection refused", "PONG", "10.0.0.7"] {
                #expect(!body.mentions(word), "\(word)")
            }
        }
    }

    @Test("times in a state are told by their two largest units")
    func ages() {
        for (seconds, text) in [
            (0, "0s"), (59, "59s"), (60, "1m 0s"), (3599, "59m 59s"), (3600, "1h 0m"), (86_399, "23h 59m"),
            (86_400, "1d 0h"), (864_000 + 10_800, "10d 3h"),
        ] {
            #expect(DurationText.inTwoUnits(.seconds(seconds)) == text)
        }
        #expect(DurationText.inTwoUnits(.seconds(-5)) == "0s")
    }

    @Test("the days of a certificate are told")
    func certificates() throws {
        let now = Scene.unixMilliseconds / 1000 + 1
        let seconds: [(Int64, String)] = [
            (86_400 * 12 + 5, "12 days"), (90_000, "1 day"), (5, "0 days"), (-5, "expired"),
        ]
        for (rest, text) in seconds {
            let outcome = Outcome.ready(address: nil, detail: "", certificateExpiry: now + rest)
            #expect(try rows(try Scene().adding("a=tls://h:1", [outcome]))[0][11] == text)
        }
        #expect(try rows(try Scene().adding("a=tls://h:1", []))[0][11] == "not seen")
    }

    @Test("a filter is a part of a name, or a state, kind or reason; pages are cut to those there are")
    func filter() throws {
        let scene = try Scene().adding("db=h:5432", [ready]).adding("Cache-1=h:6379", [refused])
            .adding("cache-2=h:6379", [ready])
        for (filter, names) in [
            ("", ["Cache-1", "db", "cache-2"]), ("CACHE", ["Cache-1", "cache-2"]),
            ("healthy", ["db", "cache-2"]),
            ("unhealthy", ["Cache-1"]), ("redis", ["Cache-1", "cache-2"]), ("refused", ["Cache-1"]),
            ("xyz", []),
        ] {
            #expect(try rows(scene, "?filter=\(filter)").map { $0[1] } == names, "\(filter)")
        }
        for page in ["0", "-1", "2", "99999999999999999999", "x", ""] {
            #expect(try rows(scene, "?page=\(page)").count == 3, "\(page)")
        }
        #expect(try self.page(scene, "?filter=xyz").mentions(">no target matches</span>"))
        #expect(try self.page(Scene()).mentions(">no targets</span>"))
    }

    @Test("a page has at most a hundred rows, and references to the others that keep the filter")
    func pages() throws {
        let scene = try (0..<250).reduce(Scene()) { try $0.adding("t\($1)=h:\($1 + 1)", [ready]) }
        for (page, count) in [(1, 100), (2, 100), (3, 50), (4, 50)] {
            #expect(try rows(scene, "?page=\(page)").count == count)
        }
        let second = try page(scene, "?filter=t&page=2")
        #expect(second.mentions("<a id=previous href=\"?filter=t\">previous</a>"))
        #expect(second.mentions("<a id=next href=\"?filter=t&amp;page=3\">next</a>"))
        #expect(second.mentions("targets 101 to 200 of 250"))
        #expect(try page(scene).mentions("<a id=previous href=\"\" hidden>"))
        #expect(try page(scene, "?page=3").mentions("<a id=next href=\"\" hidden>"))
    }

    @Test("five targets are less than 30 KB, and a row of an ordinary target 600 bytes at most")
    func sizes() throws {
        // Durations that never rest, and every tenth probe a failure.
        func scene(_ count: Int) throws -> Scene {
            var generator = FixedGenerator(seed: 1)
            return try (0..<count).reduce(Scene()) { scene, number in
                let durations = (0..<60).map { _ in Int64.random(in: 500...40_000, using: &generator) }
                let outcomes =
                    durations.map { $0 % 10 == 0 ? refused : ready }
                    + [refused]
                return try scene.adding(
                    "target-\(number)=db\(number).internal:5432", outcomes, microseconds: durations)
            }
        }
        let (five, hundred) = (try page(scene(5)).utf8.count, try page(scene(100)).utf8.count)
        #expect(five <= 30_000, "\(five)")
        #expect((hundred - five) / 95 <= 600, "\((hundred - five) / 95)")
    }

    @Test("the verdict and the agent's own health are told")
    func agent() throws {
        let scene = try Scene().adding("db=h:5432", [refused]).with { $0.isConfigurationCurrent = false }
        let page = try page(scene)
        #expect(page.mentions("<p id=verdict role=status class=unhealthy>not ready: db</p>"))
        #expect(
            page.mentions(
                "Agent: works · the newest configuration has mistakes · loop lag 1.5ms · 3 log lines dropped · 5 MB · version 1.2.3"
            ))
        #expect(page.mentions("<time id=time>2026-08-01T12:00:01.000Z</time>"))
        #expect(page.mentions("<a href=\"?filter=unhealthy\">unhealthy <b>1</b></a>"))
        let stopping = scene.with { $0.isShuttingDown = true }
        #expect(try self.page(stopping).mentions("Agent: stopping"))
        let stuck = scene.with { $0.now = Instant(nanoseconds: 90_000_000_000) }
        #expect(try self.page(stuck).mentions("Agent: stuck: no progress with db"))
        #expect(try self.page(stuck, exposesAll: false).mentions("Agent: stuck · "))
    }
}
