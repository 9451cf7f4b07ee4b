import HealthCore
import Testing

extension Target {
    /// The MySQL service; a failure of the test where the target is another kind.
    var mysql: MySQLService {
        get throws {
            guard let service = service as? MySQLService else { throw WrongKind(kind: kind) }
            return service
        }
    }
}

@Suite("Targets of MySQL and MariaDB")
struct MySQLTargetTests {
    /// The service of a target whose files are nowhere.
    private func unchecked(_ text: String) throws -> MySQLService {
        try TargetReader(context: context()).read(Array(text.utf8), named: "x").mysql
    }

    private static let home = Endpoint.network(host: "h", port: 3306)

    @Test(
        "a scheme is known by its names, with a driver or without",
        arguments: [
            "mysql", "mariadb", "mysql2", "mysqli", "mysql+pymysql", "mysql+mysqldb", "mysql+aiomysql",
            "mariadb+mariadbconnector", "db+mysql", "pdo-mysql", "trilogy", "jdbc:mysql", "jdbc:mariadb",
            "r2dbc:mysql", "r2dbc:pool:mariadb", "MYSQL",
        ])
    func schemes(scheme: String) throws {
        let target = try read("\(scheme)://u:secret@h:1234/app")
        let service = try target.mysql
        #expect(target.kind == "mysql" && target.endpoint == .network(host: "h", port: 1234))
        #expect(service.user == "u" && service.password == .given("secret") && service.database == "app")
        #expect(target.name == "h" && service.level == .query && service.mode == .preferred)
    }

    static let addresses: [(String, Endpoint, String, String?)] = [
        ("mysql://h", home, "root", nil), ("h:3306", home, "root", nil), ("mysql://h/", home, "root", nil),
        ("mysql://[::1]/a", .network(host: "::1", port: 3306), "root", "a"),
        ("mysql://u@tcp(h:3307)/a?parseTime=true", .network(host: "h", port: 3307), "u", "a"),
        ("mysql://u@unix(/run/x.sock)/a", .unixSocket(path: "/run/x.sock"), "u", "a"),
        ("mysql:host=h;dbname=a", home, "root", "a"),
        ("mariadb:host=h;port=3307;user=u", .network(host: "h", port: 3307), "u", nil),
        ("mysql:unix_socket=/run/x.sock;dbname=a", .unixSocket(path: "/run/x.sock"), "root", "a"),
        ("mysql+pymysql://u@/a?unix_socket=/run/x.sock", .unixSocket(path: "/run/x.sock"), "u", "a"),
        ("mysql://u@localhost/a?socketPath=/run/x.sock", .unixSocket(path: "/run/x.sock"), "u", "a"),
        ("mysql://u@%2Frun%2Fx.sock/a", .unixSocket(path: "/run/x.sock"), "u", "a"),
        ("mysql+unix:///run/x.sock?db=a", .unixSocket(path: "/run/x.sock"), "root", "a"),
        ("mysql+unix://u@/run/x.sock", .unixSocket(path: "/run/x.sock"), "u", nil),
        ("jdbc:mysql://h/a?user=u", home, "u", "a"), ("mysql://h?database=a&username=u", home, "u", "a"),
        ("mysql://u%40x@h/a%2Fb", home, "u@x", "a/b"),
        ("u:p@tcp(h:3307)/a?parseTime=true", .network(host: "h", port: 3307), "u", "a"),
        ("u@unix(/run/x.sock)/a", .unixSocket(path: "/run/x.sock"), "u", "a"),
        ("tcp(h)/", home, "root", nil), ("u:p@tcp([::1]:1)/a", .network(host: "::1", port: 1), "u", "a"),
        ("Server=h;Port=3306;Uid=u;Pwd=p;Database=a", home, "u", "a"),
        ("Server=h;User=u;Password=p;SslMode=Preferred", home, "u", nil),
        ("mysql:Server=h;Uid=u;Pwd=p", home, "u", nil),
        ("jdbc:mysql:loadbalance://h,i/a?user=u", home, "u", "a"),
    ]

