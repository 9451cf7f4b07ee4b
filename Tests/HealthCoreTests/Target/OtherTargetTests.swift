import HealthCore
import Testing

/// The targets besides PostgreSQL, Redis and bare ports, and what they refuse.
struct OtherTargetTests {
    @Test(
        "what a target is follows from its scheme",
        arguments: [
            ("http://app.test/ready", "http", "app", "app.test:80"),
            ("https://app.test", "http", "app", "app.test:443"),
            ("http+unix:///run/docker.sock:/_ping", "http", "docker.sock", "/run/docker.sock"),
            ("rediss://:pw@cache.test", "redis", "cache", "cache.test:6379"),
            ("tls://mail.test:993", "tls", "mail", "mail.test:993"),
            ("grpc://api.test:50051/orders.v1.Orders", "grpc", "api", "api.test:50051"),
            ("grpcs://api.test:443", "grpc", "api", "api.test:443"),
            ("grpc+unix:///run/api.sock:/orders", "grpc", "api.sock", "/run/api.sock"),
            ("dns:db.test", "dns", "db", "db.test"),
            ("file:///run/app/ready", "file", "ready", "/run/app/ready"),
            ("exec:pg_isready -q", "exec", "pg_isready", "pg_isready"),
            ("exec:/usr/bin/check.sh a", "exec", "check", "check.sh"),
            (#"exec:["/bin/true"]"#, "exec", "true", "true"), ("dns:53", "tcp", "dns", "dns:53"),
        ])
    func kinds(text: String, kind: String, name: String, place: String) throws {
        let target: Target = try read(text)
        #expect(
            target.kind == kind && target.name == name && target.endpoint.description == place, "\(target)")
        #expect(
            (target.tls != nil)
                == (text.hasPrefix("https") || text.hasPrefix("grpcs") || text.hasPrefix("rediss")
                    || text.hasPrefix("tls")))
    }

    @Test(
        "whoever only connects to the port of MySQL is told what that does",
        arguments: ["tcp://db:3306", "tcp://[::1]:3306"])
    func mysql(text: String) throws {
        #expect(try read(text).warnings.contains { $0.mentions("max_connect_errors") })
        for other in ["db:3306", "db:3307", "tcp://db:5432", "http://db:3306"] {
            #expect(try read(other).warnings == [])
        }
    }

    @Test("the exec form of a Dockerfile is a list of arguments, anything else is the shell's")
    func exec() throws {
        func arguments(_ text: String) throws -> [String] {
            guard let service = try read("x=exec:" + text).service as? ExecService else { return [] }
            return service.arguments.map { $0.reveal { String(decoding: $0, as: UTF8.self) } }
        }
        #expect(try arguments(#"["a", "b c","d\"\\\u0041\n"]"#) == ["a", "b c", "d\"\\A\n"])
        #expect(try arguments(#" [ "\ud83d\ude00" ] "#) == ["😀"])
        for text in [
            "[ -f /run/x ]", #"[ "$A" = b ]"#, #"["a""#, #"["a"] x"#, #"["a",]"#, #"["\x"]"#, #"["\ud83d"]"#,
            "true && false",
        ] {
            #expect(try arguments(text) == ["/bin/sh", "-c", text], "\(text)")
        }
        #expect(
            refusal { _ = try arguments("") }?.contains("command, at character 8: empty: write exec:COMMAND")
                == true)
        #expect(refusal { _ = try arguments("[]") }?.contains("empty") == true)
        #expect(refusal { _ = try arguments(#"[""]"#) }?.contains("empty") == true)
    }

    @Test(
        "what is wrong is named by part and place",
        arguments: [
            Mistake("http://▸", "host", "empty: is a variable unset? write 127.0.0.1 for this machine"),
            Mistake("http://▸@x/", "user", "empty: is a variable unset?"),
            Mistake("http://▸a%3Ab:pw@x/", "user", "no user of HTTP has a `:` in the name (RFC 7617 §2)"),
            Mistake("http://x/▸ä", "path", "not ASCII: percent-encode it"),
            Mistake("http://x/a▸ b", "target", "a space or control character: percent-encode it"),
            Mistake("https://x:▸99999/", "port", "not a port from 1 to 65535"),
            Mistake("http+unix://▸x/", "host", "a socket has no host: http+unix:///sock:/path"),
            Mistake("http+unix:///sock:▸path", "path", "begins with a `/`: http+unix:///sock:/path"),
            Mistake("tls://x▸", "port", "missing: write host:port"),
            Mistake("file://▸run/x", "path", "not an absolute path: three slashes, file:///run/ready"),
            Mistake("dns:▸", "host", "empty: is a variable unset? write 127.0.0.1 for this machine"),
            Mistake("dns:db▸:5432", "port", "a name has no port: dns:NAME"),
            Mistake(
                "unix:▸lab/x.sock", "path",
                "an absolute path, after three slashes: unix:///run/app.sock, http+unix:///run/app.sock:/path"
            ),
            Mistake("http:▸/x", "path", "`//` must follow: http://"),
            Mistake("postgres:▸/app", "path", "`//` must follow: postgres://"),
            Mistake("file:▸ready", "path", "an absolute path, after three slashes: file:///run/ready"),
            Mistake("dns:a▸/b", "host", "not a character of a host name"),
            Mistake(
                "rediss://▸x@h", "user", "write `redis://:PASSWORD@host` or `redis://USER:PASSWORD@host`"),
        ])
    func mistakes(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }

    @Test(
        "a setting that a kind does not have is refused with its key",
        arguments: [
            ("x=tcp://h:1", "expect_body=a", "x.expect_body: no setting of a tcp target, but of HTTP"),
            (
                "x=http://h", "level=ping",
                "x.level: no setting of a http target, but of PostgreSQL, Redis, MySQL and AMQP"
            ),
            ("x=http://h", "password=a", "x.password: no setting of a http target"),
            (
                "x=http://h", "ca_file=/a",
                "x.ca_file: there is no TLS: write https://; another Host is headers=Host: NAME"
            ),
            (
                "x=redis://h", "insecure=true",
                "x.insecure: there is no TLS: write rediss://, rediss+sentinel://, https://, tls://, "
                    + "smtps://, imaps://, pop3s://, ftps://, nats+tls://, amqps:// or grpcs://"
            ),
            (
                "x=tcp://h:1", "min_validity=1d",
                "x.min_validity: there is no TLS: write rediss://, rediss+sentinel://, https://, tls://, "
                    + "smtps://, imaps://, pop3s://, ftps://, nats+tls://, amqps:// or grpcs://"
            ),
            (
                "x=postgres://h", "ca_file=/a",
                "x.ca_file: libpq's own, in the URI: sslmode, sslrootcert, sslcert, sslkey"
            ),
            ("x=https://h", "insecure=maybe", "x.insecure: true or false"),
            ("x=https://h", "server_name=a b", "x.server_name: a host name or an address"),
            ("x=https://h", "ca_file=", "x.ca_file: empty: is a variable unset?"),
            (
                "x=https://h", "ca_file=/none",
                "x.ca_file: cannot read /none: it must exist, be readable and have at most 64 KiB"
            ),
            (
                "x=https://h", "key_file=/some",
                "x.key_file: a key without its certificate: name that with cert_file"
            ),
            (
                "x=http://h", "expect_status=6xx",
                "x.expect_status: statuses from 100 to 599, like 2xx or 200-299,401"
            ),
            (
                "x=http://h", "expect_json=status=UP",
                "x.expect_json: a place in the JSON begins with `/`, like /status=UP or /components/db"
            ),
            (
                "x=http://h", "expect_json=/a~b",
                "x.expect_json: `~` is written ~0 in a place of the JSON, and a `/` within a name ~1"
            ),
            ("x=http://h", "method=GE T", "x.method: a method like GET, HEAD or POST"),
            (
                "x=http://h", "headers=Host: y z",
                "x.headers: `Name: value`, and not Connection, Content-Length or Transfer-Encoding; Host is one name"
            ),
            (
                "x=http://h", "headers=no colon",
                "x.headers: `Name: value`, and not Connection, Content-Length or Transfer-Encoding; Host is one name"
            ),
            (
                "x=http://h", "header_file=/none",
                "x.header_file: cannot read /none: it must exist, be readable and have at most 64 KiB"
            ),
            ("x=http://h", "header_file=/bad", "x.header_file: /bad: a line of it is not `Name: value`"),
            ("x=exec:true", "query=a", "x.query: no setting of a exec target, but of PostgreSQL and MySQL"),
            ("x=dns:h", "for=life", "x.for: readiness or liveness"),
            (
                "x=file:///a", "user=a",
                "x.user: no setting of a file target, but of PostgreSQL, Redis, MySQL, NATS and AMQP"
            ),
        ])
    func wrongSettings(target: String, setting: String, sentence: String) {
        var around = context([:], secrets: ["/bad": "nothing\n"])
        around.isReadable = { $0 == "/some" }
        #expect(refusal { _ = try read([target], set: ["x.\(setting)"], around) } == sentence)
    }

    @Test("the settings of TLS are kept, and a name may be an address")
    func settings() throws {
        var around = context()
        around.isReadable = { _ in true }
        let target = try #require(
            try read(
                ["x=https://h"],
                set: [
                    "x.ca_file=/ca", "x.cert_file=/c", "x.key_file=/k", "x.server_name=10.0.0.1",
                    "x.insecure=yes",
                    "x.min_validity=2w",
                ], around
            ).first)
        var expected = TLSSettings()
        (expected.authorityFile, expected.certificateFile, expected.keyFile) = ("/ca", "/c", "/k")
        (expected.serverName, expected.isInsecure) = ("10.0.0.1", true)
        #expect(target.tls == expected)
        #expect(target.settings.minimumValidity == .seconds(14 * 86400))
    }
}

