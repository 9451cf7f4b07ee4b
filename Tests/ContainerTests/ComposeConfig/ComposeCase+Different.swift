extension ComposeCase {
    /// The cases that both read otherwise, by words of the line of docs/compose.md that says so.
    static let different: [String: [String]] = [
        "Compose's schema refuses": forms(
            "healthcheck",
            [
                "interval: ", "test: 5", "test: true", "test: [CMD, 5, true, 1.50]", "test: x, unknown: y",
            ])
            + forms(
                "environment",
                ["['DEBUG = true']", "[5]", "{A: 2001-01-01, B: 12:30:45}", "{1: a, true: b, 1.5: c}"],
                bare: true)
            + forms(
                "depends_on",
                [
                    "[b, b]", "b", "{b: }", "{b: {}}", "{b: {required: false}}",
                    "{b: {condition: service_started, restart: 'x'}}",
                    "{b: {condition: service_healthy, unknown: 1}}",
                ], bare: true)
            + [
                "ports: [{target: 80, own: x}]", "expose: ", "command: [5, true]", "command: 5",
                "hostname: 5", "build: ",
                "networks: n", "profiles: p", "unknown: key", "an unknown key at the top",
                "healthcheck: {test: a, interval: 5s} | healthcheck: {test: , interval: }",
                "depends_on: {b: {condition: service_healthy}} | depends_on: {b: {condition: !reset null}}",
            ],
        "without an image": [
            "a service without image and build", "an override of a service that is not there",
            "build: {context: .} | build: !reset ",
            "image: a | image: !reset b", "network_mode: host | networks: [n]",
            "network_mode: bridge, networks: [n]",
        ],
        "A file that `env_file` names": [
            "env_file that is not there", "an undefined network", "an undefined secret",
        ]
            + forms(
                "ports",
                [
                    "'::1:90:90'", "'9999999'", "'80/xyz'", "tcp", "''", "'80:'", "'80:90:100:110'",
                    "'87-85'", "'88-89:90-92'",
                    "'0'", "80.5", "-80", "65536", "'a:80'", "' 80'", "{target: x}", "080",
                ], list: true) + ["expose: [x]", "expose: ['65536']"],
        "`${NAME:?}`": texts([
            "not ok ${U:?Unset}", "not ok ${BAR:?Empty}", "not ok ${U:?}", "not ok ${U?Unset}",
            "not ok ${U?}",
            "not ok ${U:?Mandatory ${FOO}}", "${U?bar-baz}", "${U:?foo} ${BAR:-x}", "${U:-${BAR:?no}}",
        ]),
        "only where it is used": texts([
            "${FOO:-${}}", "${FOO:-${X!}}", "${FOO:+${U:?no}}", "${U:+${U:?no}}", "${FOO:-${U:?no}}",
        ]),
        "A `{` in a default": texts(["${U:-{a}"]),
        "one of an inactive profile": ["profiles", "a service that depends on one of an inactive profile"],
        "stay as they are written": forms(
            "environment",
            [
                "{A: True, B: FALSE}", "{A: -1, B: +1, C: 0, D: 12345678901234567890}",
                "{A: 1_000, B: 0x10, C: 0o17, D: 010}",
                "{A: .inf, B: -.inf, C: .nan}", "{A: .5, B: 1., C: 1.5}",
            ], bare: true),
        "are decimal": forms(
            "healthcheck",
            [
                "retries: 3.0", "retries: 3.5", "retries: 1e2", "retries: 0x10",
                "retries: 18446744073709551615",
            ]) + forms("ports", ["0x50", "8_0"], list: true),
        "Tags other than": [
            "a foreign tag", "two documents", "no services",
            "healthcheck: {test: x, interval: '-5s', timeout: 3s}",
        ],
        "a text in place of a list": ["environment: [A=1] | environment: A=2"],
        "`!reset` of a variable": ["environment: [A=1, B=2] | environment: {A: !reset }"],
        "would fetch from elsewhere": ["extends of elsewhere", "include of elsewhere"],
        "can be changed and extended": [
            "a service of an included file is changed", "a service of an included file is extended",
            "two services of a name",
        ],
        #"`\0101`"#: [#"FOO="\0101""#, #"FOO="\0123""#],
        "without a name": ["=1", "=\"value\"", "export =1"],
    ]

    private static func texts(_ texts: [String]) -> [String] { texts.map { ComposeCase(text: $0).name } }

    private static func forms(_ key: String, _ values: [String], bare: Bool = false, list: Bool = false)
        -> [String]
    {
        values.map { bare ? "\(key): \($0)" : list ? "\(key): [\($0)]" : "\(key): {\($0)}" }
    }
}
