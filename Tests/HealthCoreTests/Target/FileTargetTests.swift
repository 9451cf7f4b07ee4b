import HealthCore
import Testing

@Suite("Targets of a file")
struct FileTargetTests {
    private func named(_ text: String, prefix: String = "", _ variables: [String: String] = [:]) throws
        -> Target
    {
        try TargetReader(context: context(variables)).read(
            Array(text.utf8), named: "main", prefix: prefix)
    }

    @Test("a name that is known is kept, and the text is only the target")
    func names() throws {
        #expect(try named("db:5432").name == "main")
        #expect(try named("db:5432").kind == "postgres")
        #expect(try named("env:DB", ["DB": "cache:6379"]).name == "main")
        // Here nothing before an `=` is a name.
        #expect(
            refusal { _ = try named("other=db:80") }
                == "main: host, at character 6: \(TargetReaderTests.byte)")
    }

    // As many as the environment of a process holds: each was a frame on the stack.
    @Test("what is not seen around the value of a variable is dropped, however much of it there is")
    func blanks() throws {
        for blank in ["\u{A0}", "\u{200B}", "\u{FEFF}", " \u{A0}\n"] {
            let blanks = String(repeating: blank, count: 100_000)
            #expect(try named("env:DB", ["DB": "\(blanks)cache:6379\(blanks)"]).kind == "redis")
        }
    }

    @Test("a prefix is what the key of the file says already")
    func prefixes() throws {
        let target = try named("db:5432", prefix: "tcp://")
        #expect(target.kind == "tcp")
        #expect(target.endpoint == .network(host: "db", port: 5432))
        #expect(!target.isInferred)
        #expect(try named("/run/app.sock", prefix: "unix://").endpoint == .unixSocket(path: "/run/app.sock"))
    }

    @Test("a password in a file is no password in the arguments")
    func passwords() throws {
        let target = try named("postgres://app:secret@db/app")
        #expect(try target.postgres.password == .given("secret"))
        #expect(!target.hasPasswordInArguments)
    }

    static let mistakes: [(String, String, String)] = [
        ("db:54x2", "", "main: port, at character 6: not a digit"),
        ("db:54x2", "tcp://", "main: port, at character 6: not a digit"),
        ("d*b:80", "tcp://", "main: host, at character 2: `*` is \(TargetReaderTests.byte)"),
        (":80", "tcp://", "main: host, at character 1: \(TargetReaderTests.empty)"),
        ("", "tcp://", "main: host, at character 1: \(TargetReaderTests.empty)"),
        ("db", "tcp://", "main: port, at character 3: missing: write host:port"),
        ("run/s", "unix://", "main: path, at character 1: \(TargetReaderTests.absolute)"),
        ("grö:x", "tcp://", "main: host, at character 3: \(TargetReaderTests.byte)"),
        ("env:UNSET", "", "main: variable: UNSET is not set"),
    ]

    @Test("positions count in what the file says, without the prefix", arguments: mistakes)
    func positions(text: String, prefix: String, sentence: String) {
        #expect(refusal { _ = try named(text, prefix: prefix) } == sentence)
    }

    // MARK: Beside those of the command line

    private func list(
        _ arguments: [String], besides file: [Target], set settings: [String] = [],
        passwordFile: String? = nil, _ context: ReadingContext = context()
    ) throws -> [Target] {
        try TargetList.read(
            arguments.map { Array($0.utf8) }, besides: file, settings: settings.map { Array($0.utf8) },
            passwordFile: passwordFile, context)
    }

    @Test("they come first, and --set reaches them as well")
    func together() throws {
        let targets = try list(["cache:6379"], besides: [try named("db:80")], set: ["main.timeout=5s"])
        #expect(targets.map(\.name) == ["main", "cache"])
        #expect(targets.map(\.settings.timeout) == [.seconds(5), nil])
        #expect(try list([], besides: [try named("db:80")]).map(\.name) == ["main"])
    }

    @Test("a name is given once, in the file or on the command line")
    func duplicates() throws {
        let file = [try named("db:80")]
        #expect(
            refusal { _ = try list(["main=cache:6379"], besides: file) }
                == "two targets are called main: name them, for example first=HOST:PORT second=HOST:PORT")
    }

    @Test("they get the ambient and the one password, and a password raises their level")
    func passwordsOfTheRun() throws {
        let environment = context(["REDISCLI_AUTH": "ambient"], secrets: ["/pw": "secret"])
        let redis = try list(["web:80"], besides: [try named("cache:6379")], environment)
        #expect(try redis[0].redis.password == .given("ambient"))
        let postgres = try list(
            ["web:80"], besides: [try named("postgres://app@db/app")], passwordFile: "/pw", environment)
        #expect(try postgres[0].postgres.password == .file(path: "/pw"))
        #expect(try postgres[0].postgres.level == .query)
    }

    @Test("a password file that the file names must exist")
    func missingPasswordFile() throws {
        var target = try named("db:5432")
        target.password = .file(path: "/nowhere")
        let file = [target]
        #expect(
            refusal { _ = try list([], besides: file) }?.hasPrefix(
                "main.password_file: cannot read /nowhere") == true)
    }
}
