/// A mistake, and a word that the one line about it must have.
struct BadInput: CustomStringConvertible {
    /// `READY` stands for a target that is ready.
    let arguments: [String]
    let environment: [String: String]
    let word: String

    init(_ arguments: [String], _ environment: [String: String] = [:], says word: String) {
        self.arguments = arguments
        self.environment = environment
        self.word = word
    }

    var description: String { "\(environment) \(arguments)" }

    static let table =
        options + values + contradictions + words + addresses + uris + conninfos + variables + settings
        + ambient

    private static let options: [BadInput] = [
        BadInput(["--no-such-option", "READY"], says: "--no-such-option"),
        BadInput(["READY", "--no-such-option"], says: "--no-such-option"),
        BadInput(["check", "--timeoutt=3", "READY"], says: "--timeoutt"),
        BadInput(["-x", "READY"], says: "-x"), BadInput(["-qx", "READY"], says: "-x"),
        BadInput(["--Timeout", "3", "READY"], says: "--Timeout"),
        BadInput(["--timeout"], says: "--timeout"), BadInput(["READY", "-t"], says: "-t"),
        BadInput(["READY", "--set"], says: "--set"), BadInput(["READY", "-i"], says: "-i"),
        BadInput(["check", "READY", "--output"], says: "--output"),
        BadInput(["--any=yes", "READY"], says: "--any"), BadInput(["--quiet=1", "READY"], says: "--quiet"),
        BadInput(["check", "--ipv4=yes", "READY"], says: "--ipv4"),
        // An option of another verb.
        BadInput(["--output", "json", "READY"], says: "--output"),
        BadInput(["--libraries", "READY"], says: "--libraries"),
        BadInput(["check", "--attempt-timeout", "1s", "READY"], says: "--attempt-timeout"),
        BadInput(["check", "-i", "1s", "READY"], says: "-i"),
        BadInput(["check", "--fail-fast", "READY"], says: "--fail-fast"),
        BadInput(["check", "--stable", "1s", "READY"], says: "--stable"),
        BadInput(["check", "--success-threshold", "2", "READY"], says: "--success-threshold"),
        BadInput(["check", "--optional-wait", "2", "READY"], says: "--optional-wait"),
        BadInput(["version", "-q"], says: "-q"), BadInput(["help", "--any"], says: "--any"),
    ]

    private static let values: [BadInput] =
        [
            "", "x", "1 m", " 5s", "1e3s", "1M", "1_0s", "-5s", "0.5", "5 s", "s", "30x", "1s2",
            "99999999999999h", "1ns",
        ]
        .map { BadInput(["--timeout=\($0)", "READY"], says: "--timeout") } + [
            BadInput(["-t", "abc", "READY"], says: "abc"), BadInput(["-tabc", "READY"], says: "-t"),
            BadInput(["check", "-t", "0", "READY"], says: "-t"),
            BadInput(["--attempt-timeout", "0", "READY"], says: "--attempt-timeout"),
            BadInput(["-i", "0", "READY"], says: "-i"), BadInput(["-i", "-1s", "READY"], says: "-i"),
            BadInput(["--interval", "fast", "READY"], says: "--interval"),
            BadInput(["--optional-wait", "-1", "READY"], says: "--optional-wait"),
            BadInput(["--stable", "1", "--stable", "x", "READY"], says: "--stable"),
            BadInput(["--quorum", "0", "READY"], says: "--quorum"),
            BadInput(["--quorum", "-1", "READY"], says: "--quorum"),
            BadInput(["--quorum", "1.5", "READY"], says: "--quorum"),
            BadInput(["--quorum", "one", "READY"], says: "--quorum"),
            BadInput(["--quorum", "2", "READY"], says: "--quorum"),
            BadInput(["check", "--quorum", "3", "a=READY", "b=READY"], says: "--quorum"),
            BadInput(["--quorum", "99999999999999999999", "READY"], says: "--quorum"),
            BadInput(["--success-threshold", "0", "READY"], says: "--success-threshold"),
            BadInput(["--success-threshold", "", "READY"], says: "--success-threshold"),
            BadInput(["--accept", "happy", "READY"], says: "happy"),
            BadInput(["--accept", "", "READY"], says: "--accept"),
            BadInput(["--accept", "loading,", "READY"], says: "--accept"),
            BadInput(["--accept", "Loading", "READY"], says: "Loading"),
            BadInput(["--fail-fast=never", "READY"], says: "never"),
            BadInput(["--for", "life", "READY"], says: "--for"),
            BadInput(["--for", "", "READY"], says: "--for"),
            BadInput(["--log", "xml", "READY"], says: "--log"),
            BadInput(["--log", "JSON", "READY"], says: "--log"),
            BadInput(["check", "--output", "yaml", "READY"], says: "--output"),
            BadInput(["--optional", "nobody", "READY"], says: "nobody"),
            BadInput(["--optional", "a,", "a=READY", "b=READY"], says: "--optional"),
            BadInput(["--password-file", "/no/such/file", "db=127.0.0.1:5432"], says: "/no/such/file"),
            BadInput(["--password-file", "", "db=127.0.0.1:5432"], says: "--password-file"),
            BadInput(["--password-file", "/dev/null", "READY"], says: "--password-file"),
            BadInput(["--password-file", "/etc/hostname", "a=h:5432", "b=h:5432"], says: "--password-file"),
        ]

