import HealthCore
import TestSupport
import Testing

/// Files that ask for too much, and values that try to be more than values.
@Suite("A hostile configuration file")
struct HostileFileTests {
    private static let marked = "Zq7XwJ9vKt2Hg"

    @Test("60,000 variables in one another are one mistake with its place")
    func deepVariables() throws {
        let deep = String(repeating: "${A:-", count: 60_000) + String(repeating: "}", count: 60_000)
        let said = try mistakes("targets: {a: {tcp: '\(deep)'}}\n")
        #expect(
            said == [
                "waitfor.yaml:1:20: targets.a.tcp: variables in variables, more than 32 levels deep"
            ], "\(said)")
        #expect(try mistakes("listen: '\(deep)'\ntargets: {a: {tcp: 'h:1'}}\n").count == 1)
    }

    @Test("aliases do not get deeper than what is written may be")
    func deepAliases() throws {
        var yaml = "x-0: &a0 x\n"
        for level in 1...20 { yaml += "x-\(level): &a\(level) [[[[*a\(level - 1)]]]]\n" }
        let said = try mistakes(yaml + "targets: {a: {tcp: 'h:1'}}\n")
        #expect(said.count == 1 && said[0].contains("more than 32 levels deep"), "\(said)")
    }

    @Test("aliases of a long text are counted by what they ask for")
    func longAliases() throws {
        let text = String(repeating: "x", count: 100_000)
        let items = (0..<100).map { _ in "*a" }.joined(separator: ", ")
        let said = try mistakes("x-0: &a \(text)\nx-1: [\(items)]\ntargets: {a: {tcp: 'h:1'}}\n")
        #expect(said.count == 1 && said[0].contains("more than 4 MiB, aliases written out"), "\(said)")
    }

    @Test("variables bring a file at most a mebibyte, and that is said once")
    func longVariables() throws {
        let around = context(["V": String(repeating: "x", count: 100_000)])
        let targets = (0..<50).map { "  t\($0): {redis: h, password: '$V'}\n" }.joined()
        let said = try mistakes("targets:\n\(targets)", around)
        #expect(said.count == 1 && said[0].hasPrefix("waitfor.yaml:12:"), "\(said)")
        #expect(said.allSatisfy { $0.hasSuffix("t10.password: too much text comes out of variables") })
    }

    @Test(
        "a field of another name cannot come out of the value of one",
        arguments: [
            ("headers: {X-A: '${V}'}", "a line end in the value of a field", 41),
            ("headers: {X-A: \"a\\nX-Evil: b\"}", "a line end in the value of a field", 41),
            ("headers: {X-A: \"a\\rX-Evil: b\"}", "a line end in the value of a field", 41),
            ("headers: 'X-A: ${V}'", "a variable brings a line end", 35),
            ("headers: 'X-A: ${NO:-$V}'", "a variable brings a line end", 35),
            ("headers: {\"X-A: a\\nX-Evil\": b}", "not the name of a field: write `Name: value`", 36),
            ("headers: {'X-A: a': b}", "not the name of a field: write `Name: value`", 36),
            ("headers: {'': b}", "not the name of a field: write `Name: value`", 36),
        ])
    func injection(yaml: String, words: String, column: Int) throws {
        for end in ["\n", "\r\n", "\r"] {
            let around = context(["V": "a\(end)X-Evil: b"])
            let said = try mistakes("targets:\n  a: {http: 'http://h/', \(yaml)}\n", around)
            #expect(said == ["waitfor.yaml:2:\(column): targets.a.headers: \(words)"], "\(said)")
        }
    }

    @Test("a variable's value is in no message about the target that it is a part of")
    func schemes() throws {
        let around = context(["V": "hunter2", "HOST": "db"])
        for text in ["h${V}ttps://web/x", "${V}://web", "x$V://${HOST}:1/"] {
            let said = try mistakes("targets: {a: {target: '\(text)'}}\n", around)
            #expect(said.count == 1 && said[0].contains("scheme") && !said[0].contains("hunter2"), "\(said)")
        }
    }

    @Test("an empty password out of a variable is a mistake; one that was written is warned of")
    func emptyPasswords() throws {
        let around = context(["V": ""])
        for text in ["postgres://app:${V}@db/app", "redis://:${V}@db", "pg:host=db password=${V}"] {
            let said = try mistakes("targets: {a: {target: '\(text)'}}\n", around)
            #expect(said.count == 1 && said[0].contains("password") && said[0].contains("empty"), "\(said)")
        }
        let file = try load("targets: {a: {target: 'postgres://app:@db/app'}}\n")
        #expect(file.targets.first?.warnings.count == 1)
    }

    @Test("fields keep their names, those with x- as well, and lines of one's own are lines")
    func headers() throws {
        let yaml = """
            targets:
              a:
                http: http://h/
                headers: {x-api-key: '${V}', Accept: text/html}
              b:
                http: http://h/
                headers: |
                  X-A: ${V}
                  X-B: b

            """
        let file = try load(yaml, context(["V": "v"]))
        let fields = try file.targets.map { target in
            guard let service = target.service as? HTTPService else { throw Unexpected() }
            return service.headers.map {
                "\($0.name)=\($0.value.reveal { String(decoding: $0, as: UTF8.self) })"
            }
        }
        #expect(fields == [["x-api-key=v", "Accept=text/html"], ["X-A=v", "X-B=b"]])
    }

    @Test(
        "what is typed in a wrong place is told by its place, and not shown",
        arguments: [
            "http: 'http://h/', headers: {Authorization Bearer \(marked)}",
            "http: 'http://h/', headers: {Authorization: , Bearer \(marked)}",
            "http: 'http://h/', headers: {\(marked)}", "http: 'http://h/', headers: {\(marked): }",
            "http: 'http://h/', headers: [Authorization Bearer \(marked)]",
            "http: 'http://h/', headers: 'Authorization Bearer \(marked)'",
            "redis: h, password \(marked): ", "redis: h, password \(marked)", "redis: h, password=\(marked)",
            "redis: h, password: [\(marked)]", "redis: h, password: {\(marked): x}",
            "redis: h, password: 'pa$\(marked)'", "redis: h, password: {\(marked)}",
            "redis: h, 'a \(marked)': 1, 'a \(marked)': 1", "redis: h, ? [\(marked)] : 1",
            "redis: h, accept: 'loading \(marked)'", "redis: h, accept: [loading, 'x \(marked)']",
            "redis: h, timeout: '5 \(marked)'", "redis: h, role: '\(marked)'", "redis: h, for: '\(marked)'",
            "redis: h, retries: '\(marked)'", "redis: h, optional: '\(marked)'", "'redis h \(marked)': ",
            "redis: 'h \(marked)'", "redis: 'redis://:\(marked) x@h'", "exec: [\(marked)]",
            "exec: [CMD, [\(marked)]]", "tcp: '${\(marked) x}'", "tcp: '${ \(marked)}'",
        ])
    func places(yaml: String) throws {
        let said = try mistakes("targets:\n  t: {\(yaml)}\n")
        #expect(!said.isEmpty)
        #expect(said.allSatisfy { $0.hasPrefix("waitfor.yaml:2:") }, "\(said)")
        if yaml.hasPrefix("tcp: '${\(Self.marked)") { return }
        #expect(!said.contains { $0.contains(Self.marked) }, "\(said)")
    }

    @Test("so is what is typed outside of a target")
    func outerPlaces() throws {
        for yaml in [
            "listen \(Self.marked): \n", "listen: 'a \(Self.marked)'\n", "log: \(Self.marked)\n",
            "shutdown_delay: \(Self.marked)\n", "defaults: {timeout \(Self.marked)}\n",
            "defaults: {timeout: '\(Self.marked) s'}\n",
        ] {
            let said = try mistakes(yaml + "targets: {a: {tcp: 'h:1'}}\n")
            #expect(said.count == 1 && !said[0].contains(Self.marked), "\(said)")
        }
        for yaml in ["targets: {my db \(Self.marked): {tcp: 'h:1'}}\n", "targets: [\(Self.marked)]\n"] {
            let said = try mistakes(yaml)
            #expect(said.count == 1 && !said[0].contains(Self.marked), "\(said)")
        }
    }

    @Test("a NUL ends no text before its end")
    func nul() throws {
        for yaml in ["postgres: h, user: \"a\\0b\"", "http: 'https://h', ca_file: \"/a\\0b\""] {
            let said = try mistakes("targets: {t: {\(yaml)}}\n")
            #expect(said.first?.hasSuffix("it has a NUL") == true, "\(said)")
        }
    }

    @Test("a target cannot have the name of a check of the agent's own")
    func takenNames() throws {
        let said = try mistakes(
            "targets:\n  ping: {tcp: 'h:1'}\n  shutdown: {tcp: 'h:2'}\n  Ping: {tcp: 'h:3'}\n")
        #expect(
            said == [
                "waitfor.yaml:2:3: targets.ping: the agent's own check has this name: choose another",
                "waitfor.yaml:3:3: targets.shutdown: the agent's own check has this name: choose another",
            ])
    }

    @Test("a default start_interval does not apply where there is no start period")
    func startInterval() throws {
        let file = try load(
            "defaults: {start_interval: 2s}\ntargets:\n  a: {tcp: 'h:1', start_period: 0s}\n  b: {tcp: 'h:2'}\n"
        )
        #expect(file.targets.map(\.settings.startInterval) == [nil, .seconds(2)])
        let words = "has no meaning with a start_period of 0s"
        #expect(
            try mistakes(
                "defaults: {start_interval: 2s, start_period: 0s}\ntargets:\n  a: {tcp: 'h:1'}\n  b: {tcp: 'h:2'}\n"
            )
                == ["waitfor.yaml:1:28: defaults.start_interval: \(words)"])
        #expect(
            try mistakes("defaults: {start_period: 0s}\ntargets:\n  a: {tcp: 'h:1', start_interval: 2s}\n")
                == ["waitfor.yaml:3:35: targets.a.start_interval: \(words)"])
    }
}
