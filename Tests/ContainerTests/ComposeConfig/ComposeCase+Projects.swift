extension ComposeCase {
    /// Projects of several files.
    static let projects = [
        ComposeCase(
            "another service in the second file",
            [
                "c.yaml": "services:\n  a: {image: a}\n  b: {image: b}\n",
                "o.yaml": "services:\n  b: !reset {}\n  c: {image: c}\n",
            ]),
        ComposeCase(
            "an override of a service that is not there",
            [
                "c.yaml": "services:\n  a: {image: a}\n", "o.yaml": "services:\n  b: {command: x}\n",
            ]),
        ComposeCase(
            "a key twice, once with a tag",
            [
                "c.yaml": "services:\n  a: {image: a, command: hello, command: !reset hello world}\n"
            ]),
        ComposeCase(
            "extends of other files",
            [
                "c.yaml": """
                services:
                  one: {extends: {file: sub/x.yaml, service: g}, environment: {Z: "${V}"}}
                  two: {extends: {file: sub/x.yaml, service: h}, hostname: two}
                  three: {extends: {file: sub/x.yaml, service: w}}

                """,
                "sub/x.yaml": """
                services:
                  g: {extends: h, env_file: e.env, image: "g:${V}"}
                  h: {extends: {file: y/z.yaml, service: i}, environment: [H=1]}
                  w: {image: w, ports: ["8000:8000"], build: {context: ..}}

                """,
                "sub/y/z.yaml": "services:\n  i: {image: i, env_file: [f.env], expose: [7]}\n",
                "sub/e.env": "E=1\n", "sub/y/f.env": "F=2\nE=9\n", ".env": "V=77\n",
            ]),
        ComposeCase(
            "a chain of extends",
            [
                "c.yaml": """
                services:
                  foo: {image: busybox, extends: bar}
                  bar: {image: alpine, command: echo, extends: wee}
                  wee: {extends: last, command: echo}
                  last: {image: python, entrypoint: [p]}

                """
            ]),
        ComposeCase(
            "extends of a service that is not there", ["c.yaml": "services:\n  a: {extends: b, image: x}\n"]),
        ComposeCase(
            "extends of a file that is not there",
            [
                "c.yaml": "services:\n  a: {extends: {file: no.yaml, service: b}, image: x}\n"
            ]),
        ComposeCase(
            "extends of a service that the file does not have",
            [
                "c.yaml": "services:\n  a: {extends: {file: x.yaml, service: b}, image: x}\n",
                "x.yaml": "services:\n  c: {image: c}\n",
            ]),
        ComposeCase(
            "extends without a service",
            [
                "c.yaml": "services:\n  a: {extends: {file: x.yaml}, image: x}\n",
                "x.yaml": "services:\n  c: {image: c}\n",
            ]),
        ComposeCase("extends in a circle", ["c.yaml": "services:\n  a: {extends: b}\n  b: {extends: a}\n"]),
        ComposeCase("extends itself", ["c.yaml": "services:\n  a: {extends: a, image: x}\n"]),
        ComposeCase("extends an empty service", ["c.yaml": "services:\n  a: {extends: b, image: x}\n  b:\n"]),
        ComposeCase(
            "extends of a file whose service depends on others",
            [
                "c.yaml": "services:\n  a: {extends: {file: x.yaml, service: w}}\n  zot: {image: z}\n",
                "x.yaml": "services:\n  w: {image: w, depends_on: [zot]}\n  zot: {image: other}\n",
            ]),
        ComposeCase(
            "extends of a file whose service depends on one that is only there",
            [
                "c.yaml": "services:\n  a: {extends: {file: x.yaml, service: w}}\n",
                "x.yaml": "services:\n  w: {image: w, depends_on: [zot]}\n  zot: {image: other}\n",
            ]),
        ComposeCase(
            "extends through a second file",
            [
                "c.yaml": "services:\n  a: {image: x, ports: ['1:1']}\n",
                "o.yaml": "services:\n  a: {extends: {file: b.yaml, service: q}}\n",
                "b.yaml": "services:\n  q: {image: q, ports: ['2:2']}\n",
            ]),
        ComposeCase(
            "extends of the first file's service in the second",
            [
                "c.yaml": "services:\n  a: {image: x}\n", "o.yaml": "services:\n  b: {extends: a}\n",
            ]),
        ComposeCase(
            "a tag in the file that is extended",
            [
                "c.yaml": "services:\n  a: {extends: {file: x.yaml, service: b}, command: own}\n",
                "x.yaml":
                    "services:\n  b: {image: b, extends: {file: y.yaml, service: c}, ports: !reset [], environment: !override {A: 1}}\n",
                "y.yaml": "services:\n  c: {image: c, ports: ['1:1'], environment: {B: 2}}\n",
            ]),
        ComposeCase(
            "a tag in the middle",
            [
                "c.yaml":
                    "services:\n  a: {image: t, extends: {file: x.yaml, service: b}, networks: !override [zot]}\nnetworks: {zot: {}}\n",
                "x.yaml":
                    "services:\n  b: {extends: {file: y.yaml, service: c}, networks: !override [bar]}\n",
                "y.yaml": "services:\n  c: {networks: [foo]}\n",
            ]),
        ComposeCase(
            "include",
            [
                "c.yaml": """
                include:
                  - inc/c.yaml
                  - path: [inc2/a.yaml, inc2/b.yaml]
                    env_file: [own.env]
                    project_directory: proj
                services:
                  web: {image: "w:${V}", depends_on: [db, x]}

                """,
                "inc/c.yaml":
                    "include: [deep/d.yaml]\nservices:\n  db: {image: 'pg:${V}:${W}', env_file: e.env}\n",
                "inc/deep/d.yaml": "services:\n  deep: {image: 'd:${V}:${W}:${X}'}\n",
                "inc/.env": "V=inc\nW=incw\n", "inc/deep/.env": "W=deep\nX=x\n", ".env": "V=root\n",
                "own.env": "O=own\nV=no\n",
                "inc2/a.yaml": "services:\n  x: {image: 'a:${O}:${V}', env_file: f.env, ports: ['1:1']}\n",
                "inc2/b.yaml": "services:\n  x: {ports: ['2:2']}\n", "inc/e.env": "Q=1\n",
                "proj/f.env": "P=1\n",
            ]),
        ComposeCase(
            "include with variables of its own",
            [
                "c.yaml":
                    "include:\n  - {path: [module/c.yaml], env_file: [custom.env]}\nservices:\n  a: {image: a, environment: [NAME]}\n",
                "custom.env": "NAME=value\n",
                "module/c.yaml": "services:\n  b: {image: b, environment: [NAME]}\n",
            ]),
        ComposeCase(
            "include and extends",
            [
                "c.yaml": "include: [{path: dir/i.yaml, project_directory: .}]\nservices:\n  a: {image: a}\n",
                "dir/i.yaml": "services:\n  i: {extends: {file: dir/e.yaml, service: e}}\n",
                "dir/e.yaml": "services:\n  e: {image: e}\n",
            ]),
        ComposeCase(
            "the same service by two ways",
            [
                "c.yaml": "include: [x.yaml, y.yaml]\nservices:\n  a: {image: a, depends_on: [i]}\n",
                "x.yaml": "services:\n  i: {image: i}\n",
                "y.yaml": "include: [x.yaml]\nservices:\n  j: {image: j}\n",
            ]),
        ComposeCase(
            "two services of a name",
            [
                "c.yaml": "include: [x.yaml, y.yaml]\nservices:\n  a: {image: a}\n",
                "x.yaml": "services:\n  i: {image: i}\n", "y.yaml": "services:\n  i: {image: other}\n",
            ]),
        ComposeCase(
            "a service of an included file is changed",
            [
                "c.yaml": "include: [x.yaml]\nservices:\n  i: {environment: {A: 1}}\n",
                "x.yaml": "services:\n  i: {image: i}\n",
            ]),
        ComposeCase(
            "a service of an included file is extended",
            [
                "c.yaml": "include: [x.yaml]\nservices:\n  a: {extends: i, image: q}\n",
                "x.yaml": "services:\n  i: {image: i, environment: {A: 1}}\n",
            ]),
        ComposeCase(
            "an included file is changed by the second file",
            [
                "c.yaml": "include: [x.yaml]\nservices:\n  a: {image: a}\n",
                "o.yaml": "services:\n  i: {command: c}\n",
                "x.yaml": "services:\n  i: {image: i}\n",
            ]),
        ComposeCase(
            "include of a file that is not there",
            ["c.yaml": "include: [no.yaml]\nservices:\n  a: {image: a}\n"]),
        ComposeCase(
            "extends of elsewhere",
            ["c.yaml": "services:\n  a: {image: a, extends: {file: 'oci://localhost:1/x', service: b}}\n"]),
        ComposeCase(
            "include of elsewhere",
            ["c.yaml": "include: ['oci://localhost:1/x']\nservices:\n  a: {image: a}\n"]),
        ComposeCase("include of itself", ["c.yaml": "include: [c.yaml]\nservices:\n  a: {image: x}\n"]),
        ComposeCase(
            "include of a text",
            [
                "c.yaml": "include: x.yaml\nservices:\n  a: {image: a}\n",
                "x.yaml": "services:\n  i: {image: i}\n",
            ]),
        ComposeCase(
            "include by a variable",
            [
                "c.yaml": "include: ['${F}']\nservices:\n  a: {image: a}\n",
                "x.yaml": "services:\n  i: {image: i}\n", ".env": "F=x.yaml\n",
            ]),
        ComposeCase(
            "include and nothing else",
            ["c.yaml": "include: [x.yaml]\n", "x.yaml": "services:\n  i: {image: i}\n"]),
        ComposeCase(
            "include with a network of its own",
            [
                "c.yaml": "include: [x.yaml]\nservices:\n  a: {image: a, networks: [n]}\n",
                "x.yaml": "services:\n  i: {image: i, networks: [n]}\nnetworks: {n: {}}\n",
            ]),
    ]
}
