import HealthCore
import Testing

@Suite("Translations of what a service of a Compose file waits for")
struct CheckTranslationTests {
    @Test(
        "the results of commands are combined as a shell combines them",
        arguments: [
            ("nc -z localhost 1 && exit 0 || exit 1", "full tcp db:1"),
            ("nc -z localhost 1 || (echo no; exit 1)", "full tcp db:1"),
            ("nc -z localhost 1 || { echo no; exit 1; }", "full tcp db:1"),
            ("sleep 1; nc -z localhost 1", "full tcp db:1"),
            ("nc -z localhost 1; exit $$?", "full tcp db:1"),
            ("nc -z localhost 1 || exit 1; echo ok", "full tcp db:1"),
            ("set -e; nc -z localhost 1; echo ok", "full tcp db:1"),
            ("nc -z localhost 1; echo ok", "reach dns db"),
            ("nc -z localhost 1 || true", "reach dns db"),
            ("nc -z localhost 1 && nc -z localhost 2", "partial tcp db:2"),
            ("nc -z localhost 80 && curl -f http://db:80/", "full http http://db:80/"),
            ("curl -f http://db/ || wget -q http://db/", "full http http://db/"),
            ("nc -z localhost 1 || nc -z localhost 2", "reach tcp db:1"),
            ("! nc -z localhost 1", "reach tcp db:1"),
            ("true", "reach dns db"), ("exit 0", "reach dns db"), ("echo ok", "reach dns db"),
            ("", "reach dns db"),
            ("if nc -z localhost 1; then exit 0; fi", "reach dns db"),
            ("pgrep app", "reach dns db"),
            ("nc -z 'localhost 1", "reach dns db"),
            ("sh -c \"bash -c 'nc -z localhost 1'\"", "full tcp db:1"),
            ("exec env A=b timeout 3 nc -z localhost 1 # a comment", "full tcp db:1 timeout=3s"),
            ("nc -z \\\n localhost 1", "full tcp db:1"),
            ("cat <<E\nx\nE", "reach dns db"),
            ("$$CMD foo", "reach dns db"), ("$$CMD || nc -z localhost 1", "reach tcp db:1"),
            ("exec 3<>/dev/tcp/localhost/1; echo ok", "full tcp db:1"),
            ("bash -c 'exec 3<>/dev/tcp/localhost/1; exec 3<&-'", "reach dns db"),
            ("bash -c 'exec 3<>/dev/tcp/localhost/1; echo ruok >&3'", "full tcp db:1"),
            ("bash -c 'exec 3<>/dev/tcp/localhost/1; cat <&3'", "partial tcp db:1"),
            ("exec nc -z localhost 1; true", "full tcp db:1"),
            ("nc -z localhost 1; exec true", "reach dns db"),
            ("S=$$(nc -z localhost 1)", "full tcp db:1"),
            ("S=$$(nc -z localhost 1) && true", "full tcp db:1"),
            ("nc -z localhost 1; S=$$?; echo done; exit $$S", "full tcp db:1"),
            ("nc -z localhost 1 || exit $$?", "full tcp db:1"),
            ("nc -z localhost 1 && exit $$?", "full tcp db:1"),
            ("nc -z localhost 1; exit $$CODE", "reach dns db"),
            ("nc -z localhost 1 | cat", "reach dns db"),
            ("set -o pipefail; nc -z localhost 1 | cat", "full tcp db:1"),
            ("bash -eo pipefail -c 'nc -z localhost 1 | cat; true'", "full tcp db:1"),
            ("trap 'echo over' TERM; nc -z localhost 1", "full tcp db:1"),
            ("trap 'exit 1' EXIT; nc -z localhost 1", "reach dns db"),
            ("nc -z localhost 1 | xargs test", "partial tcp db:1"),
            ("kill -0 1", "reach dns db"), ("nc -z localhost 1 || kill 1", "full tcp db:1"),
            ("true \u{B}\u{C}; nc -z localhost 1", "full tcp db:1"),
        ])
    func shell(check: String, line: String) {
        #expect(asked(check) == line)
    }

    @Test("the exec form has no shell")
    func exec() {
        func asked(_ words: String...) -> String {
            line(service(.command(words.map { text($0) })).translatedCheck(for: .healthy))
        }
        #expect(asked("nc", "-z", "localhost", "1") == "full tcp db:1")
        #expect(asked("sh", "-c", "nc -z localhost 1 || exit 1") == "full tcp db:1")
        #expect(asked("pg_isready", "-U", "$$POSTGRES_USER").hasPrefix("partial postgres db:5432 level"))
        #expect(asked() == "reach dns db")
    }

