import HealthCore
import Testing

private let own = "headers=Host: localhost"

@Suite("Checks over HTTP and of ports in Compose files")
struct WebCheckTests {
    @Test(
        "curl asks for the URL; only -f looks at the status",
        arguments: [
            ("curl -f http://localhost/", "full http http://db/ \(own)"),
            ("curl -fsS localhost:8080/health || exit 1", "full http http://db:8080/health \(own):8080"),
            ("curl --fail http://db:8080", "full http http://db:8080/"),
            ("curl -f http://other:9000/x?y=z", "full http http://other:9000/x?y=z"),
            ("curl http://localhost/", "full http http://db/ expect_status=100-599 \(own)"),
            (
                "curl --fail-early http://localhost/", "full http http://db/ expect_status=100-599 \(own)"
            ),
            ("curl --fail-with-body http://localhost/", "full http http://db/ \(own)"),
            ("curl --fail-w --sil --max-t 3 http://localhost/", "full http http://db/ \(own) timeout=3s"),
            (
                "curl -f --no-fail http://localhost/", "full http http://db/ expect_status=100-599 \(own)"
            ),
            ("curl -fL http://localhost/", "full http http://db/ follow_redirects=true \(own)"),
            ("curl -fk https://localhost:8443/", "full http https://db:8443/ insecure=true \(own):8443"),
            ("curl -f https://localhost/", "full http https://db/ server_name=localhost \(own)"),
            ("curl -fsI http://localhost/", "full http http://db/ method=HEAD \(own)"),
            (
                "curl -f -H 'X-A: b' -H \"Host: app\" http://localhost/",
                "full http http://db/ headers=X-A: b\nHost: app"
            ),
            (
                "curl -f -u elastic:a@b http://localhost:9200/",
                "full http http://elastic:a%40b@db:9200/ \(own):9200"
            ),
            ("curl -f -m 3 http://localhost/", "full http http://db/ \(own) timeout=3s"),
            ("curl -f -X POST -d '{}' http://localhost/", "partial http http://db/ method=POST \(own)"),
            (
                "curl -s http://localhost/ | grep -q ready",
                "full http http://db/ expect_body=ready expect_status=100-599 \(own)"
            ),
            (
                "curl -sf http://localhost/ | grep '\"ok\":\\s*true'",
                "partial http http://db/ expect_body=\"ok\": \(own)"
            ),
            (
                "curl -sf http://localhost/ | jq -e '.a.b == \"up\"'",
                "full http http://db/ expect_json=/a/b=up \(own)"
            ),
            (
                "[ \"$$(curl -s http://localhost/ | jq -r .status)\" = green ]",
                "full http http://db/ expect_json=/status=green expect_status=100-599 \(own)"
            ),
            (
                "curl -s -o /dev/null -w '%{http_code}' http://localhost/ | grep -qE '^(200|302)$$'",
                "full http http://db/ expect_status=200,302 \(own)"
            ),
            (
                "[ \"$$(curl -so /dev/null -w '%{http_code}' http://localhost/)\" = 401 ]",
                "full http http://db/ expect_status=401 \(own)"
            ),
            (
                "curl -fsI http://localhost:80 | head -n 1 | grep -E '^HTTP/.* 3[0-9]{2} ' || exit 1",
                "full http http://db:80/ method=HEAD expect_status=300-399 \(own)"
            ),
            ("curl -f http://localhost/ | head -1", "reach dns db"),
            ("curl -f http://localhost/ --frobnicate", "partial http http://db/ \(own)"),
        ])
    func curl(check: String, line: String) {
        #expect(asked(check) == line)
    }

    @Test(
        "wget fails by the status, and follows redirects",
        arguments: [
            (
                "wget --spid --auth-no-challenge --tri=1 --time 2 http://localhost/",
                "full http http://db/ follow_redirects=true \(own) timeout=2s"
            ),
            ("wget -q --spider http://localhost/", "full http http://db/ follow_redirects=true \(own)"),
            (
                "wget -nv -t1 --spider localhost:80/ping",
                "full http http://db:80/ping follow_redirects=true \(own)"
            ),
            (
                "wget --no-verbose --tries=1 -O - http://127.0.0.1:8123/ping || exit 1",
                "full http http://db:8123/ping follow_redirects=true headers=Host: 127.0.0.1:8123"
            ),
            (
                "wget -S --spider http://localhost/ 2>&1 | grep -q 'HTTP/1.1 [23]'",
                "full http http://db/ expect_status=200-399 \(own)"
            ),
            (
                "wget -S --spider http://localhost/ 2>&1 | grep -q '200 OK'",
                "full http http://db/ expect_status=200 follow_redirects=true \(own)"
            ),
            (
                "wget -qO- http://localhost/ | grep OK",
                "full http http://db/ expect_body=OK follow_redirects=true \(own)"
            ),
            (
                "wget -T 5 -t 1 -qO /dev/null http://localhost/",
                "full http http://db/ follow_redirects=true \(own) timeout=5s"
            ),
            (
                "wget --no-check-certificate -q https://localhost/",
                "full http https://db/ insecure=true follow_redirects=true \(own)"
            ),
            (
                "IP=$$(hostname -i | awk '{print $$1}'); wget -qO- \"http://$$IP:3000/\" >/dev/null 2>&1",
                "full http http://db:3000/ follow_redirects=true"
            ),
            (
                "wget -q http://localhost:$${PORT:-8000}/",
                "full http http://db:8000/ follow_redirects=true \(own):8000"
            ),
        ])
    func wget(check: String, line: String) {
        #expect(asked(check) == line)
    }

    @Test(
        "a bare port is asked as one, except MySQL's",
        arguments: [
            ("nc -z localhost 9000 || exit 1", "full tcp db:9000"),
            ("nc -zvw 3 127.0.0.1 9000", "full tcp db:9000 timeout=3s"),
            ("nc -z other 9000", "full tcp other:9000"),
            ("nc -uz localhost 53", "reach dns db"),
            ("bash -c ':> /dev/tcp/127.0.0.1/3010' || exit 1", "full tcp db:3010"),
            ("timeout 5 bash -c '</dev/tcp/localhost/8080'", "full tcp db:8080 timeout=5s"),
            ("nc -z localhost 3306", "full mysql db:3306 level=ping accept=auth,no_database,denied"),
            ("wait-for-it 127.0.0.1:8000", "full tcp db:8000"),
            ("wait-for-it.sh -h localhost -p 8000 -t 3", "full tcp db:8000 timeout=3s"),
            ("nc -z localhost ${PORT}", "partial tcp db:"),
        ])
    func ports(check: String, line: String) {
        #expect(asked(check) == line)
    }
}
