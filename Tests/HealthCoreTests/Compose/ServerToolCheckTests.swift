import HealthCore
import Testing

@Suite("Checks by tools of servers and by one line of a language in Compose files")
struct ServerToolCheckTests {
    static let refused = "accept=auth,no_database,denied"

    @Test(
        "a tool of a server asks what the server tells over the network",
        arguments: [
            ("grpc_health_probe -addr=localhost:50051", "full grpc grpc://db:50051"),
            (
                "grpc_health_probe -addr :50051 -service=a.B -connect-timeout 1s",
                "full grpc grpc://db:50051/a.B"
            ),
            (
                "grpc_health_probe -addr=localhost:443 -tls -tls-no-verify",
                "full grpc grpcs://db:443 insecure=true"
            ),
            (
                "etcdctl endpoint health",
                "full http http://db:2379/health expect_json=/health=true headers=Host: localhost:2379"
            ),
            (
                "etcdctl --endpoints=http://db:2379 endpoint health",
                "full http http://db:2379/health expect_json=/health=true"
            ),
            ("clickhouse-client --query 'SELECT 1'", "partial http http://db:8123/ping"),
            (
                "clickhouse-client -u a --password b -q 'SELECT 1'",
                "full http http://db:8123/?query=SELECT%201 headers=X-ClickHouse-User: a\nX-ClickHouse-Key: b"
            ),
            ("waitfor check -t 2s localhost:6379", "full redis db:6379 timeout=2s"),
            (
                "waitfor check --set x.level=ping x=postgres://app@127.0.0.1:5433/app",
                "full postgres postgres://app@db:5433/app level=ping"
            ),
            ("waitfor check --agent", "reach dns db"), ("waitfor check file:///run/ready", "reach dns db"),
            ("mc ready local", "full http http://db:9000/minio/health/cluster expect_status=200"),
            ("/mailpit readyz", "full http http://db:8025/readyz expect_status=200"),
            ("traefik healthcheck --ping", "partial http http://db:8080/ping expect_status=200"),
            ("mongosh --port 27018 --eval 'db.runCommand(1)'", "reach tcp db:27018"),
            ("echo 1 | mongosh localhost:27017/test", "reach tcp db:27017"),
            ("kafka-topics.sh --bootstrap-server localhost:9094 --list", "reach tcp db:9094"),
            ("echo PING | nc localhost 6379 | grep PONG", "full redis db:6379"),
            ("echo stats | nc -w 1 127.0.0.1 11211 | grep -q uptime", "full memcached db:11211"),
        ])
    func tools(check: String, line: String) {
        #expect(asked(check) == line)
    }

    @Test("rabbitmq-diagnostics logs in where the image has a login, so that each probe leaves no warning")
    func rabbitmq() {
        #expect(asked("rabbitmq-diagnostics -q ping") == "full amqp db:5672 level=ping")
        #expect(asked("rabbitmq-diagnostics check_local_alarms") == "partial amqp db:5672 level=ping")
        let login = [("RABBITMQ_DEFAULT_USER", "u"), ("RABBITMQ_DEFAULT_PASS", "p")]
        #expect(
            asked("rabbitmq-diagnostics -q check_running", environment: login)
                == "full amqp db:5672 user=u password=p level=login accept=auth,no_database,denied")
        #expect(
            asked("rabbitmqctl --quiet check_local_alarms", environment: login)
                == "full amqp db:5672 user=u password=p level=publish accept=auth,no_database,denied")
    }

    static let own = "headers=Host: localhost"

    @Test(
        "one line of a language is read where its URL and its statuses are written out",
        arguments: [
            (
                "python -c \"import urllib.request; urllib.request.urlopen('http://localhost/a')\"",
                "full http http://db/a follow_redirects=true headers=Host: localhost"
            ),
            (
                "python3 -c 'import requests; requests.get(\"http://db:1/\").raise_for_status()'",
                "full http http://db:1/ follow_redirects=true"
            ),
            (
                "python3 -c 'import requests; requests.get(\"http://db:1/\")'",
                "partial http http://db:1/ expect_status=100-599 follow_redirects=true"
            ),
            (
                "node -e \"require('http').get('http://db:1/', r => process.exit(r.statusCode === 200 ? 0 : 1))\"",
                "full http http://db:1/ expect_status=200"
            ),
            (
                "node -e \"fetch('http://db:1/').then(r => {if (r.status !== 200) throw 1})\"",
                "full http http://db:1/ expect_status=200 follow_redirects=true"
            ),
            (
                "node -e \"fetch('http://db:1/').then(r => process.exit(r.ok ? 0 : 1))\"",
                "full http http://db:1/ expect_status=200-299 follow_redirects=true"
            ),
            (
                "node -e \"require('http').get('http://db:1/', r => process.exit(r.statusCode >= 200 && r.statusCode < 400 ? 0 : 1))\"",
                "full http http://db:1/"
            ),
            (
                "node -e \"require('http').get({host:'db', port:6060, path:'/readyz'}, res => process.exit(res.statusCode===200 ? 0 : 1))\"",
                "full http http://db:6060/readyz expect_status=200"
            ),
            (
                "ruby -rnet/http -e \"exit(Net::HTTP.get_response(URI('http://db:1/')).is_a?(Net::HTTPSuccess) ? 0 : 1)\"",
                "full http http://db:1/ expect_status=200-299"
            ),
            (
                "python -c \"import socket; socket.create_connection(('localhost', 8000))\"",
                "full tcp db:8000"
            ),
            ("node -e \"fetch('http://db:' + process.env.PORT)\"", "reach dns db"),
            ("node health.js", "reach dns db"),
        ])
    func oneLiners(check: String, line: String) {
        #expect(asked(check) == line)
    }

    @Test(
        "a request that a shell writes itself is one",
        arguments: [
            (
                "exec 3<>/dev/tcp/127.0.0.1/9000; echo -e 'GET /health/ready HTTP/1.1\\r\\nHost: localhost:9000\\r\\n\\r\\n' >&3;cat <&3 | grep -q '\"UP\"' && exit 0 || exit 1",
                "full http http://db:9000/health/ready expect_body=\"UP\" expect_status=100-599 headers=Host: localhost:9000"
            ),
            (
                "{ printf >&3 'GET / HTTP/1.0\\r\\n\\r\\n'; cat <&3; } 3<>/dev/tcp/db/80 | grep -q '200 OK'",
                "full http http://db:80/ expect_status=200"
            ),
        ])
    func written(check: String, line: String) {
        #expect(asked(check) == line)
    }
}
