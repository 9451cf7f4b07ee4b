import HealthCore
import Testing

/// What a check that never looks at the login accepts.
private let sqlPing = "level=ping accept=auth,no_database,denied"
private let refused = "accept=auth,denied,misconf"

@Suite("Checks of databases in Compose files")
struct DatabaseCheckTests {
    static let environment = [("POSTGRES_USER", "app"), ("POSTGRES_DB", "shop"), ("POSTGRES_PASSWORD", "pw")]

    @Test(
        "pg_isready asks whether the server takes connections, whatever becomes of the login",
        arguments: [
            ("pg_isready", "full postgres db:5432 user=app \(sqlPing)"),
            ("pg_isready -U shop", "full postgres db:5432 user=shop \(sqlPing)"),
            (
                "pg_isready -U $$POSTGRES_USER -d $${POSTGRES_DB}",
                "full postgres db:5432 user=app database=shop \(sqlPing)"
            ),
            ("pg_isready -Uapp -p5433 -h127.0.0.1", "full postgres db:5433 user=app \(sqlPing)"),
            (
                "pg_isready --username=app --dbname='a b' -q || exit 1",
                "full postgres db:5432 user=app database=a b \(sqlPing)"
            ),
            ("pg_isready -h other -U app", "full postgres other:5432 user=app \(sqlPing)"),
            ("su postgres -c 'pg_isready -U app'", "full postgres db:5432 user=app \(sqlPing)"),
            ("gosu postgres pg_isready", "full postgres db:5432 user=app \(sqlPing)"),
            (
                "/usr/bin/pg_isready -t 5 >/dev/null 2>&1",
                "full postgres db:5432 user=app \(sqlPing) timeout=5s"
            ),
            (
                "pg_isready -d postgres://u@localhost:6000/d",
                "full postgres db:6000 user=u database=d \(sqlPing)"
            ),
            (
                "pg_isready -d \"host=localhost user=u dbname=d\"",
                "full postgres db:5432 user=u database=d \(sqlPing)"
            ),
            (
                "pg_isready && psql -U app -d shop -c 'SELECT 1'",
                "full postgres db:5432 user=app database=shop level=query password=pw"
            ),
            (
                "psql -U app -d shop -tAc 'SELECT 1 FROM t'",
                "full postgres db:5432 user=app database=shop level=query password=pw query=SELECT 1 FROM t"
            ),
            (
                "psql -U app shop -c 'select 1;' | grep -q 1",
                "full postgres db:5432 user=app database=shop level=query password=pw"
            ),
            ("pg_isready --frobnicate", "partial postgres db:5432 user=app \(sqlPing)"),
        ])
    func postgresql(check: String, line: String) {
        #expect(asked(check, image: "postgres:17", environment: Self.environment) == line)
    }

