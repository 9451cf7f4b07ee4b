import HealthCore
import Testing

@Suite("PostgreSQL targets that are refused, by part and place and never by content")
struct PostgresRefusalTests {
    static let encode = "percent-encode `@ / ? #` in the password"
    static let empty = "empty: is a variable unset? write 127.0.0.1 for this machine"
    static let noHost = empty + ", or host=/DIRECTORY for a socket"
    static let hexadecimal =
        "`%` must be followed by two hexadecimal digits, not 00: percent-encode a `%` itself as %25"
    static let port = "not a port from 1 to 65535"

    static let uris = [
        // No host is libpq's socket, and most often an unset variable (LU-2, LU-3).
        Mistake("postgresql://▸", "host", noHost), Mistake("postgres://▸/db", "host", noHost),
        Mistake("postgres://u:p@▸/db", "host", noHost), Mistake("postgres://▸:5432/db", "host", noHost),
        Mistake("postgres://u:p@▸?sslmode=disable", "host", noHost),
        Mistake("postgres://h?▸host=", "host", noHost),
        // LU-8
        Mistake("postgres://▸[::1", "host", "`[` without `]`"),
        Mistake("postgres://[▸]", "host", "not an IPv6 address"),
        Mistake("postgres://[::1]▸z", "host", "only `:port` may follow `]`"),
        Mistake("postgres://[▸db]:5432", "host", "not an IPv6 address"),
        Mistake("postgres://:▸:1/db", "host", "a second `:`; an IPv6 address needs brackets: [::1]:5432"),
        // LU-9
        Mistake("postgresql://▸%1", "host", hexadecimal), Mistake("postgresql://h/▸%zz", "path", hexadecimal),
        Mistake("postgresql://h/a▸%00b", "path", hexadecimal),
        Mistake("postgres://▸%zz:p@h", "user", hexadecimal),
        Mistake("postgres://u:p▸%z@h", "password", hexadecimal),
        Mistake("postgres://u:50▸%@h", "password", hexadecimal),
        Mistake("postgres://u:▸%+1@h", "password", hexadecimal),
        Mistake("postgres://u:▸%-1@h", "password", hexadecimal),
        Mistake("postgres://h:▸%zz", "port", hexadecimal),
        Mistake("postgres://h?options=▸%g0", "parameter", hexadecimal),
        Mistake("postgres://h?▸%g0=1", "parameter", hexadecimal),
        // What an unescaped password breaks.
        Mistake("postgres://u:p▸@ss@h/db", "password", "an unescaped `@`: \(encode)"),
        Mistake(
            "postgres://u:p▸/ss@h/db", "password",
            "an `@` comes after this: \(encode), or write %40 for that `@`"),
        Mistake(
            "postgres://u:p▸?ss@h/db", "password",
            "an `@` comes after this: \(encode), or write %40 for that `@`"),
        Mistake("postgres://u:p▸#ss@h/db", "target", "an unescaped `#`: \(encode)"),
        Mistake("postgres://u:p▸ ss@h/db", "target", "a space or control character: percent-encode it"),
        Mistake("postgres://u:p▸\nss@h/db", "target", "a space or control character: percent-encode it"),
        Mistake("postgres://▸:p@h/db", "user", "empty: is a variable unset?"),
        Mistake("postgres://▸@h/db", "user", "empty: is a variable unset?"),
        // Hosts and ports.
        Mistake(
            "postgres://▸a,,b/db", "host", "empty: is a variable unset? write 127.0.0.1 for this machine"),
        Mistake("pg:host=a,b,c ▸port=1,2", "port", "as many ports as hosts, or one for all"),
        Mistake(
            "postgres://h/app▸;user=a;password=b", "path",
            "parameters begin with a `?`, and have a `&` between them"),
        Mistake("postgres://▸a_*b/db", "host", "`*` is not a character of a host name"),
        Mistake("postgres://▸1.2.3/db", "host", "not an IPv4 address: four numbers up to 255"),
        Mistake("postgres://▸1.2.3.256/db", "host", "not an IPv4 address: four numbers up to 255"),
        Mistake("postgres://h:▸0", "port", port), Mistake("postgres://h:▸65536/db", "port", port),
        Mistake("postgres://h:▸54x2", "port", port), Mistake("postgres://h:▸-1", "port", port),
        Mistake("postgres://h?▸hostaddr=db", "host", "hostaddr is not a numeric address"),
        Mistake("postgres://a,b?▸hostaddr=::1", "host", "as many addresses in hostaddr as hosts"),
        Mistake("postgres://a,b?▸hostaddr=::1,1.2.3", "host", "hostaddr is not a numeric address"),
        Mistake("postgres://a,▸%00/db", "host", hexadecimal),
        Mistake("postgres://▸a,%20b/db", "host", "not a character of a host name"),
        // Parameters.
        Mistake(
            "postgres://h?▸uzer=x", "parameter",
            "libpq knows no `uzer`; did you mean `user`?"),
        Mistake(
            "postgres://h?sslmode=disable&▸level=query", "parameter",
            "`level` is a setting of waitfor's own: --set NAME.level=VALUE"),
        Mistake(
            "postgres://h?▸ssl=maybe", "parameter", "ssl is true, false, no-verify or a mode of sslmode"),
        Mistake(
            "postgres://h?password=a&▸auth_secret=b", "parameter",
            "libpq knows no such parameter; quote a password that has blanks"),
        Mistake(
            "postgres://h?▸authmode=x", "parameter",
            "`authmode` is not known, and cannot be dropped: it may say whom to trust"),
        Mistake("postgres://h?▸=zzz", "parameter", "not of the form key=value"),
        Mistake("postgres://h?user=a&▸user=b", "parameter", "given twice"),
        Mistake("postgres://h?▸service=main", "parameter", "`service` is not supported: write the host"),
        Mistake("postgres://h?▸keepalives=yes", "parameter", "keepalives is a whole number"),
        Mistake("postgres://h?▸connect_timeout=3s", "parameter", "connect_timeout is a whole number"),
        Mistake(
            "postgres://h?▸sslmode=bogus", "parameter",
            "sslmode is one of disable, allow, prefer, require, verify-ca, verify-full"),
        Mistake(
            "postgres://h?▸target_session_attrs=master", "parameter",
            "target_session_attrs is one of any, read-write, read-only, primary, standby, prefer-standby"),
    ]

