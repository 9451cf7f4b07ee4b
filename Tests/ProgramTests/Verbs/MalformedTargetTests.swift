import TestSupport
import Testing

/// A target with a password that cannot be read is told by part and place, never by its text.
struct MalformedTargetTests {
    private struct Malformed {
        let text: String
        /// Target, part and position, as the line has them.
        let place: String
        /// What to do about it, or the thing that is wrong.
        let advice: String

        init(_ text: String, _ place: String, _ advice: String) {
            self.text = text
            self.place = place
            self.advice = advice
        }
    }

    // `Zq7XwJ9vKt2Hg` is the password that was meant, with one character in its middle.
    private static let table: [Malformed] = {
        let encode = "percent-encode"
        return [
            Malformed("postgres://app:Zq7XwJ@9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ/9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ?9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ#9vKt2Hg@db/app", "at character 22", encode),
            Malformed("postgres://app:Zq7XwJ 9vKt2Hg@db/app", "at character 22", encode),
            Malformed("postgres://app:Zq7XwJ%9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ%zz9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ%009vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg%@db/app", "password, at character 29", encode),
            Malformed("postgres://äpp:Zq7XwJ@9vKt2Hg@db/app", "password, at character 22", encode),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg@[::1/app", "host, at character 30", "without `]`"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg[@[db]/app", "host, at character 32", "IPv6"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg:5432/app", "host, at character 29", "second `:`"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg/app", "port, at character 16", "port"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg@db:54x2/app", "port, at character 33", "port"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg@db:65536/app", "port, at character 33", "port"),
            Malformed("postgres://app:Zq7XwJ9vKt2Hg@/app", "host", "127.0.0.1"),
            Malformed("postgres://:Zq7XwJ9vKt2Hg@db/app", "user, at character 12", "empty"),
            Malformed("postgre://app:Zq7XwJ9vKt2Hg@db/app", "scheme, at character 1", "unknown"),
            Malformed("postgres:/app:Zq7XwJ9vKt2Hg@db/app", "character", ""),
            Malformed("app:Zq7XwJ9vKt2Hg@db:5432", "user, at character 18", "postgres://USER"),
            Malformed("postgresql+asyncpg://app:Zq7XwJ/9vKt2Hg@db", "password, at character 32", encode),
            Malformed(
                "postgres://app@db?password=Zq7XwJ9vKt2Hg&password=x", "parameter, at character 42", "twice"),
            Malformed("postgres://app@db?password=Zq7XwJ%zz9vKt2Hg", "parameter, at character", encode),
            Malformed("postgres://app@db?password:Zq7XwJ9vKt2Hg==", "parameter, at character 19", "***"),
            Malformed("redis://Zq7XwJ9vKt2Hg@cache", "user, at character 9", "redis://:PASSWORD@host"),
            Malformed("redis://:Zq7XwJ@9vKt2Hg@cache", "password, at character 16", encode),
            Malformed("redis://:Zq7XwJ/9vKt2Hg@cache", "password, at character 16", encode),
            Malformed("redis://:Zq7XwJ?9vKt2Hg@cache", "password, at character 16", encode),
            Malformed("redis://:Zq7XwJ#9vKt2Hg@cache", "at character 16", encode),
            Malformed("redis://:Zq7XwJ 9vKt2Hg@cache", "at character 16", encode),
            Malformed("redis://:Zq7XwJ%zz9vKt2Hg@cache", "password, at character 16", encode),
            Malformed("redis://:Zq7XwJ9vKt2Hg@[::1", "host, at character 24", "without `]`"),
            Malformed("redis://:Zq7XwJ9vKt2Hg@cache:x", "port, at character 30", "digit"),
            Malformed(
                "redis://:x@cache?password=Zq7XwJ9vKt2Hg", "password, at character 18", "before the host"),
            Malformed("redis://cache?password=Zq7XwJ%9vKt2Hg", "password, at character 30", encode),
            Malformed("rediss://:Zq7XwJ9vKt2Hg@cache:x", "port, at character 31", "digit"),
            Malformed("https://u:Zq7XwJ9vKt2Hg@:443/", "host, at character 25", "empty"),
            Malformed("reddis://:Zq7XwJ9vKt2Hg@cache", "scheme, at character 1", "unknown"),
            Malformed("pg:host=db user=app password=Zq7XwJ 9vKt2Hg", "parameter, at character 37", "quote"),
            Malformed("pg:host=db user=app password='Zq7XwJ9vKt2Hg", "parameter, at character 30", "quote"),
            Malformed("pg:host=db password='Zq7XwJ' 9vKt2Hg'", "parameter, at character 30", "quote"),
            Malformed("pg:host=db password=Zq7XwJ9vKt2Hg password=y", "parameter, at character 35", "twice"),
            Malformed("pg:host=db password=Zq7XwJ9vKt2Hg port=x", "port, at character 35", "port"),
            Malformed("pg:user=app password=Zq7XwJ9vKt2Hg", "host", "127.0.0.1"),
            Malformed("pg:host=db pasword=Zq7XwJ9vKt2Hg", "parameter, at character 12", "pasword"),
            Malformed("pg:host=db password:Zq7XwJ9vKt2Hg==", "parameter, at character 12", "***"),
        ]
    }()

