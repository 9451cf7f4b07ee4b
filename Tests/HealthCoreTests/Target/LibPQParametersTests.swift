import HealthCore
import Testing

@Suite("libpq's parameters")
struct LibPQParametersTests {
    @Test("a key is either handed on or ours")
    func disjoint() {
        #expect(LibPQParameters.passed.isDisjoint(with: LibPQParameters.ours))
    }

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

    static let values: [(String, [String], [String])] = [
        (
            "sslmode", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
            ["Disable", "on", "verify"]
        ),
        ("gssencmode", ["disable", "prefer", "require"], ["allow"]),
        ("channel_binding", ["disable", "prefer", "require"], ["yes"]),
        (
            "target_session_attrs",
            ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"], ["replica"]
        ),
        ("ssl_min_protocol_version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], ["1.2", "SSLv3"]),
        ("ssl_max_protocol_version", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"], ["TLSv1.4"]),
        ("keepalives_idle", ["0", "60", "-1"], ["1s", "0x1", "2147483648"]),
        ("tcp_user_timeout", ["1000"], ["1.5"]),
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
