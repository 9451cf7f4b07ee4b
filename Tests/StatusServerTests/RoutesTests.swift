import HealthCore
import Synchronization
import TestSupport
import Testing

@testable import StatusServer

@Suite("What is answered to whom")
struct RoutesTests {
    private func mixed() throws -> Scene {
        try Scene().adding("db=localhost:5432", [refused]).adding("cache=c:6379", isOptional: true, [refused])
            .adding("web=w:80", [ready])
    }

    @Test(
        "K-24: what is ready is `ok` and no line end", arguments: ["livez", "startupz", "readyz", "healthz"])
    func ok(endpoint: String) throws {
        let answer = try Scene().adding("db=localhost:5432", [ready]).get("/\(endpoint)")
        #expect(answer.status == 200)
        #expect(answer.body == "ok")
        #expect(answer.contentType == "text/plain; charset=utf-8")
    }

    @Test("K-25: verbose names each check, whatever its value")
    func verbose() throws {
        let scene = try Scene().adding("db=localhost:5432", [ready]).adding(
            "cache=c:6379", isOptional: true, [ready])
        for query in ["?verbose", "?verbose=0", "?x&verbose"] {
            #expect(
                try scene.get("/readyz\(query)").body == """
                    [+]db ok
                    [+]cache ok (optional)
                    [+]shutdown ok
                    readyz check passed

                    """)
        }
        #expect(try scene.get("/livez?verbose").body == "[+]ping ok\n[+]probes ok\nlivez check passed\n")
    }

    @Test("K-26: a failure is 503 and always verbose; an optional one fails nothing")
    func failure() throws {
        let answer = try mixed().get("/healthz")
        #expect(answer.status == 503)
        #expect(
            answer.body == """
                [-]db failed: refused: connection refused (127.0.0.1:5432)
                [+]cache failed, optional: refused: connection refused (127.0.0.1:5432)
                [+]web ok
                [+]shutdown ok
                healthz check failed

                """)
        let optional = try Scene().adding("cache=c:6379", isOptional: true, [refused])
        #expect(try optional.get("/readyz").body == "ok")
    }

    @Test("who is not on this machine learns the reason, and neither address nor message")
    func withheld() throws {
        let scene = try mixed()
        let paths = [
            "/readyz", "/readyz/db", "/readyz?verbose", "/status", "/metrics", "/startupz", "/livez",
        ]
        for path in paths {
            for accept in ["", "application/health+json"] {
                let body = try scene.get(path, accept: accept, exposesAll: false).body
                #expect(!body.contains("127.0.0.1"))
                #expect(!body.contains("10.0.0.7"))
                #expect(!body.contains("connection refused"))
                #expect(!body.contains("PONG"))
            }
        }
        let body = try scene.get("/readyz", exposesAll: false).body
        #expect(body.hasPrefix("[-]db failed: refused\n[+]cache failed, optional: refused\n"))
        #expect(try scene.get("/readyz/db", exposesAll: false).body == "service unavailable: refused\n")
        let json = try scene.get("/readyz", accept: "application/health+json", exposesAll: false).body
        #expect(json.contains("\"output\":\"refused\""))
    }

    @Test("K-27: what is excluded fails nothing, and a name that is none is a warning")
    func exclude() throws {
        let scene = try mixed()
        #expect(try scene.get("/readyz?exclude=db").body == "ok")
        #expect(
            try scene.get("/readyz?exclude=db&exclude=zzz&exclude=a%0Ab&verbose").body == """
                [+]db excluded: ok
                [+]cache failed, optional: refused: connection refused (127.0.0.1:5432)
                [+]web ok
                [+]shutdown ok
                warn: some health checks cannot be excluded: no matches for "a\\nb","zzz"
                readyz check passed

                """)
        let quote = try scene.get("/livez?exclude=%22%0a&verbose").body
        #expect(quote.contains("no matches for \"\\\"\\n\"\nlivez check passed\n"), "\(quote)")
        // One that is empty is a name that is none, too.
        for query in ["exclude=&verbose", "exclude&verbose"] {
            #expect(try scene.get("/livez?\(query)").body.contains("no matches for \"\"\n"))
        }
        // No splitting at commas.
        #expect(try scene.get("/readyz?exclude=db,web").status == 503)
        let many = (0..<600).map { "exclude=x\($0)" }.joined(separator: "&")
        #expect(try scene.get("/readyz?verbose&\(many)").body.utf8.count < 2000)
    }

    @Test("K-28: one check by its name, and 404 for a name that is none")
    func single() throws {
        let scene = try mixed()
        #expect(try scene.get("/readyz/web").body == "ok")
        let db = try scene.get("/readyz/db")
        #expect(db.status == 503)
        #expect(db.body == "service unavailable: refused: connection refused (127.0.0.1:5432)\n")
        #expect(try scene.get("/healthz/cache").status == 503)
        #expect(try scene.get("/livez/ping").body == "ok")
        for path in [
            "/readyz/zzz", "/readyz/", "/readyz/db/", "/livez/db", "/status/zzz", "/status/db/x", "/x",
        ] {
            #expect(try scene.get(path).status == 404, "\(path)")
        }
    }

    @Test("K-29: shutting down is the check that fails")
    func shutdown() throws {
        let scene = try Scene().adding("db=localhost:5432", [ready]).with { $0.isShuttingDown = true }
        #expect(try scene.get("/readyz").body.contains("[-]shutdown failed: process is shutting down\n"))
        #expect(try scene.get("/livez").status == 200)
    }

    @Test("X-16, X-18: health+json, if that is what the client prefers")
    func healthJSON() throws {
        let scene = try mixed()
        let answer = try scene.get("/readyz?exclude=zzz", accept: "application/health+json, text/plain;q=0.5")
        #expect(answer.status == 503)
        #expect(answer.contentType == "application/health+json")
        #expect(
            answer.body == """
                {"status":"fail","notes":["no check to exclude: zzz"],"checks":{"db":[{"componentType":\
                "datastore","status":"fail","time":"2026-08-01T12:00:00.002Z","observedValue":0.002500,\
                "observedUnit":"s","output":"refused: connection refused (127.0.0.1:5432)",\
                "state":"unhealthy","reason":"refused"}],"cache":[{"componentType":"datastore",\
                "status":"warn","time":"2026-08-01T12:00:00.002Z","observedValue":0.002500,\
                "observedUnit":"s","output":"refused: connection refused (127.0.0.1:5432)",\
                "state":"unhealthy","reason":"refused"}],"web":[{"componentType":"component",\
                "status":"pass","time":"2026-08-01T12:00:00.002Z","observedValue":0.002500,\
                "observedUnit":"s","state":"healthy","reason":null}],"shutdown":[{"componentType":\
                "component","status":"pass","reason":null}]}}

                """)
        #expect(try scene.get("/readyz", accept: "text/plain, application/health+json").body.hasPrefix("[-]"))
        #expect(try scene.get("/readyz", accept: "*/*").body.hasPrefix("[-]"))
        #expect(try scene.get("/readyz", accept: "application/json").body.hasPrefix("[-]"))
    }

    @Test("X-16: only an optional failure is `warn`, and 200; a check asked for by name is never optional")
    func warn() throws {
        let accept = "application/health+json"
        let scene = try Scene().adding("cache=c:6379", isOptional: true, [refused])
        let all = try scene.get("/readyz", accept: accept)
        #expect(all.status == 200)
        #expect(all.body.hasPrefix("{\"status\":\"warn\",\"checks\":{\"cache\""))
        let one = try scene.get("/readyz/cache", accept: accept)
        #expect(one.status == 503)
        #expect(one.body.hasPrefix("{\"status\":\"fail\",\"checks\":{\"cache\""))
        let none = try Scene().adding("db=d:5432", []).get("/startupz", accept: accept)
        #expect(none.body.contains("\"output\":\"not asked yet\",\"state\":\"starting\""))
        #expect(!none.body.contains("\"time\""))
    }

    @Test("/status/NAME is the same of one target, which counts as required")
    func statusOfOne() throws {
        let scene = try mixed()
        let whole = try scene.get("/status").body
        for (name, isReady) in [("db", false), ("cache", false), ("web", true)] {
            let one = try scene.get("/status/\(name)")
            #expect(one.status == 200 && one.contentType == "application/json")
            let head = "{\"version\":1,\"ready\":\(isReady),\"targets\":[{\"name\":\"\(name)\","
            #expect(one.body.hasPrefix(head) && one.body.count(of: "\"name\"") == 1, "\(one.body)")
            let target = one.body.dropFirst(head.utf8.count).dropLast(4)
            #expect(whole.contains(target), "\(one.body)")
        }
        let withheld = try scene.get("/status/db", exposesAll: false).body
        #expect(withheld.contains("refused") && !withheld.contains("127.0.0.1"), "\(withheld)")
        #expect(try stale().get("/status/db").body.hasPrefix("{\"version\":1,\"ready\":false,"))
    }

    @Test("/status is always 200, fits the schema, and withholds what it must")
    func status() throws {
        let scene = try mixed().adding("new=n:5432", [])
        let answer = try scene.get("/status")
        #expect(answer.status == 200)
        #expect(answer.contentType == "application/json")
        #expect(answer.body.hasPrefix("{\"version\":1,\"ready\":false,\"targets\":[{\"name\":\"db\""))
        #expect(
            answer.body
                == HealthReport(
                    isReady: false, records: scene.targets.map(\.record), clock: scene.snapshot.clock
                ).json()
                + "\n")
        let withheld = try scene.get("/status", exposesAll: false).body
        #expect(withheld.count(of: "\"message\":null,\"address\":null") == 4)
        for body in [answer.body, withheld, try Scene().get("/status").body, try stale().get("/status").body]
        {
            try expectSchema(body)
        }
    }

    private func stale() throws -> Scene {
        try Scene().adding("db=localhost:5432", [ready]).with {
            $0.now = Instant(nanoseconds: 32_000_000_000)
        }
    }

    @Test("what is stale says so everywhere, and is not ready")
    func staleness() throws {
        let scene = try stale()
        #expect(
            try scene.get("/readyz").body.hasPrefix("[-]db failed: stale: the newest result is 32s old\n"))
        let status = try scene.get("/status").body
        #expect(status.contains("\"ready\":false"))
        #expect(
            status.contains(
                "\"reason\":\"stale\",\"permanent\":false,\"message\":\"the newest result is 32s old\""))
        #expect(try scene.get("/metrics").body.contains("\nwaitfor_ready 0\n"))
    }

    private func expectSchema(_ body: String) throws {
        let script = """
            import json, jsonschema, sys
            jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))
            """
        let run = try Program.run(
            "/usr/bin/python3", ["-c", script, "\(Project.path)/Configs/schema/report.schema.json"],
            standardInput: .bytes(Array(body.utf8)))
        #expect(run.exitCode == 0, "\(run)")
    }

    @Test("§6.6.1 of RFC 9110: every answer has the date, refusals included")
    func date() throws {
        let routes = try mixed().routes()
        var parser = RequestParser(limit: 8192)
        let ready = try #require(try parser.next(in: Array("GET /readyz HTTP/1.0\r\n\r\n".utf8)))
        let refusal = RequestRefusal("there is no Host")
        for response in [routes.response(to: ready), routes.response(refusing: refusal)] {
            var bytes: [UInt8] = []
            response.appendHead(to: &bytes, .length(0), .closes)
            let head = String(decoding: bytes, as: UTF8.self)
            #expect(head.contains("\r\nDate: Sat, 01 Aug 2026 12:00:00 GMT\r\n"), "\(head)")
        }
    }

    @Test("the date is made anew when its second is over")
    func dateField() {
        let now = Mutex(Int64(-1))
        let field = DateField { now.withLock { $0 } }
        for (milliseconds, seconds) in [
            (-1, "00"), (999, "00"), (1000, "01"), (60_000, "00"), (59_000, "59"),
        ] {
            now.withLock { $0 = Int64(milliseconds) }
            let line = String(decoding: field.line, as: UTF8.self)
            #expect(line.hasPrefix("Date: Thu, 01 Jan 1970 00:0"), "\(line)")
            #expect(line.hasSuffix(":\(seconds) GMT\r\n"), "\(line)")
        }
    }

    @Test(
        "on loopback a name that anybody's DNS may answer is told nothing, whatever is asked for",
        arguments: ["/", "/livez", "/readyz", "/readyz/db", "/status", "/metrics", "/none"])
    func rebinding(path: String) throws {
        let routes = try mixed().routes(allowedHosts: ["app.test"])
        func status(_ target: String, host: String, method: String = "GET") throws -> Int {
            var parser = RequestParser(limit: 8192)
            let bytes = Array("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
            let head = try #require(try parser.next(in: bytes))
            let answer = Answer(routes.response(to: head))
            if answer.status == 421 {
                #expect(!answer.body.contains("db") && answer.body.contains("--allowed-hosts"))
            }
            return answer.status
        }
        for host in [
            "evil.test", "evil.test:8642", "notlocalhost", "localhost.evil.test", "127.0.0.1.evil.test",
            "1.2.3", "0x7f000001", "app.test.evil.test", "%6Cocalhost", "db",
        ] {
            for method in ["GET", "HEAD", "OPTIONS"] {
                #expect(try status(path, host: host, method: method) == 421, "\(host)")
            }
            // The authority of the target counts, and not the field.
            #expect(try status("http://\(host)\(path)", host: "localhost") == 421, "\(host)")
        }
        for host in [
            "", "localhost", "LocalHost:8642", "localhost.", "a.localhost", "127.0.0.1", "127.0.0.1:1",
            "10.0.0.7:80", "[::1]:8642", "[::ffff:10.0.0.7]", "app.test", "App.Test.:99",
        ] {
            #expect(try status(path, host: host) != 421, "\(host)")
        }
        #expect(try status("http://app.test\(path)", host: "evil.test") != 421)
    }

    @Test("the root lists what there is")
    func root() throws {
        let answer = try Scene().get("/")
        #expect(answer.status == 200)
        for path in ["/livez", "/startupz", "/readyz", "/healthz", "/status", "/metrics"] {
            #expect(answer.body.contains("\n\(path) "))
        }
    }
}
