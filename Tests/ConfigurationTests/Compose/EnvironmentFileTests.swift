import HealthCore
import TestSupport
import Testing

@testable import Configuration

@Suite("A file of variables")
struct EnvironmentFileTests {
    private func read(_ text: String, isRaw: Bool = false, known: [String: String] = [:]) -> EnvironmentFile {
        EnvironmentFile(Array(text.utf8), file: 0, isRaw: isRaw) { known[$0] }
    }

    @Test(
        "a value is what Compose makes of it",
        arguments: [
            ("A=plain", "plain"), ("A = spaced ", "spaced"), ("  A=x # comment", "x"), ("A=a#b", "a#b"),
            ("A=\"x # y\" # z", "x # y"), ("A='$V ${V}'", "$V ${V}"), ("A=\"$V ${NO:-d}\"", "v d"),
            ("A=$V", "v"),
            ("export A=x", "x"), ("export\tA=x", "x"), ("A=", ""), ("A: yaml", "yaml"),
            ("A=\"a\nb\"", "a\nb"), ("A='a\nb'", "a\nb"),
            (#"A="\n\t\"\\\$V\x""#, "\n\t\"\\$V\\x"), (#"A='it\'s \n'"#, #"it's \n"#), ("A=$NO", ""),
            ("A=a$$V", "a$V"),
            ("A=\"a$$V\"", "a$V"), ("A= # x", "# x"), ("A=\"a\"b", "a"), (#"A=\$V \n"#, #"\v \n"#),
            ("A=1\r\nB=2\r\n", "1"), ("\u{FEFF}A=1", "1"), ("A=1\nA=2", "2"), ("B=b\nA=$B", "b"),
            ("A=é", "é"),
            ("#c\n\n # d\nA=1", "1"), ("A=\"\"", ""), ("A=''\n", ""), ("export A\nB=1", "outer"),
            ("A", "outer"),
        ])
    func values(text: String, expected: String) {
        let file = read(
            text, known: text.hasPrefix("export A\n") || text == "A" ? ["A": "outer"] : ["V": "v"])
        #expect(file.values["A"] == expected, "\(file.mistakes)")
        #expect(file.mistakes.isEmpty)
    }

    @Test("variables from around count more than those of the file")
    func precedence() {
        #expect(read("A=1\nB=$A", known: ["A": "0"]).values == ["A": "1", "B": "0"])
        var file = read("A=1\nB=1")
        file.add(Array("B=2$A\nC=3".utf8), file: 1)
        #expect(file.values == ["A": "1", "B": "21", "C": "3"] && file.names == ["A", "B", "C"])
    }

    @Test("a raw file has lines, and nothing in them is replaced")
    func raw() {
        let file = read("R=\"$A\" # c\nS='x'\n#c\n  T= u \nU\nV\n\nW=\n", isRaw: true, known: ["V": "v"])
        #expect(file.values == ["R": "\"$A\" # c", "S": "'x'", "T": " u ", "V": "v", "W": ""])
        #expect(read("A B=1\n=2\nC=3", isRaw: true).mistakes.map(\.position.line) == [1, 2])
    }

    @Test(
        "a mistake has its line, and never a value",
        arguments: [
            ("A=1\nB C=hunter2", 2, "not the name of a variable"),
            ("A=1\n\nB=\"hunter2", 3, "B: a quote is not closed"),
            ("A='hunter2", 1, "A: a quote is not closed"), ("hunter2?=x", 1, "not the name of a variable"),
            ("=hunter2", 1, "not the name of a variable"), ("A=\"", 1, "A: a quote is not closed"),
            ("A=\"x\\\"", 1, "A: a quote is not closed"), ("A=1\nB=${hunter2", 2, "`${` without `}`"),
            ("A=\"1\n2\"\nB='", 3, "B: a quote is not closed"), ("A='\\", 1, "A: a quote is not closed"),
        ])
    func mistakes(text: String, line: Int, words: String) {
        let found = read(text).mistakes
        #expect(found.map(\.position.line) == [line])
        #expect(
            found.allSatisfy { $0.message.contains(words) && !$0.message.contains("hunter2") }, "\(found)")
    }

    @Test(
        "`.env` beside the first file is read, files that are named in its place, and the environment counts more"
    )
    func projects() throws {
        let yaml = "services:\n  a: {environment: [A, 'B=${B}', C]}\n"
        let files = ["c.yaml": yaml, ".env": "A=1\nB=1\nC=not\n", "one": "A=1\nB=1\n", "two": "B=2$A\n"]
        #expect(try project(files).services[0].values == ["A": "1", "B": "1", "C": "not"])
        #expect(try project(files, variables: ["B": "shell"]).services[0].values["B"] == "shell")
        let named = try project(files, envFiles: ["one", "two"])
        #expect(named.services[0].values == ["A": "1", "B": "21", "C": "-"])
        #expect(named.variables == ["A": "1", "B": "21"])
    }

    @Test("variables of a service's files stand below those of its environment, and are written by name")
    func ofServices() throws {
        let files = [
            "c.yaml": """
            services:
              a:
                env_file: [{path: e.env}, {path: no.env, required: false}, {path: r.env, format: raw}]
                environment: {OWN: o, X: x}

            """,
            "e.env": "A=$OWN-$P-$X\nX=file\nP\nNOPE\nQ=\"$$A\"\n", "r.env": "R=\"$A\" # c\n",
            ".env": "P=proj\n",
        ]
        let found = try project(files)
        #expect(
            found.services[0].values == [
                "A": "o-proj-x", "X": "x", "P": "proj", "Q": "$A", "R": "\"$A\" # c", "OWN": "o",
            ])
        #expect(found.warnings.isEmpty)
        let variable = try #require(found.services[0].environment.first { $0.name == "A" })
        #expect(variable.value?.written == "${A}")
        guard case .file(let path) = variable.origin else { throw Unexpected() }
        #expect(path.hasSuffix("/e.env"))
    }

    @Test("a file uses what is said by it so far, and else by the files before it")
    func earlier() throws {
        let found = try project([
            "c.yaml": "services:\n  a: {env_file: [x, y], image: x}\n", "x": "A=1\nB=1\n",
            "y": "C=$A\nA=2\nD=$A$B\n",
        ])
        #expect(found.services[0].values == ["A": "2", "B": "1", "C": "1", "D": "21"])
        let root = try project(
            ["c.yaml": "services:\n  a: {image: '$B'}\n", "x": "A=1\n", "y": "A=2\nB=$A\n"],
            envFiles: ["x", "y"])
        #expect(root.services[0].image?.value == "2")
    }

    @Test("a file that is not there leaves its variables unknown, which is warned of")
    func missing() throws {
        let found = try project(["c.yaml": "services:\n  a: {env_file: no.env, image: x}\n"])
        #expect(found.services[0].environment.isEmpty)
        #expect(found.warnings.count == 1)
        let said = withoutFolder(found.warnings[0])
        #expect(
            said.hasPrefix("c.yaml:2:17: services.a.env_file: ")
                && said.hasSuffix("its variables are not known"))
    }
}
