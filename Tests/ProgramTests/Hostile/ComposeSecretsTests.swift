import TestSupport
import Testing

/// No secret of a Compose file is printed, wherever it stands and whatever is done with the file.
struct ComposeSecretsTests {
    private static let secret = MarkedSecret.plain

    /// Services with the secret, or a variable of it, in each place where one can be.
    private static let services = """
          a: {image: postgres, environment: {POSTGRES_PASSWORD: \(secret.text)}, healthcheck: {test: "psql -c 'SELECT 1'"}}
          b: {image: postgres, env_file: b.env, healthcheck: {test: "psql -U $$POSTGRES_USER"}}
          c: {image: postgres, healthcheck: {test: "PGPASSWORD=\(secret.text) psql -U u"}}
          d: {image: postgres, secrets: [pw], environment: {POSTGRES_PASSWORD_FILE: /run/secrets/pw}, healthcheck: {test: psql}}
          e: {image: redis, command: "redis-server --requirepass \(secret.text)", healthcheck: {test: "redis-cli -a \(secret.text) ping"}}
          f: {image: redis, healthcheck: {test: [CMD, redis-cli, -u, "redis://u:\(secret.text)@localhost/1", ping]}}
          g: {image: redis, healthcheck: {test: "redis-cli -a ${PW} ping | grep PONG"}}
          h: {image: redis, healthcheck: {test: "redis-cli -a ${NONE:-\(secret.text)} ping | grep PONG"}}
          i: {image: mysql, healthcheck: {test: "mysqladmin -uroot -p\(secret.text) status"}}
          j: {image: mysql, environment: ["MYSQL_ROOT_PASSWORD=${PW}"], healthcheck: {test: 'mysql -uroot -p"$$MYSQL_ROOT_PASSWORD" -e "SELECT 1"'}}
          k: {image: x, healthcheck: {test: [CMD, curl, -f, -u, "u:\(secret.text)", -H, "Authorization: Bearer \(secret.text)", "http://localhost/?token=\(secret.text)"]}}
          l: {image: x, healthcheck: {test: "wget --header='X-Key: a \(secret.text)' -O- http://u:\(secret.text)@localhost/"}}
          m: {image: rabbitmq, environment: {RABBITMQ_DEFAULT_USER: u, RABBITMQ_DEFAULT_PASS: \(secret.text)}, healthcheck: {test: rabbitmqctl authenticate_user u \(secret.text)}}
          n: {image: clickhouse, healthcheck: {test: "clickhouse-client -u u --password \(secret.text) -q 'SELECT 1'"}}
          o: {image: mongo, healthcheck: {test: "mongosh -u u -p \(secret.text) --eval db.auth('u','\(secret.text)')"}}
          p: {image: x, healthcheck: {test: "waitfor check redis://:\(secret.text)@localhost:1"}}
        """

    @Test("No secret of a Compose file is printed by config, gate or check")
    func everywhere() throws {
        let names = (UInt8(ascii: "a")...UInt8(ascii: "p")).map { String(Unicode.Scalar($0)) }
        let needs = names.map { "\($0): {condition: service_healthy}" }.joined(separator: ", ")
        let directory = try TemporaryDirectory()
        try directory.write("b.env", "POSTGRES_USER=u\nPOSTGRES_PASSWORD=\(Self.secret.text)\n")
        try directory.write(".env", "PW=\(Self.secret.text)\n")
        let path = try directory.write(
            "compose.yaml",
            "services:\n  web: {secrets: [pw], depends_on: {\(needs)}}\n\(Self.services)\nsecrets: {pw: {file: pw}}\n"
        )
        for source in [["-f", path], ["-f", path, "--service", "web"]] {
            for words in [
                ["config", "show"], ["config", "show", "--output", "json"], ["config", "convert"],
                ["config", "check"],
            ] {
                let run = try Program.run(Program.waitfor, words + source)
                #expect(run.exitCode == 0, "\(words + source): \(run)")
                #expect(Self.secret.shown(by: run) == [], "\(words + source): \(run)")
                #expect(!(run.output + run.errors).isEmpty)
            }
        }
        let web = try Program.run(Program.waitfor, ["config", "convert", "-f", path, "--service", "web"])
            .output
        for line in [
            "password_env: POSTGRES_PASSWORD", "password_env: C_PASSWORD", "password_file: /run/secrets/pw",
            "password_env: E_PASSWORD", "password_env: PW", "password_env: NONE", "http: ${K_TARGET}",
            "redis: ${P_TARGET}",
        ] {
            #expect(web.contains("    \(line)\n"), "\(line)\n\(web)")
        }
        // Here the file of the secret is not needed.
        let two = try directory.write(
            "two.yaml",
            "services:\n  web: {depends_on: {g: {condition: service_healthy}, e: {condition: service_healthy}}}\n\(Self.services)\n"
        )
        for (words, code) in [
            (["-v"], 124), (["-v", "--log", "json"], 124), (["check", "-v"], 1),
            (["check", "--output", "json"], 1),
        ] as [([String], Int32)] {
            let run = try Program.run(Program.waitfor, words + ["-t", "1s", "-f", two, "--service", "web"])
            #expect(run.exitCode == code && Self.secret.shown(by: run) == [], "\(run)")
        }
    }

    @Test(
        "No secret of a provider's options but one in its own target is known to anybody, and none is printed"
    )
    func provider() throws {
        try withTemporaryDirectory { files in
            let file = try files.write("pw", Self.secret.text, mode: 0o600)
            let bare = "--target=redis://127.0.0.1:\(try FreePort.make())"
            for options in [
                [bare, "--password_file=\(file)"], [bare, "--password_env=PW"],
                ["--target_env=URL", "--setenv=url"],
                [bare, "--password=\(Self.secret.text)"], ["--target=\(Self.secret.text)"],
                [bare, "--\(Self.secret.text)=1"],
            ] {
                let run = try Program.run(
                    Program.waitfor,
                    ["compose", "--project-name=p", "up", "--timeout=300ms"] + options + ["db"],
                    environment: Program.minimalEnvironment.merging([
                        "PW": Self.secret.text, "URL": "redis://:\(Self.secret.text)@127.0.0.1:1",
                    ]) { $1 })
                let isName = options.last?.hasPrefix("--\(Self.secret.text)") == true
                #expect(run.exitCode == 124 || run.exitCode == 125, "\(options): \(run)")
                #expect(isName || Self.secret.shown(by: run) == [], "\(options): \(run)")
            }
        }
    }
}
