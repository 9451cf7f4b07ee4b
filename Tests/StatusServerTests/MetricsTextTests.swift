import HealthCore
import TestSupport
import Testing

@testable import StatusServer

@Suite("Metrics")
struct MetricsTextTests {
    private let open = "application/openmetrics-text;version=1.0.0"

    private func busy() throws -> Scene {
        try Scene().adding("db=localhost:5432", [refused, ready, refused, .notReady(Failure(.lag, "far"))])
            .adding("cache=unix:///run/ca%22che", isOptional: true, [ready])
    }

    @Test("before the first probe every series is there already, in 0.0.4 (M-1…M-4, M-12)")
    func plain() throws {
        let answer = try Scene().adding("web=w:80", []).get("/metrics")
        #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.body == MetricsExamples.plain)
    }

    @Test("a busy target in OpenMetrics (M-6…M-11)")
    func openMetrics() throws {
        let answer = try Scene().adding("web=w:80", [refused, ready, refused]).get("/metrics", accept: open)
        #expect(answer.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(answer.body == MetricsExamples.open)
    }

    @Test(
        "M-13: the format is the one that is wanted more, and 0.0.4 when in doubt",
        arguments: [
            ("", false), ("*/*", false), ("application/openmetrics-text", true),
            ("application/openmetrics-text, text/plain", false),
            ("application/openmetrics-text, text/plain;q=0.5", true),
            ("application/openmetrics-text;version=0.0.1", false), ("text/html", false),
            ("application/openmetrics-text;version=1.0.0,*/*;q=0.1", true),
            (
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                    + "application/openmetrics-text;version=0.0.1;q=0.5,"
                    + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,"
                    + "*/*;q=0.2", true
            ),
        ])
    func negotiation(accept: String, isOpen: Bool) throws {
        let body = try Scene().get("/metrics", accept: accept).body
        #expect(body.hasSuffix("# EOF\n") == isOpen)
    }

    @Test("promtool finds nothing to complain about")
    func promtool() throws {
        for scene in [Scene(), try busy(), try Scene().adding("web=w:80", [])] {
            let body = try scene.get("/metrics").body
            let run = try Program.run(
                "/usr/bin/promtool", ["check", "metrics"], standardInput: .bytes(Array(body.utf8)))
            #expect(run.exitCode == 0 && run.errors.isEmpty && run.output.isEmpty, "\(run)")
        }
    }

    @Test("the reference parser of OpenMetrics reads it")
    func referenceParser() throws {
        let script = """
            import sys
            from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
            for family in parse(sys.stdin.read()):
                print(family.name, family.type, family.unit, len(family.samples))
            """
        for scene in [Scene(), try busy(), try Scene().adding("web=w:80", [])] {
            let body = try scene.get("/metrics", accept: open).body
            let run = try Program.run(
                "/usr/bin/python3", ["-c", script], standardInput: .bytes(Array(body.utf8)))
            #expect(run.exitCode == 0, "\(run)")
            #expect(run.output.contains("process_cpu_seconds counter seconds 1\n"))
            #expect(
                run.output.contains(
                    "waitfor_probe_duration_seconds histogram seconds \(scene.targets.count * 16)\n"))
        }
    }

    @Test("a reason that was not expected of a kind has a series once it was seen")
    func reasons() throws {
        let body = try busy().get("/metrics").body
        #expect(body.contains("waitfor_probe_failures_total{target=\"db\",reason=\"refused\"} 2\n"))
        #expect(body.contains("waitfor_probe_failures_total{target=\"db\",reason=\"lag\"} 1\n"))
        #expect(body.contains("waitfor_probe_failures_total{target=\"db\",reason=\"auth\"} 0\n"))
        #expect(body.contains("waitfor_probe_failures_total{target=\"cache\",reason=\"missing\"} 0\n"))
    }

    @Test("M-3: backslash, quote and line feed are escaped in a label, and nothing else")
    func escaping() {
        var writer = MetricWriter(name: "m")
        writer.sample(("a", "x\\y\"z\nä"), ("b", ""), value: .flag(true))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "m{a=\"x\\\\y\\\"z\\nä\",b=\"\"} 1\n")
    }

    @Test(
        "seconds have all their decimals and at least one",
        arguments: [
            (0, "0.0"), (1, "0.000000001"), (2_500_000, "0.0025"), (1_000_000_000, "1.0"),
            (61_230_000_000, "61.23"), (-1_500_000_000, "-1.5"),
        ] as [(Int64, String)])
    func seconds(nanoseconds: Int64, text: String) {
        var bytes: [UInt8] = []
        bytes.append(decimal: nanoseconds, per: 1_000_000_000, atLeast: 1)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test("a thousand targets come in pieces of at most 32 KiB")
    func pieces() throws {
        var scene = Scene()
        for index in 0..<1000 { scene = try scene.adding("t\(index)=h:5432", []) }
        var text = MetricsText(
            snapshot: scene.snapshot, usage: Scene.usage, version: "1", format: .plain
        ).text
        var count = 0
        while !text.isAtEnd {
            var piece: [UInt8] = []
            text.appendPiece(to: &piece)
            #expect(piece.count <= 32 << 10)
            count += 1
        }
        #expect(count > 50)
    }
}
