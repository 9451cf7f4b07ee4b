extension ComposeCase {
    /// A line of `.env` each, or several.
    private static let lines = [
        "FOO=bar", "FOO =bar", "FOO= bar", "FOO = bar", "FOO=\"bar\"", "FOO='bar'", #"FOO="escaped\"bar""#,
        #"FOO="\"quoted\"""#, "FOO=\"'d'\"", "FOO: 1", "FOO: Foo=bar", "FOO=1:B", "export FOO=2",
        #"export FOO='\n'"#,
        "export\tFOO=2", "  export FOO=2", "\texport FOO=2", "export FOO=\"export A\"", "export FOO",
        #"FOO="bar\nbaz""#,
        #"FOO=a\tb"#, #"FOO="a\tb""#, #"FOO="Z\aZ\bZ\fZ\nZ\rZ\tZ\vZ\\Z""#, "FOO=foobar=", "FOO=bar ",
        "FOO=bar # this is foo",
        "FOO=bar #this is foo", "FOO=bar #", "FOO=123#no-comment", "FOO=\"bar#baz\"", "FOO=\"bar#baz\"#",
        "FOO=\"bar#baz\" # comment", "FOO='bar#baz' # comment", "FOO=\"ba#r\"", "FOO='ba#r'",
        #"FOO="bar\n\ b\az""#,
        #"FOO="bar\\\n\ b\az""#, #"FOO="bar\\r\ b\az""#, #"FOO="bar\nbaz\\""#, #"FOO="\x07""#,
        #"FOO="\u12e4""#,
        #"FOO="\U00101234""#, "# FOO=1", "#FOO=1\nFOO=2", "FOO=1\nFOO=2", "\n\n  \nFOO=1", "FOO=", "FOO=''",
        "FOO=\"\"", "FOO",
        "FOO=\n", "FOO= # comment", "FOO=#comment", "FOO=# comment", "FOO=a b c", "FOO='a' b", "FOO=\"a\"b",
        "FOO=a'b'", "FOO='a",
        "FOO=\"a", "FOO='Let\\'s go!'", #"FOO='a\\'"#, #"FOO="a$$b""#, "FOO=a$$b", #"FOO="a\$b""#,
        #"FOO=a\$b"#, #"FOO='a$b'"#,
        "FOO=$", "FOO=\"$\"", "FOO='first\nsecond\nthird'", "FOO=\"first\nsecond\"", "FOO=\"a # b\nc\"",
        "FOO=first è char",
        "FOO=\u{FEFF}x", "FOO=a\r\nBAR=b\r\n", "FOO=\"a\r\nb\"", "FOO=x\u{00A0}y", "FOO=\tx\t", "FOO=${",
        "FOO=${A", "FOO=${A!}",
        "FOO=${A:-x y}", "FOO=\"${A:-x y}\"", "FOO=${A:?no}", "FOO=`date`", "FOO=$(date)", "FOO=a;b&c|d",
        "FOO=~", "FOO=null",
        "FOO={\"a\": [1, 2]}", "FOO=postgres://localhost:5432/database?sslmode=disable", "FOO=a\\",
        "FOO=a\\ b", "FOO=\\n",
        "FOO=1\nFOO bar=2", "A B=1\nFOO=2", "A?=1", "A%B=1", "=1", "=\"value\"", "A-B=1\nFOO=2",
        "A.B=1\nFOO=2", "A[1]=1\nFOO=2",
        "1A=1\nFOO=2", "ÁR=1\nFOO=2", "export =1", "export", "exportFOO=2\nFOO=3", "export.X=1\nFOO=1",
        "FOO\t=\t1", "FOO=a\u{0B}b",
        "FOO: \"a b\"", "FOO:bar", "FOO : bar", "FOO=a: b", "FOO= 'a'", "FOO=  \"a\"  ", "FOO=a\n  BAR=b\n",
        "FOO=a\n\n\nBAR=b",
    ].map { ComposeCase(env: $0, "FOO", "BAR") }

    /// Several variables that use each other.
    private static let chains = [
        "FOO=test\nBAR=$FOO", "FOO=test\nBAR=${FOO}bar", "BAR=$FOO", "FOO=test\nBAR=\"quote $FOO\"",
        "BAR='quote $FOO'",
        #"FOO="foo\$BAR""#, #"FOO="foo\${BAR}""#, "FOO=test\nBAR=\"foo\\${FOO} ${FOO}\"",
        "BAR=$FOO\nFOO=late",
        "FOO=1\nBAR=${FOO}_${FOO}", "FOO=\nBAR=${FOO:-def}", "FOO=\nBAR=${FOO-def}", "FOO=a\nBAR=${FOO:+x}",
        "BAR=${FOO:+x}y",
        "FOO=a\nBAR=\"${FOO:-b} ${Z:-c}\"", "FOO='$A'\nBAR=$FOO", "FOO=\"\\$A\"\nA=1\nBAR=$FOO",
    ].map { ComposeCase(env: $0, "FOO", "BAR") }

    static let environments: [ComposeCase] =
        lines + chains + [
            ComposeCase(env: #"FOO="\0123""#), ComposeCase(env: #"FOO="\0101""#),
            ComposeCase(
                "files in the place of .env",
                [
                    "c.yaml": "services:\n  a: {image: '$A$B$C', environment: [A, B, C]}\n",
                    ".env": "C=not\n", "one": "A=1\nB=1\n",
                    "two": "B=2$A\n",
                ], Options(envFiles: ["one", "two"])),
            ComposeCase(
                "a file in the place of .env that is not there",
                [
                    "c.yaml": "services:\n  a: {image: a}\n"
                ], Options(envFiles: ["one"])),
            ComposeCase("no .env", ["c.yaml": "services:\n  a: {image: 'a$A', environment: [A]}\n"]),
            ComposeCase(
                "a mark at the beginning",
                [
                    "c.yaml": "services:\n  a: {image: a, environment: [A]}\n", ".env": "\u{FEFF}A=1\n",
                ]),
            ComposeCase(
                "env_file",
                [
                    "c.yaml": """
                    services:
                      a:
                        image: a
                        env_file: [{path: e.env}, {path: no.env, required: false}, {path: r.env, format: raw}]
                        environment: {OWN: o, X: x}

                    """,
                    "e.env": "A=$OWN-$P-$X\nX=file\nP\nNOPE\nQ=\"$$A\"\n",
                    "r.env": "R=\"$A\" # c\nS='x'\n#c\n  T= u \nX2=\n",
                    ".env": "P=proj\n",
                ]),
            ComposeCase(
                "env_file as a text",
                [
                    "c.yaml": "services:\n  a: {image: a, env_file: sub/e.env}\n",
                    "sub/e.env": "A=1\nB=${A}2\n",
                ]),
            ComposeCase(
                "a later file wins, and the environment over both",
                [
                    "c.yaml": "services:\n  a: {image: a, env_file: [x, y], environment: [C=c]}\n",
                    "x": "A=1\nB=1\nC=1\n",
                    "y": "B=2\nC=2\nD=$A\n",
                ]),
            ComposeCase(
                "a file uses what an earlier one and it say",
                [
                    "c.yaml": "services:\n  a: {image: a, env_file: [x, y]}\n", "x": "A=1\nB=1\n",
                    "y": "C=$A\nA=2\nD=$A$B\n",
                ]),
            ComposeCase(
                "files in the place of .env that say the same",
                ["c.yaml": "services:\n  a: {image: '$A$B'}\n", "one": "A=1\n", "two": "A=2\nB=$A\n"],
                Options(envFiles: ["one", "two"])),
            ComposeCase(
                "env_file that is not there", ["c.yaml": "services:\n  a: {image: a, env_file: no.env}\n"]),
            ComposeCase(
                "env_file with a mistake",
                [
                    "c.yaml": "services:\n  a: {image: a, env_file: e.env}\n", "e.env": "A B=1\n",
                ]),
            ComposeCase(
                "a variable of the project in env_file",
                [
                    "c.yaml": "services:\n  a: {image: a, env_file: '${F}'}\n", "e.env": "A=1\n",
                    ".env": "F=e.env\n",
                ]),
        ]
}