    static let conninfos = [
        Mistake("pg:▸", "host", noHost), Mistake("pg:user=app▸", "host", noHost),
        Mistake("pg:▸host=", "host", noHost),
        Mistake("pg:▸host", "parameter", "`=` is missing; quote a value that has spaces: 'a b'"),
        Mistake("pg:▸=h", "parameter", "`=` is missing; quote a value that has spaces: 'a b'"),
        Mistake(
            "pg:host=h password=my ▸secret", "parameter",
            "`=` is missing; quote a value that has spaces: 'a b'"),
        Mistake(
            "pg:host=h password=my ▸sslsecret=x", "parameter",
            "libpq knows no such parameter; quote a password that has blanks"),
        Mistake("pg:host=h password=▸'secret", "parameter", "a quote that does not end"),
        Mistake("pg:host=h ▸host=h", "parameter", "given twice"),
        Mistake("pg:host=h ▸port=x", "port", port),
        Mistake(
            "pg:host=h ▸sslrotcert=x", "parameter",
            "libpq knows no `sslrotcert`; did you mean `sslrootcert`?"),
        Mistake("pg:host=h ▸hostaddr=::1,::2", "host", "as many addresses in hostaddr as hosts"),
        Mistake("pg:hostaddr=::1,▸", "host", empty),
        Mistake(
            "pg:▸dbname=postgres://u:p@ss@h/db", "password", "an unescaped `@`: \(encode)"),
        Mistake("pg:host=h ▸service=main", "parameter", "`service` is not supported: write the host"),
    ]

    @Test("in a URI", arguments: uris)
    func uri(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }

    @Test("in a conninfo string", arguments: conninfos)
    func conninfo(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }

    @Test("positions count characters, not bytes, and from the beginning of the argument")
    func positions() {
        let mistake = Mistake("größe=x", "", "")
        #expect(mistake.text == "größe=x")
        #expect(
            Mistake("postgres://grün:p▸@ss@h", "password", "an unescaped `@`: \(Self.encode)").refused
                == "target 1: password, at character 18: an unescaped `@`: \(Self.encode)")
        #expect(
            refusal { _ = try read("db=postgres://u:p@ss@h") }
                == "target db: password, at character 18: an unescaped `@`: \(Self.encode)")
    }

    @Test("a refusal in a variable names the variable and counts inside it")
    func variables() {
        #expect(
            refusal { _ = try read("env:URL", ["URL": "postgres://u:p@ss@h"]) }
                == "target 1: variable: URL: password, at character 15: an unescaped `@`: \(Self.encode)")
    }

    @Test("no refusal shows any of a password", arguments: uris + conninfos)
    func secrets(mistake: Mistake) {
        let sentence = mistake.refused ?? ""
        #expect(!sentence.mentions("secret"))
        #expect(!sentence.mentions("p@ss"))
        #expect(!sentence.mentions("bogus"))
    }
}