    private static let contradictions: [BadInput] = [
        BadInput(["--any", "--quorum", "1", "READY"], says: "--any"),
        BadInput(["--any", "--quorum", "1", "READY"], says: "--quorum"),
        BadInput(["-4", "-6", "READY"], says: "-4"),
        BadInput(["check", "--ipv4", "--ipv6", "READY"], says: "--ipv6"),
        BadInput(["-q", "-v", "READY"], says: "-q"),
        BadInput(["--verbose", "--quiet", "READY"], says: "--verbose"),
        BadInput(["-t", "2s", "--stable", "2s", "READY"], says: "--stable"),
        BadInput(["-t", "2s", "--stable", "1h", "READY"], says: "--stable"),
        BadInput(["-t", "2s", "--set", "x.stable=2s", "x=READY"], says: "x.stable"),
        BadInput(
            ["READY"], ["WAITFOR_GATE_QUIET": "1", "WAITFOR_GATE_VERBOSE": "1"], says: "WAITFOR_GATE_VERBOSE"),
        BadInput(
            ["check", "READY"], ["WAITFOR_CHECK_ANY": "1", "WAITFOR_CHECK_QUORUM": "1"],
            says: "WAITFOR_CHECK_ANY"),
        BadInput(["--any", "--optional", "a", "a=READY"], says: "--any"),
    ]

    private static let words: [BadInput] = [
        BadInput([], says: "nothing to wait for"), BadInput(["check"], says: "target"),
        BadInput(["wait"], says: "wait for"), BadInput(["-q"], says: "target"),
        BadInput(["--", "true"], says: "target"), BadInput(["READY", "--"], says: "CMD"),
        BadInput(["wait", "READY", "--"], says: "CMD"),
        BadInput(["check", "READY", "--", "true"], says: "--"),
        BadInput(["READY", "start-app"], says: "did you forget `--` before `start-app`"),
        BadInput(["start-app", "READY"], says: "start-app"), BadInput(["READY", "check"], says: "check"),
        BadInput(["check", "database"], says: "database"), BadInput(["READY", ""], says: "empty"),
        BadInput(["check", ""], says: "empty"), BadInput(["-", "READY"], says: "`-`"),
        BadInput(["agent"], says: "nothing to watch"), BadInput(["serve"], says: "nothing to watch"),
        BadInput(["agent", "READY", "--", "true"], says: "agent"), BadInput(["agent", "db"], says: "db"),
        BadInput(["agent", "--listen", "db", "READY"], says: "--listen"),
        BadInput(["agent", "--listen", "127.0.0.1:1,127.0.0.1:1", "READY"], says: "twice"),
        BadInput(["agent", "--listen", "unix:run", "READY"], says: "unix:/path"),
        BadInput(["agent", "--expose", "all", "READY"], says: "full"),
        BadInput(["agent", "--notify", "later", "READY"], says: "started"),
        BadInput(["agent", "--jitter", "5", "READY"], says: "5%"),
        BadInput(["agent", "--retries", "0", "READY"], says: "--retries"),
        BadInput(["agent", "--allowed-hosts", "a.test:80", "READY"], says: "without a port"),
        BadInput(["agent", "--max-connections", "0", "READY"], says: "--max-connections"),
        BadInput(["agent", "--interval", "0", "READY"], says: "--interval"),
        BadInput(["agent", "--start-period", "0", "--start-interval", "1", "READY"], says: "start-period"),
        BadInput(["agent", "--attempt-timeout", "1s", "READY"], says: "no option of `agent`"),
        BadInput(["agent", "--ready-file", "", "READY"], says: "--ready-file"),
        BadInput(["agent", "-c", "", "READY"], says: "-c"),
        BadInput(["agent", "-c", "a", "-c", "b"], says: "once"),
        BadInput(["check", "--agent", "READY", "READY"], says: "the name of one of its targets"),
        BadInput(["check", "--agent", "tcp://db:5432"], says: "write the name of one alone"),
        BadInput(["check", "--agent=https://db:1"], says: "--agent"),
        BadInput(["check", "--agent", "--for", "liveness", "--output", "json"], says: "the agent itself"),
        BadInput(["config"], says: "config check FILE"),
        BadInput(["config", "x"], says: "config check FILE"),
        BadInput(["completion"], says: "completion bash"), BadInput(["completion", "basj"], says: "`bash`"),
        BadInput(["completion", "bash", "zsh"], says: "completion bash"),
        BadInput(["install"], says: "install PATH"), BadInput(["install", ""], says: "install PATH"),
        BadInput(["install", "a", "b"], says: "install PATH"), BadInput(["install", "-q", "a"], says: "-q"),
        BadInput(["version", "more"], says: "more"),
        BadInput(["help", "nonsense"], says: "nonsense"),
        BadInput(["help", "exit", "targets"], says: "topic"),
        BadInput(["READY", "READY"], says: "127.0.0.1"), BadInput(["a=READY", "a=READY"], says: "called a"),
        BadInput(["x=db.one:5432", "x=db.two:5432"], says: "called x"),
    ]

