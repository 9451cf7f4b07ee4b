extension ComposeCase {
    /// One service in `c.yaml`, and what `o.yaml` says of it.
    private static let overridden: [(String, String)] = [
        ("image: foo, scale: 1", "image: bar, scale: 2"),
        ("environment: [FOO=BAR]", "environment: [QIX=ZOT, EMPTY=, NIL]"),
        ("environment: {FOO: BAR}", "environment: {EMPTY: '', NIL: null, QIX: ZOT}"),
        ("environment: {FOO: BAR}", "environment: [QIX=ZOT]"),
        ("environment: {FOO: 1}", "environment: {FOO: 3}"), ("environment: {FOO: 1}", "environment: {FOO: }"),
        ("environment: [A=1]", "environment: [A]"),
        ("environment: [A=1]", "environment: "),
        ("environment: [A=1]", "environment: []"), ("environment: [A=1]", "environment: A=2"),
        ("expose: [1, 2]", "expose: [2, 3]"), ("ports: ['80:80']", "ports: ['80:80', '81:81']"),
        ("ports: ['80:80']", "ports: [{target: 80, published: 81}]"),
        ("ports: ['80:80']", "ports: []"), ("ports: ['80:80']", "ports: "),
        ("ports: ['80:80']", "ports: {a: b}"), ("ports: ['80:80']", "ports: 81"),
        ("command: [a, b]", "command: c"), ("command: [a]", "command: []"), ("command: [a]", "command: "),
        ("command: a", "command: [b, c]"),
        ("entrypoint: a", "entrypoint: [b]"), ("entrypoint: [a]", "entrypoint: []"),
        ("entrypoint: a", "entrypoint: "),
        (
            "healthcheck: {test: [CMD, a], interval: 5s, retries: 2}",
            "healthcheck: {test: curl x, timeout: 1m30s}"
        ),
        ("healthcheck: {test: [CMD, a, b]}", "healthcheck: {test: [CMD, c]}"),
        ("healthcheck: {test: a}", "healthcheck: {disable: true}"),
        ("healthcheck: {disable: true}", "healthcheck: {test: a}"),
        ("healthcheck: {disable: true}", "healthcheck: {test: a, disable: false}"),
        ("healthcheck: {test: a, interval: 5s}", "healthcheck: {test: , interval: }"),
        ("healthcheck: {test: a}", "healthcheck: "),
        ("healthcheck: {test: a}", "healthcheck: {test: []}"),
        ("healthcheck: {test: a}", "healthcheck: {test: [NONE]}"),
        ("depends_on: [b]", "depends_on: {b: {condition: service_healthy, required: false}}"),
        ("depends_on: [b]", "depends_on: [c]"),
        ("depends_on: {b: {condition: service_healthy}}", "depends_on: [b]"),
        ("depends_on: {b: {condition: service_healthy}}", "depends_on: {b: {required: false}}"),
        ("depends_on: [b]", "depends_on: "), ("depends_on: [b]", "depends_on: []"),
        ("networks: [n]", "networks: [m]"), ("networks: [n]", "networks: {n: {aliases: [x]}}"),
        ("networks: {n: }", "networks: [m]"), ("networks: [n]", "networks: "),
        ("profiles: [p, q]", "profiles: [q, r]"), ("profiles: [p]", "profiles: "),
        ("links: [b]", "links: ['c:d']"), ("secrets: [s]", "secrets: [{source: t, target: s}]"),
        ("secrets: [s]", "secrets: [t]"), ("secrets: [s]", "secrets: [s]"),
        ("build: .", "build: {context: src}"), ("build: .", "build: "), ("build: .", "image: x"),
        ("hostname: a", "hostname: b"), ("hostname: a", "hostname: "),
        ("container_name: aa", "container_name: bb"), ("network_mode: host", "network_mode: none"),
        ("network_mode: host", "networks: [n]"),
        ("image: a", "image: "), ("image: a", "image: [b]"), ("command: a", "command: {b: c}"),
        ("volumes_from: [b]", "volumes_from: [c]"),
        // !reset and !override
        ("command: a", "command: !reset "), ("command: a", "command: !reset null"),
        ("command: a", "command: !reset b"), ("command: [a, b]", "command: !override [c]"),
        ("environment: {A: 1, B: 2}", "environment: {A: !reset null}"),
        ("environment: {A: 1}", "environment: !reset {}"),
        ("environment: {A: 1}", "environment: !override {B: 3}"),
        ("environment: [A=1, B=2]", "environment: {A: !reset }"), ("ports: ['80:80']", "ports: !reset []"),
        ("ports: ['80:80']", "ports: !override ['81:81']"),
        ("ports: ['80:80']", "ports: ['81:81', !reset '82:82']"),
        ("ports: ['80:80']", "ports: [!reset '80:80']"), ("build: {context: .}", "build: !reset "),
        ("healthcheck: {test: a, interval: 5s}", "healthcheck: !reset {}"),
        ("healthcheck: {test: a, interval: 5s}", "healthcheck: {interval: !reset null}"),
        ("healthcheck: {test: a, interval: 5s}", "healthcheck: !override {test: b}"),
        ("healthcheck: {test: [CMD, a]}", "healthcheck: {test: !reset []}"),
        ("depends_on: [b, c]", "depends_on: !reset []"), ("depends_on: [b]", "depends_on: !override [c]"),
        ("depends_on: {b: {condition: service_healthy}}", "depends_on: {b: !reset null}"),
        ("depends_on: {b: {condition: service_healthy}}", "depends_on: {b: {condition: !reset null}}"),
        ("expose: [1]", "expose: !reset []"),
        ("networks: [n]", "networks: !override [m]"), ("networks: [n]", "networks: !reset []"),
        ("profiles: [p]", "profiles: !override [q]"), ("profiles: [p]", "profiles: !reset []"),
        ("secrets: [s]", "secrets: !reset []"), ("image: a", "image: !reset b"),
        ("hostname: a", "hostname: !reset null"), ("entrypoint: a", "entrypoint: !override b"),
        ("environment: !reset {A: 1}", "image: b"), ("environment: !override {A: 1}", "environment: {B: 2}"),
        ("command: !reset a", "command: b"),
    ]

    private static let overrides = overridden.map { base, other in
        ComposeCase(
            "\(base) | \(other)",
            [
                "c.yaml": """
                services:
                  a: {\(base.hasPrefix("image:") || base.hasPrefix("build:") ? "" : "image: a, ")\(base)}
                  b: {image: b}
                  c: {image: c}
                networks: {n: {}, m: {}}
                secrets: {s: {file: ./x}, t: {file: ./x}}

                """,
                "o.yaml": "services:\n  a: {\(other)}\n",
            ], Options(profiles: ["*"]))
    }

    /// One service that extends another, of the same file.
    private static let extending: [(String, String)] = [
        (
            "image: x, environment: {A: 1, B: two}, ports: ['80:80'], healthcheck: {test: [CMD, a], interval: 5s}",
            "environment: [B=3, C], healthcheck: {test: curl}"
        ),
        ("image: x, command: [x], entrypoint: e", "image: y, command: "),
        ("image: x, depends_on: [d]", "depends_on: !override [e]"),
        ("image: x, depends_on: [d]", "depends_on: [e]"),
        (
            "image: x, ports: ['80:80'], environment: {A: 1}, command: c",
            "ports: !reset [], environment: !override {B: 2}, command: !reset "
        ),
        ("image: x, network_mode: host", "hostname: h"),
        ("image: x, volumes_from: [d], links: [d]", "hostname: h"), ("build: .", "image: y"),
        ("image: x, profiles: [p]", "hostname: h"),
        ("image: x, hostname: h, entrypoint: e", "expose: [1]"),
        ("image: x, secrets: [s], networks: [n]", "networks: [m]"),
        ("image: x, healthcheck: {disable: true}", "healthcheck: {test: a}"),
    ]

    private static let extensions = extending.map { base, other in
        ComposeCase(
            "\(base) < \(other)",
            [
                "c.yaml": """
                services:
                  b: {\(base)}
                  a: {extends: {service: b}, \(other)}
                  d: {image: d}
                  e: {image: e}
                networks: {n: {}, m: {}}
                secrets: {s: {file: ./x}}

                """
            ], Options(profiles: ["*"]))
    }

    static let merged: [ComposeCase] = overrides + extensions + projects
}
