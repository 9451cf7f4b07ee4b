import HealthCore
import Testing

@Suite("Names of targets that share a host")
struct TargetNamesTests {
    static let cases: [([String], [String])] = [
        (["localhost:5432", "localhost:6379"], ["localhost:5432", "localhost:6379"]),
        (["localhost:6379", "localhost:5432", "db:1"], ["localhost:6379", "localhost:5432", "db"]),
        (["rabbitmq:5672", "http://rabbitmq:15672/"], ["rabbitmq:5672", "rabbitmq:15672"]),
        (["http://api/ready", "http://api/live"], ["api:80/ready", "api:80/live"]),
        (["db.eu:5432", "db.us:5432"], ["db.eu:5432", "db.us:5432"]),
        (["tcp://db:5432", "db:5432"], ["db:5432", "db:5432/postgres"]),
        (["postgres://a@db/x", "postgres://a@db/y", "redis://db"], ["db:5432/x", "db:5432/y", "db:6379"]),
        (["db=h:1", "db:5432"], ["db", "db:5432"]), (["h:1", "h=db:1"], ["h:1", "h"]),
        (["[::1]:1", "[::1]:2"], ["[::1]:1", "[::1]:2"]),
        (["unix:///a/s", "unix:///b/s"], ["/a/s", "/b/s"]),
        (["a:1", "b:1"], ["a", "b"]),
    ]

    @Test("all that would share a short name get the long one; a written one stays", arguments: cases)
    func names(arguments: [String], names: [String]) throws {
        #expect(try read(arguments).map(\.name).sorted() == names.sorted())
        #expect(try read(arguments.reversed()).map(\.name).sorted() == names.sorted())
    }

    @Test("the same target twice, or the same written name, is a mistake")
    func same() {
        for arguments in [["db:1", "db:1"], ["x=a:1", "x=b:1"], ["db:1", "tcp://db:1"]] {
            #expect(
                refusal { _ = try read(arguments) }?.hasPrefix("two targets are called") == true,
                "\(arguments)")
        }
    }

    @Test("the short name of several is a mistake that lists them")
    func shortNames() {
        let said = refusal {
            _ = try read(["localhost:5432", "localhost:6379"], set: ["localhost.retries=2"])
        }
        #expect(
            said?.hasSuffix("localhost is short for several targets: localhost:5432, localhost:6379") == true)
        let other = refusal { _ = try read(["cache:6379"], set: ["cahce.retries=2"]) }
        #expect(other?.hasSuffix("there is no target called cahce; did you mean `cache`?") == true)
    }

    static let passwordFiles: [([String], String?)] = [
        (["redis://a", "tcp://b:1"], "a"), (["postgres://app@a", "redis://b"], "a"),
        (["postgres://app:pw@a", "redis://b"], "b"), (["postgres://a", "redis://b"], nil),
        (["postgres://app@a", "postgres://app@b"], nil), (["postgres://app:pw@a"], nil), (["tcp://a:1"], nil),
    ]

    @Test(
        "the password file is for the one without a password, or the one of them with a user",
        arguments: passwordFiles)
    func passwordFile(arguments: [String], taker: String?) throws {
        let around = context(secrets: ["/f": "s"])
        guard let taker else {
            #expect(
                refusal { _ = try read(arguments, passwordFile: "/f", around) }?.contains("--password-file")
                    == true)
            return
        }
        let takers = try read(arguments, passwordFile: "/f", around).filter {
            $0.password == .file(path: "/f")
        }
        #expect(takers.map(\.name) == [taker])
    }
}