    private static let addresses: [BadInput] = [
        BadInput(["READY", ":5432"], says: "target 2: host"),
        BadInput(["check", ":5432"], says: "is a variable unset"),
        BadInput(["READY", "db:"], says: "port"), BadInput(["READY", "x=db:"], says: "target x: port"),
        BadInput(["READY", "db:0"], says: "port"), BadInput(["READY", "db:65536"], says: "port"),
        BadInput(["READY", "db:http"], says: "port"), BadInput(["READY", "db:-1"], says: "port"),
        BadInput(["READY", "db:54 32"], says: "port"), BadInput(["READY", "::1:5432"], says: "brackets"),
        BadInput(["READY", "[::1:5432"], says: "without `]`"), BadInput(["READY", "[::1]"], says: "port"),
        BadInput(["READY", "[zz]:80"], says: "IPv6"), BadInput(["READY", "[127.0.0.1]:80"], says: "IPv6"),
        BadInput(["READY", "1.2.3.256:80"], says: "IPv4"), BadInput(["READY", "1.2.3:80"], says: "IPv4"),
        BadInput(["READY", "d_b!:80"], says: "character 4"), BadInput(["READY", "a..b:80"], says: "host"),
        BadInput(["READY", "db:80/path"], says: "path"), BadInput(["READY", "user@db:80"], says: "user"),
        BadInput(["READY", "a,b:5432"], says: "one host"), BadInput(["READY", "x="], says: "no target"),
        BadInput(["READY", "/run/x.sock"], says: "unix:///"), BadInput(["READY", "1a=db:80"], says: "host"),
        BadInput(["READY", String(repeating: "a", count: 64) + ":80"], says: "host"),
    ]

