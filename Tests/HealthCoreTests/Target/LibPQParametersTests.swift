import HealthCore
import Testing

@Suite("libpq's parameters")
struct LibPQParametersTests {
    @Test("the TLS files are all named, so that libpq asks nobody for the home directory")
    func files() throws {
        let home = try read("h:5432", ["HOME": "/home/me"]).postgres
        #expect(home.parameter("sslcert") == "/home/me/.postgresql/postgresql.crt")
        #expect(home.parameter("sslkey") == "/home/me/.postgresql/postgresql.key")
        #expect(home.parameter("sslrootcert") == "/home/me/.postgresql/root.crt")
        #expect(home.parameter("sslcrl") == "/home/me/.postgresql/root.crl")
        for text in ["h:5432", "postgres://h", "pg:host=h"] {
            let homeless = try read(text, ["HOME": ""]).postgres
            for key in ["sslcert", "sslkey", "sslrootcert", "sslcrl"] {
                #expect(homeless.parameter(key) == "/dev/null/none")
            }
        }
    }

    @Test(
        "a variable moves a TLS file, and the target's own parameter wins over both",
        arguments: [
            ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY"), ("sslrootcert", "PGSSLROOTCERT"),
            ("sslcrl", "PGSSLCRL"),
        ])
    func moved(key: String, variable: String) throws {
        let variables = ["HOME": "/home/me", variable: "/etc/file"]
        #expect(try read("h:5432", variables).postgres.parameter(key) == "/etc/file")
        let own = try read("postgres://h?\(key)=/own", variables).postgres
        #expect(own.parameters.filter { $0.key == key }.map(\.value) == [Secret("/own".utf8)])
    }

    /// Reads a target as a program does that was linked with a libpq of this version.
    private func target(_ text: String, libPQ version: Int) throws -> Target {
        let context = ReadingContext(variable: { _ in nil }, libPQVersion: version)
        return try #require(try read([text], context).first)
    }

    @Test(
        "what only a newer libpq has is dropped with a note where it means nothing to a probe",
        arguments: [
            "load_balance_hosts=random", "load_balance_hosts=disable", "gssdelegation=1", "sslcertmode=allow",
            "sslnegotiation=postgres", "max_protocol_version=latest", "min_protocol_version=3.0",
            "sslkeylogfile=%2Ftmp%2Fkeys", "require_auth=",
        ])
    func idle(parameter: String) throws {
        let key = parameter.prefix { $0 != "=" }
        let oldest = try target("postgres://h/db?\(parameter)", libPQ: 150_020)
        #expect(oldest.notes == ["\(key) means nothing to a probe: dropped"])
        #expect(try oldest.postgres.parameter(String(key)) == nil)
        // A libpq that knows it has it, and knows best.
        let newest = try target("postgres://h/db?\(parameter)", libPQ: 180_001)
        #expect(newest.notes == [])
        #expect(try newest.postgres.parameter(String(key)) != nil)
    }

    @Test(
        "any other is refused by the libpq that lacks it, with the version that it needs",
        arguments: [
            ("require_auth=scram-sha-256", 16), ("sslcertmode=require", 16), ("sslnegotiation=direct", 17),
            ("scram_client_key=c2VjcmV0", 18), ("min_protocol_version=3.2", 18),
            ("oauth_client_secret=c2VjcmV0", 18),
        ])
    func needed(parameter: String, version: Int) throws {
        let key = String(parameter.prefix { $0 != "=" })
        let sentence = refusal { _ = try target("postgres://h/db?\(parameter)", libPQ: 150_020) }
        #expect(
            sentence
                == "target 1: parameter, at character 17: \(key) needs libpq \(version); this program has 15.20"
        )
        let before = refusal { _ = try target("pg:host=h \(parameter)", libPQ: version * 10_000 - 9_990) }
        #expect(before?.hasSuffix("this program has \(version - 1).10") == true)
        #expect(try target("pg:host=h \(parameter)", libPQ: version * 10_000).postgres.parameter(key) != nil)
    }

    @Test("sslcertmode=disable is to show no certificate, which an older libpq can be told too")
    func certificateMode() throws {
        let old = try target("postgres://h?sslcert=/a&sslcertmode=disable", libPQ: 150_020).postgres
        #expect(old.parameter("sslcert") == "/dev/null/none" && old.parameter("sslcertmode") == nil)
        let new = try target("postgres://h?sslcert=/a&sslcertmode=disable", libPQ: 160_000).postgres
        #expect(new.parameter("sslcert") == "/a" && new.parameter("sslcertmode") == "disable")
    }

    @Test("Kerberos is refused before anybody is asked for it")
    func kerberos() {
        for text in ["postgres://h?gssencmode=require", "pg:host=h gssencmode=require"] {
            #expect(
                refusal { _ = try read(text) }?
                    .hasSuffix(": gssencmode=require: this program has no Kerberos") == true)
        }
    }

    static let values: [(String, [String], [String])] = [
        (
            "sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
            ["disabled", "on", "verify"]
        ),
        ("gssencmode", ["disable", "prefer"], ["allow"]),
        ("channel_binding", ["disable", "prefer", "require"], ["yes"]),
        (
            "target_session_attrs",
            ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"], ["replica"]
        ),
        ("ssl_min_protocol_version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], ["1.2", "SSLv3"]),
        ("ssl_max_protocol_version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], ["TLSv1.4"]),
        ("keepalives_idle", ["0", "60", "-1"], ["1s", "0x1", "2147483648"]),
        ("tcp_user_timeout", ["1000"], ["1.5"]), ("load_balance_hosts", [], ["round-robin"]),
        ("sslcertmode", [], ["never"]), ("sslnegotiation", [], ["tls"]),
        ("max_protocol_version", [], ["3.1"]),
    ]

    @Test(
        "values that libpq would refuse are refused before, by key and never by value (L-7)",
        arguments: values)
    func value(key: String, good: [String], bad: [String]) throws {
        for value in good {
            #expect(try read("postgres://h?\(key)=\(value)").postgres.parameter(key) == value)
        }
        // Empty is not given.
        #expect(refusal { _ = try read("postgres://h?\(key)=") } == nil)
        for value in bad {
            let sentence = refusal { _ = try read("pg:host=h \(key)=\(value)") }
            #expect(sentence?.hasPrefix("target 1: parameter, at character 11: \(key) is ") == true)
            #expect(sentence?.hasSuffix(value) == false)
        }
    }
}
