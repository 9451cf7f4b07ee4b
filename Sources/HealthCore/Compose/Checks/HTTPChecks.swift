/// `curl` and `wget`.
enum HTTPChecks {
    static let families = [
        CheckFamily(["curl"], curl), CheckFamily(["wget", "wget2"], wget),
    ]

    static let curlGrammar = CheckOptions.Grammar(
        flags: "fsSvikILgGjlNqO046aBpRJ#n", values: "HXdouwmATbcDeFrxyYtCEhKPQUz",
        longFlags: [
            "fail", "silent", "show-error", "verbose", "include", "insecure", "head", "location", "globoff",
            "fail-with-body", "no-progress-meter", "progress-bar", "compressed", "http1.1", "http1.0",
            "http2",
            "http2-prior-knowledge", "retry-connrefused", "retry-all-errors", "no-buffer", "ipv4", "ipv6",
            "fail-early", "no-fail",
            "tcp-nodelay", "no-keepalive", "path-as-is", "get", "disable", "netrc", "tlsv1.2", "http0.9",
            "location-trusted", "remote-name", "proto-default",
        ],
        longValues: [
            "header", "request", "data", "output", "user", "write-out", "max-time", "connect-timeout",
            "user-agent",
            "retry", "retry-delay", "retry-max-time", "unix-socket", "cacert", "cert", "key", "url",
            "data-raw",
            "data-binary", "json", "form", "cookie", "referer", "proxy", "noproxy", "interface", "max-redirs",
            "limit-rate", "dump-header", "resolve", "stderr", "capath", "oauth2-bearer", "connect-to",
            "data-urlencode",
        ], abbreviates: true)

    /// Whether curl fails by the status of an answer. `--fail-early` is of something else: of several URLs.
    static func failsByStatus(_ options: CheckOptions) -> Bool {
        let last = options.flags.last { ["-f", "--fail", "--fail-with-body", "--no-fail"].contains($0) }
        return last != nil && last != "--no-fail"
    }

    private static func curl(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(command.arguments, curlGrammar)
        if let socket = options.value("--unix-socket") {
            return .unknown("the socket \(PrintableText.line(socket.text.value)) is in its container")
        }
        let urls = options.all("--url") + options.operands
        guard let url = urls.first else { return .unknown("curl has no URL") }
        guard var http = HTTPQuestion(url, command) else { return other(url, command) }
        if urls.count > 1 { http.question.leaveOut("only the first of its URLs is asked") }
        http.question.leaveOut(unknown: options)
        http.failsByStatus = failsByStatus(options)
        http.follows = options.has("-L", "--location", "--location-trusted")
        takeHeaders(options, &http)
        http.question.limit = CheckCommand.limit(of: options.value("-m", "--max-time"))
        takeMethod(options, &http)
        takeTLS(options, isInsecure: options.has("-k", "--insecure"), &http)
        // The body may be thrown away, and its status printed.
        let isDropped = options.value("-o", "--output").map { !$0.isWord("-") } ?? false
        let format = options.value("-w", "--write-out")?.text.value ?? ""
        let showsHead = options.has("-I", "--head", "-i", "--include", "-v", "--verbose")
        let printsStatus = format.mentions("http_code}") || format.mentions("response_code}")
        let prints: HTTPQuestion.Printed =
            printsStatus && isDropped
            ? .status : showsHead ? .head : isDropped ? .nothing : printsStatus ? .nothing : .body
        http.expect(command.output, prints: prints)
        return .asks(http.finished())
    }

    /// Another protocol that curl speaks.
    private static func other(_ url: ShellWord, _ command: CheckCommand) -> CheckMeaning {
        let uri = ConnectionURI(url)
        if ["telnet", "gopher", "dict", "tcp"].contains(uri.scheme),
            let question = PortChecks.question(host: uri.host, port: uri.port, command)
        {
            return .asks(question)
        }
        return .unknown("its URL is not known", port: uri.port?.value.flatMap { UInt16($0, radix: 10) })
    }

    private static func takeHeaders(_ options: CheckOptions, _ http: inout HTTPQuestion) {
        for header in options.all("-H", "--header") {
            guard let value = header.value, HTTPService.Header(Array(value.utf8)[...]) != nil else {
                http.question.leaveOut(
                    "a header is not sent: \(header.value == nil ? "it has a variable without a value" : "it is no `Name: value`")"
                )
                continue
            }
            http.headers.append(header.text)
        }
        if let agent = options.value("-A", "--user-agent"), agent.value != nil {
            http.headers.append(ComposeText("User-Agent: ").appending(agent.text))
        }
        if let user = options.value("-u", "--user") { http.takeLogin(user) }
        if let token = options.value("--oauth2-bearer") {
            if token.value == nil {
                http.question.leaveOut("the token is not named: it has no value here")
            } else {
                http.headers.append(ComposeText("Authorization: Bearer ").appending(token.text))
            }
        }
        for option in ["-b", "--cookie", "-x", "--proxy", "--resolve", "--connect-to", "-n", "--netrc", "-K"]
        where options.value(option) != nil || options.has(option) {
            http.question.leaveOut("the option \(option) is not asked")
        }
    }