    private static let secret = MarkedSecret.plain

    private func expectRefusal(
        _ arguments: [String], _ environment: [String: String] = [:], says words: [String],
        about secret: MarkedSecret = secret, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let finished = try Program.run(
            Program.waitfor, arguments, environment: Program.minimalEnvironment.merging(environment) { $1 })
        let story = Comment("\(arguments) \(environment): \(finished)")
        #expect(finished.exitCode == 125, story, sourceLocation: sourceLocation)
        #expect(
            finished.output.isEmpty && lines(finished.errors).count == 1, story,
            sourceLocation: sourceLocation)
        #expect(secret.shown(by: finished) == [], story, sourceLocation: sourceLocation)
        for word in words { #expect(finished.errors.contains(word), story, sourceLocation: sourceLocation) }
    }

    @Test("A malformed target is told by target, part and character, with the cure and without its text")
    func arguments() throws {
        #expect(Self.table.count >= 20)
        for malformed in Self.table {
            let words = [malformed.place, malformed.advice]
            try expectRefusal([malformed.text], says: words + ["target 1: "])
            try expectRefusal(
                ["check", "--output", "json", "127.0.0.1:1", malformed.text], says: words + ["target 2: "])
            try expectRefusal(["--log", "json", "-v", malformed.text, "--", "/bin/true"], says: words)
        }
    }

    @Test("A malformed target in a variable is told by the variable")
    func variables() throws {
        for malformed in Self.table {
            let words = [malformed.place, malformed.advice, "DATABASE_URL"]
            try expectRefusal(
                ["env:DATABASE_URL"], ["DATABASE_URL": malformed.text], says: words + ["target 1: "])
            try expectRefusal(
                ["check", "db=env:DATABASE_URL"], ["DATABASE_URL": malformed.text],
                says: words + ["target db: "])
        }
    }

    @Test("what can be read all the same is told without its password")
    func readable() throws {
        for text in [
            "postgres://app:Zq7XwJ9vKt2Hg@127.0.0.1:1/app?colour=red", "redis://:Zq7XwJ9vKt2Hg@127.0.0.1:1/x",
            "postgres://app@127.0.0.1:1?password=Zq7XwJ&9vKt2Hg=1",
            "redis://127.0.0.1:1?password=Zq7XwJ&9vKt2Hg",
            "postgres://app@127.0.0.1:1?password=Zq7XwJ&9vKt2Hg",
            "redis://:Zq7XwJ9vKt2Hg@127.0.0.1:1?colour=red",
            "pg:host=127.0.0.1 port=1 user=app password=Zq7XwJ 9vKt2Hg=1",
            "host=127.0.0.1 port=1 user=app password=Zq7XwJ 9vKt2Hg=1",
            "Host=127.0.0.1;Port=1;Username=app;Password=Zq7XwJ;9vKt2Hg=1",
            "127.0.0.1:1,password=Zq7XwJ9vKt2Hg,abortConnect=False",
            "jdbc:postgresql://127.0.0.1:1/app?user=app&password=Zq7XwJ9vKt2Hg&prepareThreshold=0",
            "redis+sentinel://:Zq7XwJ9vKt2Hg@127.0.0.1:1,127.0.0.1:2/m",
        ] {
            for (arguments, environment) in [(["db=\(text)"], [:]), (["env:U"], ["U": text])]
                as [([String], [String: String])]
            {
                let finished = try Program.run(
                    Program.waitfor, ["check", "-v", "-t", "1s"] + arguments,
                    environment: Program.minimalEnvironment.merging(environment) { $1 })
                #expect(finished.exitCode == 1 && finished.output.contains("refused"), "\(text): \(finished)")
                #expect(Self.secret.shown(by: finished) == [], "\(text): \(finished)")
            }
        }
    }