/// Roles, and what else can be asked of databases.
struct RoleSettingsTests {
    @Test("a Sentinel is asked for a master, and its role is checked; the password is the master's")
    func sentinel() throws {
        let target: Target = try read("redis+sentinel://:pw@sentinel.test/my%20master/3")
        let service = try target.redis
        #expect(target.endpoint == .network(host: "sentinel.test", port: 26379))
        #expect(service.sentinelMaster == "my master" && service.role == .master && service.database == 3)
        #expect(service.password == .given("pw"))
    }

    @Test(
        "what needs a login raises the level, unless somebody chose one that has none",
        arguments: ["role=standby", "max_lag=3s", "query=SELECT 2", "expect_value=1"])
    func levels(setting: String) throws {
        let raised = try #require(try read(["db:5432"], set: ["db.\(setting)"]).first)
        #expect(try raised.postgres.level == .query)
        let writable = try #require(try read(["db:5432"], set: ["db.level=writable", "db.\(setting)"]).first)
        #expect(try writable.postgres.level == .writable)
        let key = setting.prefix { $0 != "=" }
        #expect(
            refusal { _ = try read(["db:5432"], set: ["db.level=ping", "db.\(setting)"]) }
                == "db.\(key): level ping does not log in, and cannot tell")
    }

    @Test("several hosts are libpq's lists, with ports for each or for all")
    func hosts() throws {
        func places(_ text: String) throws -> [String] {
            let target: Target = try read(text)
            return try target.postgres.places.map(\.endpoint.description)
        }
        #expect(try places("postgres://a,b:6432,[::1]:7/app") == ["a:5432", "b:6432", "[::1]:7"])
        #expect(try places("pg:host=a,b port=1,2") == ["a:1", "b:2"])
        #expect(try places("pg:host=a,/run port=7") == ["a:7", "/run/.s.PGSQL.7"])
        #expect(try places("postgres://a:1,b/app?target_session_attrs=primary") == ["a:1", "b:5432"])
        let target: Target = try read("postgres://a,b/app?target_session_attrs=primary")
        #expect(try target.postgres.level == .query)
    }
}
