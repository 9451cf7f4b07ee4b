extension ComposeCase {
    /// How long, and how often.
    private static let durations = [
        "5s", "1m30s", "1h", "500ms", "1.5s", "1h2m3s", "-5s", "0s", "0", "1us", "1µs", "100ns", ".5s", "5.s",
        "1d",
        "1w", "1d2h", "1y",
        "5", "5 s", "s", "", "abc", "1s2", "1S", "1M", "+5s", "1m1m", "1s1m", "1.5.5s", "99999h",
        "9999999999h", "1e3s",
    ].map { ComposeCase(keys: "healthcheck: {test: x, interval: '\($0)', timeout: 3s}") }

    private static let checks = [
        "interval: 5", "interval: 1.5", "interval: true", "interval: [5s]", "interval: ", "retries: 3",
        "retries: '3'",
        "retries: 3.0", "retries: 3.5", "retries: -1", "retries: x", "retries: 0", "retries: 1e2",
        "retries: 0x10",
        "retries: 18446744073709551615", "disable: true", "disable: 'true'", "disable: yes", "disable: 1",
        "test: echo \"hello world\"", "test: [CMD, a, 'b c']", "test: [CMD-SHELL, a $$B]", "test: [NONE]",
        "test: []",
        "test: ''", "test: [a, b]", "test: [cmd, a]", "test: [CMD]", "test: [CMD-SHELL]",
        "test: [CMD-SHELL, a, b]",
        "test: NONE", "test: [NONE, a]", "test: {a: b}", "test: 5", "test: true",
        "test: [CMD, 5, true, 1.50]",
        "test: x, start_period: 15s, start_interval: 5s, timeout: 1s", "test: x, unknown: y",
        "test: x, x-own: y",
    ].map { ComposeCase(keys: "healthcheck: {\($0)}") }

    private static let ports = [
        "'80'", "80", "'80:8080'", "'80-90:8080'", "'8080:80/tcp'", "'80:8080/udp'", "'80-81:8080-8081/tcp'",
        "'80-82:8080-8082/udp'", "'80-82:8080/udp'", "'80-80:8080/tcp'", "'1.1.1.1:80:80'", "'127.0.0.1::80'",
        "'[::1]:90:90'",
        "'::1:90:90'", "'9999999'", "'80/xyz'", "tcp", "''", "'80:'", "':80'", "'80:90:100:110'", "'85-87'",
        "'87-85'",
        "'88-89:90-92'", "'0'", "'0:80'", "80.5", "'95:95/sctp'", "'80/TCP'", "-80", "65535", "65536",
        "'a:80'", "' 80'",
        "{target: 80}", "{target: '80'}", "{target: 80, published: 8080, protocol: tcp, mode: host}",
        "{target: 80, published: '8000-8010'}", "{target: 93, protocol: udp}", "{published: 80}",
        "{target: x}",
        "{target: 80, host_ip: 127.0.0.1, name: web, app_protocol: http}", "{target: 80, own: x}",
        "'9080:80', '9081:80', 5000, '5000'",
        "0x50", "080", "!!str 80", "8_0", "1:30", "'1:30'",
    ].map { ComposeCase(keys: "ports: [\($0)]") }

    private static let exposed = [
        "['3000', 8000]", "['101-102']", "['103/udp', '104/tcp']", "[x]", "['65536']", "80", "['1-3/udp', 4]",
        "[]", "",
    ].map { ComposeCase(keys: "expose: \($0)") }

    private static let variables = [
        "{FOO: '1', BAR: 2, GA: 2.5, BU: '', ZO: , MEU: }", "[FOO=1, BAR=2, BU=, ZO, MEU]",
        "{FOO: true, BAR: false}",
        "{FOO: ['1']}", "FOO=1", "['DEBUG = true']", "[FOO=BAR, BAR=QIX, QIX=, ZOT, FOO=ZOT, QIX, ZOT=]",
        "[FOO=a=b, 'X= y ']",
        "['=x']", "['']", "[5]", "[{A: 1}]", "{A: {B: c}}", "[]", "{}", "{A: ~, B: null, C: Null, D: NULL}",
        "{A: yes, B: No, C: on}",
        "{A: True, B: FALSE}", "{A: -1, B: +1, C: 0, D: 12345678901234567890}",
        "{A: 1_000, B: 0x10, C: 0o17, D: 010}",
        "{A: .inf, B: -.inf, C: .nan}", "{A: 2001-01-01, B: 12:30:45}", "{A: .5, B: 1., C: 1.5}",
        "{A: '1.50', B: \"1e3\"}",
        "{1: a, true: b, 1.5: c}", "{A: \"a\\nb\\tc\\u00e9\"}", "{\"A B\": c}", "{'A': 'it''s'}",
        "['A=${U}', 'B=$${U}']",
    ].map { ComposeCase(keys: "environment: \($0)") }

    private static let edges = [
        "[b, c]", "{b: {condition: service_healthy, restart: true}, c: {condition: service_started}}",
        "[x-foo]", "[b, b]", "b",
        "{b: }", "{b: {}}", "{b: {required: false}}", "{b: {condition: healthy}}",
        "{b: {condition: service_started, required: false}}",
        "{b: {condition: service_completed_successfully, required: true}}", "[nobody]",
        "{nobody: {condition: service_started, required: false}}",
        "[a]", "[]", "{}", "[5]", "{b: {condition: service_started, restart: 'x'}}",
        "{b: {condition: service_healthy, x-own: 1}}",
        "{b: {condition: service_healthy, unknown: 1}}",
    ].map {
        ComposeCase(
            keys: "depends_on: \($0)", more: "  b: {image: b}\n  c: {image: c}\n  x-foo: {image: x}\n")
    }

    private static let words = [
        "command: bundle exec thin -p 3000", "command: [bundle, exec, thin, -p, '3000']", "command: ''",
        "command: []", "command: ",
        "command: 'a \"b c\" d'", #"command: 'a \" b'"#, #"command: "a 'b c'""#, "command: [5, true]",
        "command: {a: b}", "command: 5",
        "entrypoint: a b", "entrypoint: [a, 'b c']", "entrypoint: []", "entrypoint: ''", "entrypoint: ",
        "image: ", "image: 5", "image: [a]",
        "container_name: nn", "hostname: h.example", "hostname: 5", "build: .",
        "build: {context: x, dockerfile: D}", "build: ",
        "network_mode: host", "network_mode: none", "network_mode: 'service:b'",
        "network_mode: 'container:x'",
        "network_mode: bridge, networks: [n]", "networks: [n, m]", "networks: {n: , m: {aliases: [x]}}",
        "networks: [default, n]",
        "networks: n", "networks: []", "profiles: [p]", "profiles: []", "profiles: p", "profiles: ['_x']",
        "links: ['b:c', 'b']",
        "links: [nobody]", "volumes_from: [b, 'container:x', 'b:ro']", "pid: 'service:b'", "ipc: 'service:b'",
        "secrets: [s]", "secrets: [{source: s}]", "secrets: [{source: s, target: u}]",
        "secrets: [{source: s, target: /abs/w, mode: 0400}]",
        "secrets: [{target: u}]", "secrets: s", "secrets: [s, {source: s, target: v}]",
        "provider: {type: x, options: {a: b}}",
        "x-own: {a: [b]}", "restart: always", "labels: [a=b]", "privileged: true", "unknown: key",
        "deploy: {replicas: 3}", "scale: 2",
        "links: ['b:c'], depends_on: {b: {condition: service_healthy}}",
    ].map {
        ComposeCase(
            keys: $0, more: "  b: {image: b}\nnetworks: {n: {}, m: {}}\nsecrets: {s: {file: ./x}}\n")
    }

    static let forms: [ComposeCase] =
        durations + checks + ports + exposed + variables + edges + words + [
            ComposeCase("an undefined network", ["c.yaml": "services:\n  a: {image: a, networks: [n]}\n"]),
            ComposeCase("an undefined secret", ["c.yaml": "services:\n  a: {image: a, secrets: [n]}\n"]),
            ComposeCase("an undefined volume", ["c.yaml": "services:\n  a: {image: a, volumes: ['n:/x']}\n"]),
            ComposeCase("a key twice", ["c.yaml": "services:\n  a: {image: x, image: y}\n"]),
            ComposeCase("a service twice", ["c.yaml": "services:\n  a: {image: x}\n  a: {image: y}\n"]),
            ComposeCase("a foreign tag", ["c.yaml": "services:\n  a: {image: !foo x}\n"]),
            ComposeCase(
                "a tag of YAML", ["c.yaml": "services:\n  a: {image: !!str 5, environment: {A: !!int '5'}}\n"]
            ),
            ComposeCase(
                "two documents", ["c.yaml": "services:\n  a: {image: a}\n---\nservices:\n  b: {image: b}\n"]),
            ComposeCase("an unknown key at the top", ["c.yaml": "services:\n  a: {image: a}\nunknown: {}\n"]),
            ComposeCase("keys of one's own", ["c.yaml": "x-a: {b: c}\nservices:\n  a: {image: a}\n"]),
            ComposeCase("a version", ["c.yaml": "version: '3.9'\nservices:\n  a: {image: a}\n"]),
            ComposeCase("no services", ["c.yaml": "name: x\n"]),
            ComposeCase("an empty file", ["c.yaml": ""]),
            ComposeCase("services that are none", ["c.yaml": "services: [a]\n"]),
            ComposeCase("a service that is a list", ["c.yaml": "services:\n  a: [b]\n"]),
            ComposeCase("a service that is empty", ["c.yaml": "services:\n  a:\n"]),
            ComposeCase("a service without image and build", ["c.yaml": "services:\n  a: {command: x}\n"]),
            ComposeCase(
                "a name of a service with other letters", ["c.yaml": "services:\n  a b: {image: x}\n"]),
            ComposeCase(
                "names of services",
                ["c.yaml": "services:\n  a.b: {image: x}\n  A_1-b: {image: y}\n  '1': {image: z}\n"]),
            ComposeCase(
                "two services that wait for each other",
                [
                    "c.yaml":
                        "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n"
                ]),
            ComposeCase(
                "a name of the project",
                ["c.yaml": "name: my\nservices:\n  a: {image: '$COMPOSE_PROJECT_NAME'}\n"]),
            ComposeCase(
                "a name of the project that is none",
                ["c.yaml": "name: My Name\nservices:\n  a: {image: a}\n"]),
            ComposeCase(
                "a name of the project of a variable",
                [
                    "c.yaml": "name: ${N}\nservices:\n  a: {image: '$COMPOSE_PROJECT_NAME'}\n",
                    ".env": "N=n\n",
                ]),
            ComposeCase(
                "a name of the project in .env",
                [
                    "c.yaml": "name: x\nservices:\n  a: {image: '$COMPOSE_PROJECT_NAME'}\n",
                    ".env": "COMPOSE_PROJECT_NAME=own\n",
                ]),
            ComposeCase(
                "profiles",
                [
                    "c.yaml": """
                    services:
                      a: {image: a}
                      b: {image: b, profiles: [p]}
                      c: {image: c, profiles: [q, r], depends_on: [a]}
                      d: {image: d, depends_on: {b: {condition: service_started, required: false}}}

                    """
                ], Options(profiles: ["q"])),
            ComposeCase(
                "profiles of .env",
                [
                    "c.yaml":
                        "services:\n  a: {image: a}\n  b: {image: b, profiles: [p]}\n  c: {image: c, profiles: [q]}\n",
                    ".env": "COMPOSE_PROFILES=p, z\n",
                ]),
            ComposeCase(
                "all profiles", ["c.yaml": "services:\n  a: {image: a}\n  b: {image: b, profiles: [p]}\n"],
                Options(profiles: ["*"])),
            ComposeCase(
                "a service that depends on one of an inactive profile",
                [
                    "c.yaml": "services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, profiles: [p]}\n"
                ]),
            ComposeCase(
                "anchors and merge keys",
                [
                    "c.yaml": """
                    x-a: &a {image: a, environment: &e {A: 1, B: 2}}
                    x-b: &b {image: b, expose: [4], command: bb}
                    services:
                      one: {<<: *a}
                      two: {<<: [*a, *b], environment: {<<: *e, B: 3}}
                      three:
                        command: c
                        <<: [*b, *a]
                        image: own
                      four: *b

                    """
                ]),
            ComposeCase(
                "nested merge keys",
                [
                    "c.yaml": """
                    x-t:
                      one: &one {environment: &e {a: b}}
                      two: &two {<<: *one}
                      three: &three {<<: *e}
                    services:
                      a: {<<: *two, image: x, environment: {<<: *three}}

                    """
                ]),
            ComposeCase(
                "a merge key of a list", ["c.yaml": "x-a: &a [b]\nservices:\n  a: {<<: *a, image: a}\n"]),
            ComposeCase("an unknown anchor", ["c.yaml": "services:\n  a: *b\n"]),
            ComposeCase(
                "JSON", ["c.yaml": #"{"services": {"a": {"image": "a", "command": ["\u00e9", "b"]}}}"#]),
            ComposeCase(
                "block texts",
                [
                    "c.yaml":
                        "services:\n  a:\n    image: a\n    command: |\n      a b\n      c\n    healthcheck:\n      test: >-\n        curl\n        x\n"
                ]),
        ]
}
