import HealthCore
import Testing

@Suite("The search list of resolver(5)")
struct SearchListTests {
    private func names(
        _ host: String, _ resolvConf: String, localDomain: String? = nil, options: String? = nil,
        hostName: String = "machine"
    ) -> [String] {
        SearchList(
            resolvConf: Array(resolvConf.utf8), localDomain: localDomain, options: options, hostName: hostName
        ).names(of: host)
    }

    @Test(
        "the list is before the host, or behind it if that has enough dots",
        arguments: [
            ("db", "", ["db"]),
            ("db", "search one.test two.test\n", ["db.one.test", "db.two.test", "db"]),
            ("db.far", "search one.test", ["db.far", "db.far.one.test"]),
            ("db.far", "search one.test\noptions ndots:2\n", ["db.far.one.test", "db.far"]),
            ("db", "search one.test\noptions ndots:0\n", ["db", "db.one.test"]),
            ("db.", "search one.test\n", ["db."]),
            ("DB", "domain only.test other.test\n", ["DB.only.test", "DB"]),
            ("db", "search one.test\ndomain two.test\n", ["db.two.test", "db"]),
            ("db", "domain two.test\nsearch one.test\nsearch\n", ["db.one.test", "db"]),
        ])
    func order(host: String, resolvConf: String, expected: [String]) {
        #expect(names(host, resolvConf) == expected)
    }

    @Test("the domain . is the root, and no name is queried twice")
    func root() {
        #expect(names("db", "search .\n") == ["db"])
        #expect(names("db", "search . corp.test corp.test\n") == ["db", "db.corp.test"])
        #expect(names("db", "search corp.test .\n") == ["db.corp.test", "db"])
    }

    @Test(
        "a number of dots is read as far as it goes, the last one counts, and 15 is the most",
        arguments: [
            ("ndots:2", 2), ("ndots:", 0), ("ndots:x", 0), ("ndots:3x", 3), ("ndots:16", 15),
            ("ndots:99999999999999999999", 15), ("ndots:5 rotate ndots:2 edns0", 2),
            ("timeout:3 attempts:1", 1),
            ("xndots:3", 1), ("rotate # ndots:3", 1),
        ])
    func dots(options: String, dots: Int) {
        for count in 0...16 {
            let host = "x" + String(repeating: ".x", count: count)
            for isFile in [true, false] {
                let found = names(
                    host, "search one.test\n" + (isFile ? "options \(options)\n" : "options ndots:1\n"),
                    options: isFile ? nil : options)
                #expect((found.first == host) == (count >= dots), "\(options), \(host)")
            }
        }
    }

    @Test(
        "what is no line of the list is passed over",
        arguments: [
            "# search no.test\n; search no.test\n", " search no.test\n", "searching no.test\nsearch\t \n",
            "nameserver 127.0.0.1\nsortlist 10.0.0.0\n\n\0\n", "search # no.test\n",
        ])
    func noise(resolvConf: String) {
        #expect(names("db", resolvConf) == ["db"])
        #expect(names("db", "search\tone.test # two\r\n" + resolvConf) == ["db.one.test", "db"])
    }

    @Test("a domain with a letter that no name has is left out")
    func odd() {
        #expect(names("db", "search caf\u{e9}.test no\0name.test \u{1} one.test\n") == ["db.one.test", "db"])
    }

    @Test("LOCALDOMAIN takes the list's place, also if it is empty; RES_OPTIONS come last")
    func environment() {
        let file = "search one.test\noptions ndots:3\n"
        #expect(names("db", file, localDomain: "a.test b.test") == ["db.a.test", "db.b.test", "db"])
        #expect(names("db", file, localDomain: "") == ["db"])
        #expect(names("db", file, options: "rotate ndots:0") == ["db", "db.one.test"])
    }

    @Test("the domain of the machine's own name is the list if nothing else is")
    func ownDomain() {
        #expect(names("db", "nameserver 127.0.0.1\n", hostName: "web.corp.test") == ["db.corp.test", "db"])
        #expect(names("db", "search one.test\n", hostName: "web.corp.test") == ["db.one.test", "db"])
        #expect(names("db", "search .\n", hostName: "web.corp.test") == ["db"])
        #expect(names("db", "", localDomain: "", hostName: "web.corp.test") == ["db"])
        #expect(names("db", "", hostName: "web.") == ["db"])
    }

    @Test("a list of any length ends at 64 domains")
    func length() {
        let domains = (0..<5000).map { "d\($0)" }.joined(separator: " ")
        #expect(names("db", "search \(domains)\n").count == 65)
    }

    @Test("an alias is for a host without a dot, whatever its case, and the first line counts")
    func aliases() {
        let file = Array(
            "# comment\nlonely\ncache redis.corp.test # ours\nDB  db.corp.test\ndb no.test\nodd \u{1}x\n".utf8
        )
        #expect(SearchList.alias(of: "db", in: file) == "db.corp.test")
        #expect(SearchList.alias(of: "Cache", in: file) == "redis.corp.test")
        for host in ["lonely", "db.", "db.corp", "odd", "other", "#", ""] {
            #expect(SearchList.alias(of: host, in: file) == nil)
        }
    }
}