    @Test("the port is that of the server's own command or variables")
    func ports() {
        #expect(
            asked("pg_isready", command: ["postgres", "-p", "6000"]) == "full postgres db:6000 \(sqlPing)")
        #expect(asked("pg_isready", environment: [("PGPORT", "6000")]) == "full postgres db:6000 \(sqlPing)")
        #expect(
            asked(
                "redis-cli ping | grep PONG", image: "redis",
                command: ["sh", "-c", "exec redis-server --port 6380"])
                == "full redis db:6380")
        #expect(
            asked("mysqladmin ping", image: "mysql", command: ["--port=3307"])
                == "full mysql db:3307 level=ping accept=auth,no_database,denied")
    }

    @Test("a variable without a value makes its word not named, and is named itself")
    func unset() {
        let check = service(.shell(text("pg_isready -U ${DB_USER} -d $$NOWHERE"))).translatedCheck(
            for: .healthy)
        #expect(line(check) == "partial postgres db:5432 \(sqlPing)")
        #expect(check.notes.first == "the user is not named: DB_USER has no value here")
        #expect(check.notes.contains("the database is not named: NOWHERE has no value here"))
    }

    @Test("a value keeps the expression that it was written with")
    func written() {
        let check = service(
            .shell(text("pg_isready -U $$POSTGRES_USER")), environment: [("POSTGRES_USER", "${DB_USER}")],
            project: ["DB_USER": "app"]
        ).translatedCheck(for: .healthy)
        let user = check.settings.first { $0.key == "user" }
        #expect(user?.value.written == "${DB_USER}" && user?.value.value == "app")
        #expect(user?.variable == "POSTGRES_USER")
    }

    @Test(
        "redis-cli that looks at no answer is content with a refusal; one that looks is not",
        arguments: [
            ("redis-cli ping", "full redis db:6379 \(refused)"),
            ("redis-cli ping | grep -q PONG", "full redis db:6379"),
            ("redis-cli ping | grep PONG || exit 1", "full redis db:6379"),
            ("[ \"$$(redis-cli ping)\" = \"PONG\" ]", "full redis db:6379"),
            ("test \"$$(redis-cli -a secret ping)\" = 'PONG'", "full redis db:6379 password=secret"),
            ("redis-cli -a \"$$REDIS_PASSWORD\" ping", "full redis db:6379 password=own \(refused)"),
            ("redis-cli --no-auth-warning --pass x -p 6380 ping", "full redis db:6380 password=x \(refused)"),
            ("REDISCLI_AUTH=$$REDIS_PASSWORD valkey-cli ping", "full redis db:6379 password=own \(refused)"),
            ("redis-cli --raw incr ping", "full redis db:6379 \(refused)"),
            (
                "redis-cli -h localhost -n 2 --user app -a p ping | grep PONG",
                "full redis db:6379 database=2 user=app password=p"
            ),
            (
                "redis-cli -u redis://u:p@localhost:6380/1 ping | grep PONG",
                "full redis db:6380 user=u password=p database=1"
            ),
            ("redis-cli --tls --insecure ping | grep PONG", "full redis rediss://db:6379 insecure=true"),
            ("redis-cli info | grep role:master", "partial redis db:6379"),
            ("timeout 5 redis-cli ping", "full redis db:6379 \(refused) timeout=5s"),
        ])
    func redis(check: String, line: String) {
        #expect(asked(check, environment: [("REDIS_PASSWORD", "own")]) == line)
    }

    @Test("the password of the command is taken where the check has none")
    func requirePass() {
        let command = ["redis-server", "--requirepass", "${PW}"]
        #expect(
            asked("redis-cli ping", command: command, project: ["PW": "x"])
                == "full redis db:6379 password=x \(refused)")
        #expect(asked("redis-cli ping", command: command) == "full redis db:6379 \(refused)")
    }

    @Test(
        "mysqladmin ping is content with a refused login; a query needs one",
        arguments: [
            ("mysqladmin ping", "full mysql db:3306 \(sqlPing)"),
            ("mysqladmin ping -h 127.0.0.1 --silent", "full mysql db:3306 \(sqlPing)"),
            (
                "mysqladmin ping -h localhost -u root -p$$MYSQL_ROOT_PASSWORD",
                "full mysql db:3306 user=root password=pw \(sqlPing)"
            ),
            (
                "mariadb-admin -uroot --password=\"$$MYSQL_ROOT_PASSWORD\" ping",
                "full mysql db:3306 user=root password=pw \(sqlPing)"
            ),
            ("MYSQL_PWD=x mysqladmin -u root ping", "full mysql db:3306 user=root password=x \(sqlPing)"),
            (
                "mysqladmin ping -u root -px | grep 'mysqld is alive'",
                "full mysql db:3306 user=root password=x level=query"
            ),
            (
                "mysqladmin -u root -p$$(cat /run/secrets/root) ping",
                "full mysql db:3306 user=root password_file=/run/secrets/root \(sqlPing)"
            ),
            ("healthcheck.sh --connect --innodb_initialized", "full mysql db:3306 \(sqlPing)"),
            ("healthcheck.sh --su-mysql --connect --galera_online", "partial mysql db:3306 \(sqlPing)"),
            ("mysql -uroot -pp -e 'SELECT 1'", "full mysql db:3306 user=root password=p level=query"),
            (
                "mysql -h localhost -P 3307 -u u -pp shop -e 'SELECT a FROM t'",
                "full mysql db:3307 user=u password=p database=shop level=query query=SELECT a FROM t"
            ),
            ("mysql -e 'SELECT 1'", "partial mysql db:3306 level=ping"),
        ])
    func mysql(check: String, line: String) {
        #expect(asked(check, environment: [("MYSQL_ROOT_PASSWORD", "pw")]) == line)
    }

    @Test("a secret is named where whoever asks has it, at the place where they have it")
    func secrets() {
        var db = service(.shell(text("mysqladmin -u root -p$$(cat /run/secrets/root) ping")))
        db.secrets = [ComposeSecret(source: "root", path: "/run/secrets/root")]
        var web = ComposeService(name: "web")
        #expect(db.translatedCheck(for: .healthy, caller: web).coverage == .partial)
        web.secrets = [ComposeSecret(source: "root", path: "/run/secrets/mysql")]
        #expect(
            line(db.translatedCheck(for: .healthy, caller: web)).contains("password_file=/run/secrets/mysql"))
    }

    @Test("no note has a password in it")
    func silence() {
        for check in [
            "redis-cli -a S3cret ping", "mysqladmin ping -u root -pS3cret",
            "PGPASSWORD=S3cret psql -c 'SELECT 1' | jq",
            "redis-cli -a ${PW:-S3cret} ping", "curl -u a:S3cret http://localhost/ --frobnicate",
        ] {
            let notes = service(.shell(text(check))).translatedCheck(for: .healthy).notes
            #expect(!notes.joined().contains("S3cret"), "\(check)")
        }
    }
}