    private static func takeMethod(_ options: CheckOptions, _ http: inout HTTPQuestion) {
        let bodies = [
            "-d", "--data", "--data-raw", "--data-binary", "--json", "-F", "--form", "--data-urlencode", "-T",
        ]
        let hasBody = bodies.contains { options.value($0) != nil }
        if hasBody { http.question.leaveOut("the body of its request is not sent") }
        if let method = options.value("-X", "--request") {
            guard let value = method.value, !value.isEmpty, value.utf8.allSatisfy(ASCII.isToken) else {
                return http.question.leaveOut("the method is not known")
            }
            if value.uppercased() != "GET" { http.question.set("method", method.text) }
        } else if options.has("-I", "--head") {
            http.question.set("method", "HEAD")
        } else if hasBody {
            http.question.set("method", "POST")
        }
    }

    private static func takeTLS(_ options: CheckOptions, isInsecure: Bool, _ http: inout HTTPQuestion) {
        guard http.question.address.value.hasPrefix("https://") else { return }
        if isInsecure {
            http.question.remove("server_name")
            http.question.set("insecure", "true")
        }
        for option in [
            "--cacert", "--capath", "--cert", "-E", "--key", "--ca-certificate", "--certificate",
            "--private-key",
        ]
        where options.value(option) != nil {
            http.question.leaveOut("files of certificates are those of its container: name your own")
        }
    }

    static let wgetGrammar = CheckOptions.Grammar(
        flags: "qSvdcNx46kK", values: "OoTtUePwYa",
        longFlags: [
            "quiet", "spider", "no-verbose", "verbose", "server-response", "no-check-certificate", "no-cache",
            "content-on-error", "inet4-only", "inet6-only", "no-proxy", "no-hsts", "https-only", "no-netrc",
            "no-dns-cache", "debug", "retry-connrefused", "no-use-server-timestamps", "show-progress",
            "no-clobber", "auth-no-challenge",
        ],
        longValues: [
            "tries", "timeout", "output-document", "output-file", "header", "user", "password", "http-user",
            "http-password",
            "post-data", "post-file", "method", "body-data", "user-agent", "connect-timeout", "read-timeout",
            "dns-timeout",
            "waitretry", "max-redirect", "ca-certificate", "certificate", "private-key", "wait", "proxy",
            "progress",
            "execute", "body-file", "prefer-family",
        ], abbreviates: true)

    private static func wget(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        var arguments = command.arguments
        // `-nv` and its kin are two letters, and not two options.
        arguments.removeAll { ["-nv", "-nc", "-nd", "-nH"].contains($0.value) }
        let options = CheckOptions(arguments, wgetGrammar)
        guard let url = options.operands.first else { return .unknown("wget has no URL") }
        guard var http = HTTPQuestion(url, command) else { return other(url, command) }
        if options.operands.count > 1 { http.question.leaveOut("only the first of its URLs is asked") }
        http.question.leaveOut(unknown: options)
        http.follows = !(options.value("--max-redirect")?.isWord("0") ?? false)
        for header in options.all("--header") {
            guard let value = header.value, HTTPService.Header(Array(value.utf8)[...]) != nil else {
                http.question.leaveOut("a header is not sent: it has a variable without a value")
                continue
            }
            http.headers.append(header.text)
        }
        if let user = options.value("--user", "--http-user") {
            let password = options.value("--password", "--http-password")
            http.takeLogin(ShellWord(user.pieces + [.text(.literal(":"))] + (password?.pieces ?? [])))
        }
        if let agent = options.value("-U", "--user-agent"), agent.value != nil {
            http.headers.append(ComposeText("User-Agent: ").appending(agent.text))
        }
        if options.value("--post-data", "--body-data", "--post-file", "--body-file") != nil {
            http.question.set("method", "POST")
            http.question.leaveOut("the body of its request is not sent")
        }
        if let method = options.value("--method") { http.question.name(method, as: "method", "the method") }
        // One try may take so long; without a limit on their number there are twenty.
        if options.value("-t", "--tries")?.isWord("1") == true {
            http.question.limit = CheckCommand.limit(of: options.value("-T", "--timeout"))
        }
        takeTLS(options, isInsecure: options.has("--no-check-certificate"), &http)
        let document = options.value("-O", "--output-document")
        let prints: HTTPQuestion.Printed =
            options.has("-S", "--server-response") ? .head : document?.isWord("-") == true ? .body : .nothing
        if document == nil, options.has("--spider"), case .matches = command.output, prints == .nothing {
            http.expect(command.output, prints: .head)
        } else {
            http.expect(command.output, prints: prints)
        }
        return .asks(http.finished())
    }
}