    private static let uris: [BadInput] = [
        BadInput(["READY", "postgre://db/app"], says: "scheme"),
        BadInput(["READY", "mongodb://db"], says: "scheme"),
        BadInput(["READY", "http:///x"], says: "host"),
        BadInput(["READY", "redis+sentinel://db"], says: "master"),
        BadInput(["READY", "exec: "], says: "target 2"), BadInput(["READY", "file://x"], says: "absolute"),
        BadInput(["READY", "dns:"], says: "host"), BadInput(["READY", "tls://db"], says: "port"),
        BadInput(["READY", "https://@db/"], says: "user"),
        BadInput(["READY", "tcp://"], says: "host"),
        BadInput(["READY", "tcp://db"], says: "port"), BadInput(["READY", "tcp://db:80/x"], says: "path"),
        BadInput(["READY", "unix://run/x"], says: "absolute"), BadInput(["READY", "unix:///"], says: "path"),
        BadInput(["READY", "unix:///" + String(repeating: "s", count: 120)], says: "107"),
        BadInput(["READY", "postgres:///app"], says: "host"),
        BadInput(["READY", "postgres://@db/app"], says: "user"),
        BadInput(["READY", "postgres://db:99999/app"], says: "port"),
        BadInput(["READY", "postgres://db/app?sslcolour=red"], says: "sslcolour"),
        BadInput(["READY", "postgres://db/app?sslmode=maybe"], says: "sslmode"),
        BadInput(["READY", "postgres://db/app?sslmode=require&sslmode=prefer"], says: "twice"),
        BadInput(["READY", "postgres://db/app?service=x"], says: "service"),
        BadInput(["READY", "postgres://db/app?keepalives_idle=soon"], says: "keepalives_idle"),
        BadInput(["READY", "postgres://db/%zz"], says: "path"),
        BadInput(["READY", "postgres://a,b:1,c:2:3/app"], says: "host"),
        BadInput(["READY", "pg:host=a,b,c port=1,2"], says: "as many ports as hosts"),
        BadInput(["READY", "redis://db/1x"], says: "database"),
        BadInput(["READY", "redis://x@db"], says: "redis://USER"),
        BadInput(["READY", "redis://db?level=ping"], says: "--set"),
        BadInput(["READY", "redis://"], says: "host"),
        BadInput(["READY", "redis://db/1?db=2"], says: "database"),
        BadInput(["READY", "redis+unix://host/x"], says: "no host"),
    ]

    private static let conninfos: [BadInput] = [
        BadInput(["READY", "pg:"], says: "host"), BadInput(["READY", "pg:dbname=x"], says: "host"),
        BadInput(["READY", "pg:host"], says: "`=`"), BadInput(["READY", "pg:host=a host=b"], says: "twice"),
        BadInput(["READY", "pg:host=a usr=red"], says: "did you mean `user`?"),
        BadInput(["READY", "pg:host='a"], says: "quote"),
        BadInput(["READY", "pg:host=a port=x"], says: "port"),
        BadInput(["READY", "pg:host=a hostaddr=b"], says: "hostaddr"),
        BadInput(["READY", "pg:service=x"], says: "service"),
    ]

    private static let variables: [BadInput] = [
        BadInput(["READY", "env:NOT_SET"], says: "NOT_SET is not set"),
        BadInput(["READY", "env:EMPTY"], ["EMPTY": ""], says: "EMPTY is empty"),
        BadInput(["READY", "env:"], says: "variable"),
        BadInput(["READY", "env:A"], ["A": "env:B"], says: "A"),
        BadInput(["READY", "env:URL"], ["URL": "db:port"], says: "URL: port"),
        BadInput(["READY", "env:URL"], ["URL": "nothing"], says: "URL"),
        BadInput(["READY"], ["WAITFOR_GATE_TIMEOUT": "soon"], says: "WAITFOR_GATE_TIMEOUT"),
        BadInput(["check", "READY"], ["WAITFOR_CHECK_TIMEOUT": "0"], says: "WAITFOR_CHECK_TIMEOUT"),
        BadInput(["READY"], ["WAITFOR_GATE_QUORUM": "many"], says: "WAITFOR_GATE_QUORUM"),
        BadInput(["READY"], ["WAITFOR_GATE_ANY": "perhaps"], says: "WAITFOR_GATE_ANY"),
        BadInput(["READY"], ["WAITFOR_GATE_ACCEPT": "happy"], says: "WAITFOR_GATE_ACCEPT"),
        BadInput(["READY"], ["WAITFOR_GATE_FAIL_FAST": "happy"], says: "WAITFOR_GATE_FAIL_FAST"),
        BadInput(["READY"], ["WAITFOR_GATE_OPTIONAL": "nobody"], says: "WAITFOR_GATE_OPTIONAL"),
        BadInput(["READY"], ["WAITFOR_GATE_FOR": "life"], says: "WAITFOR_GATE_FOR"),
        BadInput(["READY"], ["WAITFOR_LOG": "xml"], says: "WAITFOR_LOG"),
        BadInput(["check", "READY"], ["WAITFOR_CHECK_OUTPUT": "xml"], says: "WAITFOR_CHECK_OUTPUT"),
        BadInput(["READY"], ["WAITFOR_GATE_ATTEMPT_TIMEOUT": "1y"], says: "WAITFOR_GATE_ATTEMPT_TIMEOUT"),
        BadInput(["READY"], ["WAITFOR_GATE_STABLE": "always"], says: "WAITFOR_GATE_STABLE"),
        BadInput(["READY"], ["WAITFOR_GATE_SUCCESS_THRESHOLD": "0"], says: "WAITFOR_GATE_SUCCESS_THRESHOLD"),
        BadInput(
            ["READY"], ["WAITFOR_GATE_STABLE": "5m"], says: "WAITFOR_GATE_STABLE"),
    ]