    @Test("who is asked where, for which database", arguments: addresses)
    func address(text: String, endpoint: Endpoint, user: String, database: String?) throws {
        let target = try read(text)
        let service = try target.mysql
        #expect(
            target.endpoint == endpoint && service.user == user && service.database == database, "\(target)")
    }

    @Test("of several hosts the first is asked first")
    func hosts() throws {
        let target = try read("jdbc:mariadb://a,b:3307/x")
        #expect(target.endpoint == .network(host: "a", port: 3306))
        #expect(try target.mysql.alternatives == [.network(host: "b", port: 3307)])
    }

    @Test("Go's address has nothing encoded before its `@`, and holds in a variable and behind a name")
    func goAddress() throws {
        let text = "u:p@/%w:)(@tcp(x)/=@tcp(h:3306)/app?parseTime=true"
        for target in [try read(text), try read("main=\(text)"), try read("env:DSN", ["DSN": text])] {
            #expect(target.kind == "mysql" && target.endpoint == Self.home)
            let service = try target.mysql
            #expect(service.user == "u" && service.database == "app" && service.level == .query)
            #expect(service.password == .given("p@/%w:)(@tcp(x)/="))
        }
        #expect(try read("main=\(text)").name == "main" && read(text).hasPasswordInArguments)
        #expect(try read("u@tcp(h)/a?tls=true").mysql.mode == .verifyIdentity)
        #expect(MySQLService.prefix(of: "u@tcp(h)/a?x=1", for: "mysql").isEmpty)
        let values = ["PW": "a@b/c", "HOST": "db", "APP": "a/b"]
        let filled = try read("u:${PW}@tcp(${HOST}:3306)/${APP}", values)
        #expect(filled.endpoint == .network(host: "db", port: 3306))
        #expect(try filled.mysql.password == .given("a@b/c") && filled.mysql.database == "a/b")
    }

    @Test("a string for .NET is PostgreSQL's or MySQL's, and where it may be either it is refused")
    func connectorNet() throws {
        let text = "Server=db;Port=3306;Uid=app;Pwd='a;b';Database=x;AllowPublicKeyRetrieval=True"
        for target in [try read(text), try read("main=\(text)"), try read("env:X", ["X": text])] {
            let service = try target.mysql
            #expect(service.user == "app" && service.database == "x" && service.asksPublicKey)
            #expect(service.password == .given("a;b"))
        }
        #expect(try read("Server=db;Port=5432;Uid=app;Pwd=x").kind == "postgres")
        for text in ["Server=db;Uid=app;Pwd=topsecret", "Server=db;Port=3307;Database=x;Pwd=topsecret"] {
            let said = refusal { _ = try read(text) } ?? "nothing"
            #expect(said.contains("Port=5432 or Port=3306 tells") && !said.contains("topsecret"), "\(said)")
        }
    }

    @Test(
        "a driver's choice among several hosts is dropped, and they are asked in their order",
        arguments: [
            "mariadb:sequential", "mariadb:loadbalance", "mariadb:replication", "mysql:replication",
            "mysql:failover",
        ])
    func choices(words: String) throws {
        let target = try read("jdbc:\(words)://a,b:3307/x?user=u&password=p")
        #expect(target.endpoint == .network(host: "a", port: 3306))
        #expect(try target.mysql.alternatives == [.network(host: "b", port: 3307)])
        #expect(try target.mysql.database == "x" && target.mysql.password == .given("p"))
    }

    @Test(
        "MYSQL_PASSWORD is the image's and not read: a guess without a password, until password_env names it")
    func passwordOfTheImage() throws {
        for image in ["MYSQL", "MARIADB"] {
            let variables = ["\(image)_USER": "app", "\(image)_PASSWORD": "secret"]
            let bare = try read("db:3306", variables).mysql
            #expect(bare.user == "app" && bare.password == .none && bare.level == .ping)
            #expect(bare.userOrigin == .imageVariable)
            let named = try read(
                ["db:3306"], set: ["db.password_env=\(image)_PASSWORD"], context(variables))[0].mysql
            #expect(named.user == "app" && named.password == .given("secret") && named.level == .query)
        }
    }

    static let modes: [(String, MySQLTLSMode)] = [
        ("", .preferred), ("ssl-mode=required", .required), ("sslMode=VERIFY_IDENTITY", .verifyIdentity),
        ("ssl_mode=DISABLED", .disabled), ("SslMode=VerifyFull", .verifyIdentity),
        ("sslMode=trust", .required),
        ("useSSL=false", .disabled), ("useSSL=true&requireSSL=true", .required), ("ssl=true", .required),
        ("useSSL=true&verifyServerCertificate=true", .verifyCA), ("tls=true", .verifyIdentity),
        ("tls=skip-verify", .required), ("tls=preferred", .preferred), ("sslaccept=strict", .verifyIdentity),
        ("ssl_ca=/ca.pem", .verifyCA), ("ssl_ca=/ca.pem&ssl_verify_identity=true", .verifyIdentity),
        ("ssl-mode=DISABLED&useSSL=true", .required), ("ssl_disabled=true", .disabled),
        ("ssl=true&ssl_ca=/ca.pem", .verifyCA), ("useSSL=true&serverSslCert=/ca.pem", .verifyCA),
        ("ssl-mode=REQUIRED&ssl_ca=/ca.pem", .verifyCA), ("ssl_ca=/ca.pem&ssl-mode=PREFERRED", .verifyCA),
        ("ssl_ca=/ca.pem&ssl-mode=VERIFY_IDENTITY", .verifyIdentity),
        (#"ssl={"rejectUnauthorized":true}"#, .verifyCA),
        ("ssl=%7B%22rejectUnauthorized%22:true%7D", .verifyCA),
        (#"ssl={"rejectUnauthorized":false}"#, .required), ("ssl={}", .verifyCA),
        (#"ssl={"verifyIdentity":true,"minVersion":"TLSv1.2"}"#, .verifyIdentity),
    ]

    @Test("what drivers say of TLS is a mode, and the strongest of several counts", arguments: modes)
    func mode(query: String, mode: MySQLTLSMode) throws {
        #expect(try unchecked("mysql://h/x?\(query)").mode == mode)
    }

    @Test("who names the server wants its name verified, and only an own authority proves who it is")
    func proof() throws {
        func service(_ settings: [String]) throws -> MySQLService {
            try #require(try HealthCoreTests.read(["db=mysql://h"], set: settings).first).mysql
        }
        #expect(try service(["db.server_name=x"]).mode == .verifyIdentity)
        #expect(try service(["db.ssl_mode=VERIFY_IDENTITY"]).provesServer)
        #expect(try !service(["db.ssl_mode=VERIFY_CA"]).provesServer && !service([]).provesServer)
        #expect(try unchecked("mysql://h/x?ssl_ca=/ca.pem").provesServer)
    }

    @Test("user and database are the target's, else those of the images' variables, else root and none")
    func variables() throws {
        let variables = ["MYSQL_USER": "app", "MARIADB_USER": "other", "MARIADB_DATABASE": "data"]
        let guessed = try read("db:3306", variables).mysql
        #expect(guessed.user == "app" && guessed.userOrigin == .imageVariable && guessed.database == "data")
        #expect(guessed.level == .ping)
        let named = try read("mysql://u@db/x", variables).mysql
        #expect(named.user == "u" && named.userOrigin == .target && named.database == "x")
        #expect(try read("db:3306").mysql.userOrigin == .ours)
    }

    @Test("MYSQL_PWD is for a user whom the target names")
    func password() throws {
        let variables = ["MYSQL_PWD": "secret", "MYSQL_USER": "app"]
        #expect(try read("mysql://u@db", variables).mysql.password == .given("secret"))
        #expect(try read("db:3306", variables).mysql.password == .none)
        #expect(try read("mysql://u:own@db", variables).mysql.password == .given("own"))
        let empty = try read("mysql://u:@db", variables)
        #expect(try empty.mysql.password == .none && empty.mysql.level == .query && empty.warnings.count == 1)
    }

    @Test("the server's key is taken only where somebody said so")
    func keys() throws {
        #expect(try !read("mysql://u:p@h").mysql.asksPublicKey)
        #expect(try read("jdbc:mysql://u:p@h/?allowPublicKeyRetrieval=true").mysql.asksPublicKey)
        #expect(try unchecked("mysql://u:p@h/?server_public_key_path=/k.pem").publicKeyFile == "/k.pem")
    }

    static let mistakes = [
        Mistake("mysql://▸", "host", "empty: is a variable unset? write 127.0.0.1 for this machine"),
        Mistake(
            "mysql://h?▸ssl-mode=yes", "parameter",
            "ssl_mode is DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"),
        Mistake(
            "mysql://h?▸tls=custom", "parameter",
            "tls is true, false, or a mode: DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"),
        Mistake(
            "mysql://h?▸trustCertificateKeyStoreUrl=file:x", "parameter",
            "`trustCertificateKeyStoreUrl` is not known, and cannot be dropped: it may say whom to trust"),
        Mistake(
            "mysql://h?▸max_lag=3s", "parameter",
            "`max_lag` is a setting of waitfor's own: --set NAME.max_lag=VALUE"),
        Mistake("mysql://h?▸databse=x", "parameter", "no `databse` is known; did you mean `database`?"),
        Mistake("mysql://▸:x@h", "user", "empty: is a variable unset?"),
        Mistake("mysql://h/app?▸user=&password=x", "user", "empty: is a variable unset?"),
        Mistake("mariadb:host=h;▸user=;password=x", "user", "empty: is a variable unset?"),
        Mistake("mysql+unix://▸h/x", "host", "a socket has no host: mysql+unix:///path"),
        Mistake(
            "mysql:▸dbname=x", "host",
            "empty: is a variable unset? write 127.0.0.1 for this machine, or unix_socket=/PATH"),
        Mistake("mysql:▸host=h:1;dbname=x", "host", "not a character of a host name"),
        Mistake("mysql:host=h;▸port=x", "port", "not a digit"),
        Mistake("mysql:▸x;host=h", "parameter", "not of the form key=value"),
        Mistake(
            #"mysql://h?▸ssl={"ca":"x"}"#, "parameter",
            #"ssl is such as {"rejectUnauthorized":true}; files: ssl_ca=/PATH"#),
        Mistake(
            #"mysql://h?▸ssl={"rejectUnauthorized":1}"#, "parameter",
            #"ssl is such as {"rejectUnauthorized":true}; files: ssl_ca=/PATH"#),
        Mistake("mysql://u@tcp(h:▸x)/a", "port", "not a digit"),
        Mistake("u:pw@tcp(h:▸x)/a", "port", "not a digit"),
        Mistake(
            "u:pw@tcp(h:1)/a?▸max_lag=3s", "parameter",
            "`max_lag` is a setting of waitfor's own: --set NAME.max_lag=VALUE"),
        Mistake(
            "mysql://u@tcp(h:1)/a?▸databse=x", "parameter", "no `databse` is known; did you mean `database`?"),
        Mistake("u@tcp(▸)/a", "host", "empty: is a variable unset? write 127.0.0.1 for this machine"),
        Mistake("▸:x@tcp(h)/a", "user", "empty: is a variable unset?"),
        Mistake(
            "▸mysql+srv://u:pw@h/a", "scheme",
            "hosts are not looked up in DNS (SRV): write one of them, mysql://HOST:PORT"),
        Mistake(
            "jdbc:▸mysql+srv://h/a", "scheme",
            "hosts are not looked up in DNS (SRV): write one of them, mysql://HOST:PORT"),
        Mistake(
            "jdbc:▸mysql+srv:loadbalance://h/a", "scheme",
            "hosts are not looked up in DNS (SRV): write one of them, mysql://HOST:PORT"),
    ]

    @Test("what cannot be is told with its place", arguments: mistakes)
    func mistake(mistake: Mistake) {
        #expect(mistake.refused == mistake.sentence)
    }

    @Test("all else is dropped with one line, which shows no value and no part of a password")
    func dropped() throws {
        let said = "parameters that mean nothing to a probe are dropped: "
        #expect(
            try read("mysql://h/a?charset=utf8mb4&serverVersion=8.0").warnings == [
                "\(said)charset, serverVersion"
            ])
        #expect(try read("mysql://h/a?password=p&left=x").warnings == ["\(said)1"])
        #expect(
            try read("mysql://h/a?allowCleartextPasswords=true").warnings == [
                "\(said)allowCleartextPasswords"
            ])
    }

    @Test("settings that cannot be met are mistakes")
    func conflicts() throws {
        func said(_ settings: [String]) -> String? {
            refusal { _ = try HealthCoreTests.read(["db=mysql://h"], set: settings) }
        }
        #expect(said(["db.level=ping", "db.role=primary"])?.contains("db.role: level ping") == true)
        #expect(
            said(["db.ssl_mode=DISABLED", "db.server_name=x"])?.contains("db.ssl_mode: DISABLED") == true)
        for mode in ["PREFERRED", "REQUIRED", "VERIFY_CA"] {
            let said = said(["db.ssl_mode=\(mode)", "db.server_name=x"])
            #expect(said?.contains("db.server_name: only ssl_mode VERIFY_IDENTITY looks at the name") == true)
        }
        #expect(said(["db.server_name=x"]) == nil)
        for settings in [
            ["db.min_validity=1d", "db.ssl_mode=DISABLED"], ["db.ssl_mode=DISABLED", "db.min_validity=1d"],
        ] {
            #expect(said(settings)?.contains("db.min_validity: ssl_mode says how much of it") == true)
        }
        #expect(said(["db.ca_file=/gone"])?.contains("db.ca_file: cannot read /gone") == true)
        #expect(
            said(["db.server_public_key_file=/gone"])?.contains("db.server_public_key_file: cannot read")
                == true)
        #expect(said(["db.insecure=true"])?.contains("ssl_mode says how much") == true)
        #expect(
            said(["db.level=writable", "db.max_lag=3s", "db.role=replica", "db.get_server_public_key=yes"])
                == nil)
    }
}