    @Test(
        "without a check the image is asked",
        arguments: [
            ("postgres:17-alpine", "full postgres db:5432 level=ping accept=auth,no_database,denied"),
            ("registry:5000/bitnami/redis@sha256:x", "full redis db:6379 accept=auth,denied,misconf"),
            ("docker.io/library/memcached", "full memcached db:11211"),
            ("rabbitmq:3-management", "full amqp db:5672 level=ping"),
            ("mongo:8", "reach tcp db:27017"), ("me/app", "reach dns db"),
        ])
    func images(image: String, line: String) {
        let check = service(nil, image: image).translatedCheck(for: .healthy)
        #expect(HealthCoreTests.line(check) == line)
    }

    @Test("what started means is the name, or on demand the port")
    func started() {
        var db = service(nil, image: "postgres")
        #expect(line(db.translatedCheck(for: .started)) == "full dns db")
        let port = line(db.translatedCheck(for: .started, asksStartedPort: true))
        #expect(port == "full postgres db:5432 level=ping accept=auth,no_database,denied")
        db.image = nil
        db.ports = [8080]
        #expect(line(db.translatedCheck(for: .started, asksStartedPort: true)) == "full tcp db:8080")
    }

    @Test("what no probe can see is said")
    func nothing() {
        #expect(line(service(nil).translatedCheck(for: .completed)) == "nothing -")
        var db = service(.shell(text("nc -z localhost 1")))
        db.networkMode = ComposeText("host")
        #expect(line(db.translatedCheck(for: .healthy)) == "nothing -")
        db.networkMode = ComposeText("service:vpn")
        #expect(line(db.translatedCheck(for: .healthy)) == "full tcp vpn:1")
        db.provider = "cloud"
        #expect(line(db.translatedCheck(for: .started)) == "nothing -")
    }

    @Test("the times of a check are those of its target; one without a timeout has Docker's")
    func times() {
        var db = service(.shell(text("nc -z localhost 1")))
        #expect(db.translatedCheck(for: .healthy).settings.map(\.key) == ["timeout"])
        db.healthcheck?.interval = .seconds(5)
        db.healthcheck?.timeout = .seconds(3)
        db.healthcheck?.retries = 7
        db.healthcheck?.startPeriod = .seconds(90)
        db.healthcheck?.startInterval = .milliseconds(500)
        #expect(
            line(db.translatedCheck(for: .healthy, isRequired: false))
                == "full tcp db:1 interval=5s timeout=3s retries=7 start_period=90s start_interval=500ms optional=true"
        )
        db.healthcheck?.startPeriod = .zero
        db.healthcheck?.retries = 0
        #expect(line(db.translatedCheck(for: .healthy)) == "full tcp db:1 interval=5s timeout=3s")
    }

    /// The most bytes of a check that are taken apart.
    static let limit = 16 << 10

    @Test("a text of 16 KiB is taken apart, and no more")
    func longest() {
        func notes(_ bytes: Int) -> [String] {
            let text = "nc -z db 1 #" + String(repeating: "a", count: bytes - 12)
            return service(.shell(ComposeText(text))).translatedCheck(for: .healthy).notes
        }
        #expect(!notes(Self.limit).contains { $0.contains("16 KiB") })
        #expect(notes(Self.limit + 1).contains { $0.contains("it has more than 16 KiB") })
    }

    /// Texts of that many bytes, of which each piece costs.
    static let hostileTexts: [String] = {
        func filled(_ piece: String) -> String { String(repeating: piece, count: limit / piece.utf8.count) }
        return [
            filled("a"), filled("$("), filled("("), String(repeating: "'", count: limit - 1), filled("a;"),
            filled("a|"), filled("{ "), filled("a&&"), filled(">a "), filled("\\\n"),
            String(repeating: "$(a ", count: limit / 5) + String(repeating: ")", count: limit / 5),
            "curl http://x | grep -E '" + String(repeating: "(a*)*", count: 20) + "b'",
            "curl -I http://x | grep -E '" + String(repeating: ".*", count: 60) + "#'",
            String(repeating: "timeout 1 ", count: limit / 10 - 2) + "nc -z db 1",
            String(repeating: "a", count: limit << 6),
        ]
    }()

    @Test("hostile texts are read in time", .timeLimit(.minutes(1)))
    func hostile() {
        for text in Self.hostileTexts {
            let start = ContinuousClock.now
            _ = service(.shell(ComposeText(text))).translatedCheck(for: .healthy)
            #expect(ContinuousClock.now - start < .seconds(5), "\(text.prefix(40))")
        }
    }
}