    private static let settings: [BadInput] = [
        BadInput(["--set", "db", "db=READY"], says: "--set"),
        BadInput(["--set", "db.timeout", "db=READY"], says: "--set"),
        BadInput(["--set", "timeout=1s", "db=READY"], says: "--set"),
        BadInput(["--set", ".x=1", "db=READY"], says: "--set"),
        BadInput(["--set", "cache.timeout=1s", "db=READY"], says: "cache"),
        BadInput(["--set", "db.colour=red", "db=READY"], says: "db.colour"),
        BadInput(["--set", "db.timeout=soon", "db=READY"], says: "db.timeout"),
        BadInput(["--set", "db.timeout=0", "db=READY"], says: "db.timeout"),
        BadInput(["--set", "db.optional=maybe", "db=READY"], says: "db.optional"),
        BadInput(["--set", "db.accept=happy", "db=READY"], says: "db.accept"),
        BadInput(["--set", "db.success_threshold=0", "db=READY"], says: "db.success_threshold"),
        BadInput(["--set", "db.level=ping", "db=READY"], says: "db.level"),
        BadInput(["--set", "db.role=primary", "db=READY"], says: "db.role"),
        BadInput(["--set", "db.role=master", "db=127.0.0.1:5432"], says: "primary or standby"),
        BadInput(["--set", "c.role=primary", "c=127.0.0.1:6379"], says: "master or replica"),
        BadInput(["--set", "db.max_lag=0", "db=127.0.0.1:5432"], says: "db.max_lag"),
        BadInput(["--set", "c.link=down", "c=127.0.0.1:6379"], says: "c.link"),
        BadInput(["--set", "c.cluster=yes", "c=127.0.0.1:6379"], says: "c.cluster"),
        BadInput(["--set", "c.expect_key==x", "c=127.0.0.1:6379"], says: "c.expect_key"),
        BadInput(
            ["--set", "db.level=ping", "--set", "db.role=primary", "db=127.0.0.1:5432"],
            says: "db.role: level ping does not log in"),
        BadInput(
            ["--set", "m.role=replica", "m=redis+sentinel://127.0.0.1/m"],
            says: "a Sentinel is asked for the master"),
        BadInput(["--set", "db.password=x", "db=READY"], says: "db.password"),
        BadInput(["--set", "db.level=deep", "db=127.0.0.1:5432"], says: "db.level"),
        BadInput(["--set", "db.user=", "db=127.0.0.1:5432"], says: "db.user"),
        BadInput(["--set", "c.database=-1", "c=127.0.0.1:6379"], says: "c.database"),
        BadInput(["--set", "c.level=query", "c=127.0.0.1:6379"], says: "c.level"),
        BadInput(["--set", "c.query=SELECT 1", "c=127.0.0.1:6379"], says: "c.query"),
        BadInput(["check", "--set", "db.password_file=/no/such/file", "db=h:5432"], says: "/no/such/file"),
        BadInput(["--set", "db.interval=x", "db=READY"], says: "db.interval"),
        BadInput(["READY"], ["WAITFOR_GATE_SET": "nobody.timeout=1s"], says: "WAITFOR_GATE_SET"),
    ]

    private static let ambient: [BadInput] = [
        BadInput(
            ["--password-file", "/etc/hostname", "db=postgres://u:pw@h/d"], says: "--password-file"),
        BadInput(
            ["--set", "db.password_file=/etc/hostname", "db=postgres://u:pw@h/d"], says: "db.password_file"),
        BadInput(
            ["READY"], ["WAITFOR_GATE_PASSWORD_FILE": "/no/such/file"], says: "WAITFOR_GATE_PASSWORD_FILE"),
    ]
}
