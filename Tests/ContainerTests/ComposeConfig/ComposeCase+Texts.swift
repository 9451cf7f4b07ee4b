extension ComposeCase {
    /// `$NAME`, `${NAME}` and their operators, with FOO=first, BAR empty and JSON={"json":2}.
    static let texts =
        [
            "$${foo}", "foo", "a $ string", "^REGEX$", "$}", "$", "$$", "$$$", "$$FOO", "$$$FOO", "$1 x",
            "$-", "${", "${}", "${ }",
            "${ foo}", "${foo }", "${foo!}", "${FOO!}", "${1}", "$FOO-bar", "$FOO.bar", "${FOO}bar",
            "$FOOBAR", "$_X",
            "This ${missing} var", "This ${BAR} var", "This $missing var", "This $FOO var", "This ${FOO} var",
            "ok ${missing:-def}", "ok ${missing-def}", "ok ${BAR:-def}", "ok ${BAR-def}", "ok ${FOO:-def}",
            "ok ${FOO-def}",
            "${A:+${A},}B", "${A:-${B}}", "ok ${U:+there}", "ok ${U+there}", "ok ${FOO:+there}",
            "ok ${FOO+there}",
            "ok ${BAR+there}", "ok ${BAR:+there}", "ok ${BAR:-/non:-alphanumeric}", "-ok ${BAR:-def}",
            "+ok ${U:-${BAR-def}}",
            ":-ok ${U-def}", ":?ok ${BAR:-def}", ":+ok ${BAR-def}", "?ok ${BAR:-def}", "ok ${U-$FOO}",
            "ok ${U-${FOO}}",
            "ok ${U-${FOO} ${FOO}}", "ok ${BAR:-$FOO}", "ok ${BAR:-${FOO} ${FOO}}", "ok ${BAR+$FOO}",
            "ok ${BAR+$FOO ${FOO:+second}}", "ok ${FOO:?err}", "ok ${FOO?err}", "ok ${BAR?err}",
            "${FOO?bar-baz}",
            "${BAR:-default_value}", "${U-default_value}", "{{{ ${U:-foo_} }}}", "{{{ ${U:-foo-bar} }}}",
            "{{{ ${U:-foo?bar?value} }}}", "{{{ ${U:-foo:?bar:?value} }}}", "{{{ ${U:-foo} ${BAR:-DEF} }}}",
            "{{{ ${U} }}}",
            "${U:-baz} }}}", "${U-baz} }}}", "${U:-${BAR:-${Z:-qix}}}", "${U:-${BAR:-x}_test_${BAR:-y}}",
            "${U:-${BAR:-x}_test}", "${U:-${BAR:-${Z:-x}}_test}", "${FOO:-${}}", "${U:-${}}", "${FOO:-${X!}}",
            "${U:-$}",
            "${U:-$$}", "${U:-a$$b}", "${U:-}", "${U-}", "${U:+}", "${JSON:-x}", #"${U:-{"json":1}}"#,
            "${U:-{a}", "${U:-a}}",
            "${FOO:-{}}", "${JSON}", "${U:-a b 'c'}", #"${U:-"q"}"#, "${FOO}${BAR}${FOO}", "${FOO:=x}",
            "${FOO:x}", "${FOO#x}",
            "${FOO-:-x}", "${U--x}", "${U:-:x}", "${U+:-x}", "${FOO:-x", "x ${FOO", "é${FOO}é", "${É}", "$É",
            "a\\$FOO",
            "${FOO:+${U:+a}b}", "${FOO:+${U:?no}}", "${U:+${U:?no}}", "${FOO:-${U:?no}}",
        ].map { ComposeCase(text: $0) }
        + [
            "${U-myerror?msg}", "not ok ${U:?Unset}", "not ok ${BAR:?Empty}", "not ok ${U:?}",
            "not ok ${U?Unset}",
            "not ok ${U?}",
            "not ok ${U:?Mandatory ${FOO}}", "${U?bar-baz}", "${U:?foo} ${BAR:-x}",
            "${U:-${BAR:?no}}",
        ].map { ComposeCase(text: $0) }
        + [
            "${U:?no}", "${FOO:?no}",
        ].map { ComposeCase(keys: "image: '\($0)'") }
        + [
            ComposeCase(
                "a variable for each type",
                [
                    "c.yaml": """
                    services:
                      a:
                        image: "${IMAGE}"
                        hostname: ${H}
                        container_name: $N
                        network_mode: ${M-host}
                        command: ["x", "$C"]
                        entrypoint: ${E:-run it}
                        ports: ["$P:80", "${Q}", "81-${R}"]
                        expose: ["$P"]
                        profiles: ["${F:-f}"]
                        healthcheck: {test: "${T} $$T", interval: "$I", retries: "$S", disable: "${D}"}
                        depends_on: {b: {condition: "${L}"}}
                      b: {image: b}

                    """,
                    ".env":
                        "IMAGE=x:1\nH=h\nN=nn\nC=c c\nP=8080\nQ=8081\nR=85\nT=t\nI=3s\nS=4\nD=false\nL=service_healthy\n",
                ], Options(profiles: ["*"])),
            ComposeCase(
                "names of keys are no texts",
                [
                    "c.yaml": "services:\n  \"$FOO\": {image: a}\n", ".env": "FOO=b\n",
                ]),
            ComposeCase(
                "an environment wins over .env",
                [
                    "c.yaml": "services:\n  a: {image: '$FOO$BAR', environment: [FOO, BAR]}\n",
                    ".env": "FOO=file\nBAR=$FOO\n",
                ], variables: ["FOO": "shell"]),
        ]
}
