import Testing

@Suite("What is no YAML, and short forms")
struct YAMLComplaintTests {
    @Test(
        "what is wrong is said in words that say what to change",
        arguments: [
            ("targets:\n\tdb: tcp://h:1", "2:1", "a tab: YAML is indented with blanks"),
            ("targets:\n  db:\n  \ttcp: h:1", "3:3", "a tab"), ("a:\n- \tb: c\n\t- d", "2:3", "a tab"),
            ("targets:\n  db:\n    tcp: h:1\n   retries: 3", "4:4", "does not stand under the keys"),
            ("targets:\n  db: @x", "2:7", "a `@` begins no value: put the value in quotes"),
            ("targets:\n  db: `x`", "2:7", "a ``` begins no value"),
            ("a: %x", "1:4", "a `%` begins no value"),
            ("a: b: c", "1:5", "a `: ` where no key can be"),
            ("a: [1, 2", "2:1", "`]` of the list is missing"),
            ("a: {b: 1", "2:1", "`}` of the mapping is missing"), ("a: \"b", "2:1", "a quote is not closed"),
            ("a: b\nc\nd: e", "3:1", "a key without its `: `"),
            ("a:\n  b: c\n  - d", "3:3", "does not stand under"),
            ("a: *", "1:4", "begins the name of an anchor"), ("a: \"\\q\"", "1:4", "an unknown escape"),
        ])
    func complaints(yaml: String, place: String, words: String) throws {
        let said = try mistakes(yaml + "\n")
        #expect(said.count == 1 && said[0].contains(words), "\(said) is not: \(words)")
        // libyaml tells some of them where it noticed, which is below.
        #expect(said[0].hasPrefix("waitfor.yaml:\(place.split(separator: ":")[0]):"), "\(said)")
    }

    @Test("a target may be its address alone, as the command line has it")
    func shortForm() throws {
        let file = try load(
            "targets:\n  db: postgres://app@h/app\n  cache: ${CACHE:-redis://c}\n  api: {http: http://h/}\n")
        #expect(file.targets.map(\.name) == ["db", "cache", "api"])
        #expect(file.targets.map(\.kind) == ["postgres", "redis", "http"])
        #expect(try mistakes("targets:\n  db: gopher://h\n").first?.contains("2:7: targets.db") == true)
        #expect(
            try mistakes("targets:\n  db:\n").first?.contains("a mapping is expected, not nothing") == true)
    }

    @Test("statuses and places of JSON may be lists, and values a mapping of places")
    func lists() throws {
        let file = try load(
            """
            targets:
              a: {http: "http://h", expect_status: [2xx, 401], expect_json: [/a=1, /b]}
              b: {http: "http://h", expect_status: "2xx,401", expect_json: {/a: 1, /b: }}
            """)
        let services = file.targets.map { "\($0.service)" }
        #expect(services[0] == services[1])
        #expect(
            try mistakes("targets: {a: {tcp: \"h:1\", timout: 1s}}").first?.contains(
                "did you mean `timeout`?") == true)
        #expect(
            try mistakes("targets: {a: {tcp: \"h:1\", nonsense: 1}}").first?.contains(
                "`waitfor help targets` lists")
                == true)
    }
}
