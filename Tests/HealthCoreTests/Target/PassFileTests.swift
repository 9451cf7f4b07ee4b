import HealthCore
import Testing

@Suite("libpq's password file")
struct PassFileTests {
    private func password(_ contents: String, host: String = "db", port: UInt16 = 5432) -> String? {
        PassFile.password(in: Array(contents.utf8), host: host, port: port, database: "app", user: "me")?
            .reveal { String(decoding: $0, as: UTF8.self) }
    }

    @Test("the first line that matches counts, and wildcards match anything")
    func lines() {
        #expect(password("db:5432:app:me:one\ndb:5432:app:me:two\n") == "one")
        #expect(password("*:*:*:*:any") == "any")
        #expect(password("other:5432:app:me:no\n*:5432:*:me:yes") == "yes")
        for line in ["xx:5432:app:me:p", "db:5433:app:me:p", "db:5432:xx:me:p", "db:5432:app:xx:p"] {
            #expect(password(line) == nil)
        }
        #expect(password("") == nil)
    }

    @Test("comments, short lines and line ends of either kind are passed over")
    func noise() {
        #expect(
            password("# db:5432:app:me:p\n#*:*:*:*:no\n\nnonsense\n*:*:*:p\ndb:5432:app:me:yes\r\n") == "yes")
        #expect(password("db:5432:app:me:p") == "p")
        #expect(password(" db:5432:app:me:p") == nil)
    }

    @Test("a backslash takes the next character as it is, and an escaped star is a star")
    func escapes() {
        #expect(password("db:5432:app:me:a\\:b\\\\c") == "a:b\\c")
        #expect(password("\\*:5432:app:me:no\ndb:5432:app:me:yes") == "yes")
        #expect(password("\\*:5432:app:me:star", host: "*") == "star")
        #expect(password("\\:\\:1:5432:app:me:six", host: "::1") == "six")
        #expect(password("::1:5432:app:me:six", host: "::1") == nil)
        #expect(password("db:5432:app:me:a\\") == "a\\")
    }

    @Test("a password ends at a colon that is not escaped, and an empty one ends the search")
    func asLibpq() {
        #expect(password("db:5432:app:me:pa:ss") == "pa")
        #expect(password("db:5432:app:me:\ndb:5432:app:me:second") == nil)
    }

    @Test("passwords keep every byte")
    func bytes() {
        let contents = Array("db:5432:app:me:".utf8) + [0xFF, 0x20, 0x09, 0x7F]
        let found = PassFile.password(in: contents, host: "db", port: 5432, database: "app", user: "me")
        #expect(found == Secret([0xFF, 0x20, 0x09, 0x7F] as [UInt8]))
    }

    @Test("a socket is looked up by its directory and port, the default directory as localhost")
    func sockets() throws {
        let contents = Array(
            "/run/pg:6000:app:me:one\nlocalhost:5432:app:me:two\n/var/run/postgresql:5432:*:*:no".utf8)
        func found(_ text: String) throws -> PasswordSource? {
            let service = try read(text).postgres
            return PassFile.password(in: contents, for: service, at: service.places[0]).map(
                PasswordSource.given)
        }
        #expect(try found("pg:host=/run/pg port=6000 user=me dbname=app") == .given("one"))
        #expect(try found("pg:host=/run/pg user=me dbname=app") == nil)
        #expect(try found("pg:host=/var/run/postgresql user=me dbname=app") == .given("two"))
        #expect(try found("pg:host=localhost user=me dbname=app") == .given("two"))
        #expect(try found("pg:host=localhost user=you dbname=app") == nil)
    }
}