    @Test("The position counts from the beginning of the argument, name included")
    func named() throws {
        let target = "db=postgres://app:Zq7XwJ@9vKt2Hg@db/app"
        try expectRefusal([target], says: ["target db: password, at character 25", "percent-encode"])
    }

    @Test("A password in a place where none belongs is not repeated")
    func misplaced() throws {
        let (uri, text) = ("postgres://app:Zq7XwJ9vKt2Hg@db.test/app", "Zq7XwJ9vKt2Hg")
        let db = "db=127.0.0.1:5432"
        for (arguments, word) in [
            (["env:\(uri)"], "variable"), (["-t", uri], "-t"), (["--timeout=\(uri)", db], "--timeout"),
            (["--quorum", uri, db], "--quorum"), (["--accept", uri, db], "--accept"),
            (["--log", uri, db], "--log"),
            (["--for", uri, db], "--for"), (["--optional", uri, db], "--optional"),
            (["check", "--output", uri], "--output"), (["--fail-fast=\(uri)", db], "--fail-fast"),
            (["--set", uri, db], "--set"), (["--set", "\(uri)?sslmode=require", db], "--set"),
            (["--\(uri)"], "option"), (["help", uri], "help"), (["version", uri], "version"),
            (["install", uri], "write in"),
            // A conninfo without `pg:`, or without quotes.
            (["pg:host=db", "password=\(text)", "user=app"], "target"),
            (["pg:password=Zq7XwJ", "9vKt2Hg"], "target"),
            (["check", "pg:password=Zq7XwJ", "9vKt2Hg"], "target"),
            (["redis://:Zq7XwJ", "9vKt2Hg@cache"], "target"),
            (["--set", "db.passwrod=\(text)", db], "db.passwrod"),
            (["--set", "password=\(text)", db], "--set"),
            (["--set", "db.timeout=\(text)", db], "db.timeout"),
            (["--set", "db.level=\(text)", db], "db.level"),
            (["--set", "db.optional=\(text)", db], "db.optional"),
            (["--set", "db.password:\(text)=", db], "db"),
            (
                ["--set", "db.password=\(text)", "--set", "db.password_file=/dev/null", db],
                "db.password_file"
            ),
            (["--password-file", "/dev/null/none", "db=postgres://u:\(text)@h/"], "--password-file"),
            (["db=\(uri)", "db=\(uri)"], "called db"), ([uri, uri], "called postgres:db.test:5432/app"),
        ] {
            try expectRefusal(arguments, says: [word])
        }
        for (name, value) in [
            ("WAITFOR_GATE_TIMEOUT", uri), ("WAITFOR_GATE_SET", uri),
            ("WAITFOR_GATE_SET", "x.password=\(text)"),
            ("WAITFOR_GATE_ACCEPT", uri), ("WAITFOR_GATE_QUORUM", uri), ("WAITFOR_LOG", uri),
            ("WAITFOR_GATE_OPTIONAL", uri),
        ] {
            try expectRefusal([db], [name: value], says: [name])
        }
    }

    @Test("`:` and `[` need no encoding in a password, as in libpq, and are not printed either")
    func harmlessCharacters() throws {
        let port = try FreePort.make()
        for mark in [":", "[", "]", "%5B", "!", "$", "'", ",", ";", "=", "&", "+"] {
            let password = "Zq7XwJ\(mark)9vKt2Hg"
            for target in [
                "postgres://app:\(password)@127.0.0.1:\(port)/app", "redis://:\(password)@127.0.0.1:\(port)",
            ] {
                let finished = try Program.run(Program.waitfor, ["check", "-v", target])
                #expect(
                    finished.exitCode == 1 && finished.output.contains("refused"), "\(target): \(finished)")
                #expect(Self.secret.shown(by: finished) == [], "\(target): \(finished)")
                #expect(MarkedSecret(password).shown(by: finished) == [], "\(target): \(finished)")
            }
        }
    }
}
