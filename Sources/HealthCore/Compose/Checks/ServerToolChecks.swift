/// Tools that servers bring along, and that ask for what the server also tells over the network.
enum ServerToolChecks {
    static let families =
        [
            CheckFamily(["rabbitmq-diagnostics", "rabbitmqctl"], rabbitmq),
            CheckFamily(["grpc_health_probe", "grpc-health-probe"], grpc),
            CheckFamily(["temporal", "tctl"], temporal),
            CheckFamily(["etcdctl"], etcd), CheckFamily(["clickhouse-client", "clickhouse"], clickhouse),
        ] + tools.map(\.family) + reaches.map(\.family)

    /// The words behind `rabbitmq-diagnostics` that are content with a running node.
    private static let nodeWords = [
        "ping", "check_running", "check_port_connectivity", "status", "is_running", "node_health_check",
        "await_startup",
        "check_local_alarms", "check_alarms", "check_virtual_hosts", "cluster_status", "await_online_nodes",
    ]

    private static func rabbitmq(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments,
            .init(
                flags: "qsl", values: "ntp", longFlags: ["quiet", "silent", "longnames"],
                longValues: ["node", "timeout", "vhost"]))
        let words = options.operands.compactMap(\.value)
        guard let word = words.first(where: nodeWords.contains) else {
            return .unknown("what it asks of RabbitMQ cannot be seen from outside", port: 5672)
        }
        var question = CheckQuestion("amqp")
        question.address = command.address(host: nil, port: nil, of: .rabbitmq, &question)
        question.leaveOut(unknown: options)
        question.limit = CheckCommand.limit(of: options.value("-t", "--timeout"))
        if command.output != .ignored { question.leaveOut("what it prints is not looked at") }
        let variables = command.variables
        if let user = variables.first(of: ["RABBITMQ_DEFAULT_USER"])?.word, user.value != nil,
            let password = variables.first(of: ["RABBITMQ_DEFAULT_PASS"])?.word, password.value != nil
        {
            question.name(user, as: "user", "the user")
            question.name(password, as: "password", "the password")
            if let host = variables.first(of: ["RABBITMQ_DEFAULT_VHOST"])?.word, host.value != nil {
                question.name(host, as: "vhost", "the virtual host")
            }
        }
        let logsIn = question.has("user") && question.has("password")
        let asksAlarms = ["check_local_alarms", "check_alarms"].contains(word)
        question.set("level", !logsIn ? "ping" : asksAlarms ? "publish" : "login")
        if asksAlarms, !logsIn { question.leaveOut("alarms are not asked: that needs a user and a password") }
        if word == "check_virtual_hosts", !logsIn { question.leaveOut("virtual hosts are not asked") }
        if ["cluster_status", "await_online_nodes"].contains(word) {
            question.leaveOut("the other nodes are not asked")
        }
        if logsIn {
            question.accept(
                [.auth, .noDatabase, .denied],
                because: "`\(word)` does not log in, so a server that refuses the login is ready here too")
        }
        return .asks(question)
    }

    private static func grpc(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments,
            .init(
                longFlags: ["tls", "tls-no-verify", "v", "gzip", "version", "spiffe", "alts"],
                longValues: [
                    "addr", "service", "connect-timeout", "rpc-timeout", "tls-server-name", "tls-ca-cert",
                    "tls-client-cert",
                    "tls-client-key", "user-agent", "rpc-header",
                ], hasSingleDash: true))
        guard let place = options.value("--addr") else { return .unknown("it names no address") }
        if let meaning = CheckQuestion.needing(place) { return meaning }
        var (host, port) = place.cut(at: ASCII.colon)
        if place.beginning.hasPrefix("[") {
            let uri = ConnectionURI(place)
            (host, port) = (uri.host ?? host, uri.port)
        }
        guard let port, port.value.flatMap({ UInt16($0, radix: 10) }) != nil else {
            return .unknown("it names no port")
        }
        var question = CheckQuestion("grpc")
        question.leaveOut(unknown: options)
        let address = command.address(
            host: host.pieces.isEmpty ? nil : host, port: port, of: KnownServer(key: "grpc", port: 0),
            &question)
        question.address = ComposeText(options.has("--tls") ? "grpcs://" : "grpc://").appending(address)
        if let name = options.value("--service"), name.value != "" {
            if name.value == nil {
                question.leaveOut("the service is not named: it has no value here")
            } else {
                question.address = question.address.appending("/").appending(name.text)
            }
        }
        if options.has("--tls") {
            if options.has("--tls-no-verify") {
                question.set("insecure", "true")
            } else if let name = options.value("--tls-server-name") {
                question.name(name, as: "server_name", "the server's name")
            }
            for option in ["--tls-ca-cert", "--tls-client-cert", "--tls-client-key"]
            where options.value(option) != nil {
                question.leaveOut("files of certificates are those of its container: name your own")
            }
        }
        if options.value("--rpc-header") != nil { question.leaveOut("its headers are not sent") }
        return .asks(question)
    }

    /// `temporal operator cluster health` asks gRPC's own health of the frontend.
    private static func temporal(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments, .init(values: "n", longValues: ["address", "ad", "namespace", "env"]))
        let words = options.operands.compactMap(\.value)
        let place = options.value("--address", "--ad").map { $0.cut(at: ASCII.colon) }
        guard words.suffix(2) == ["cluster", "health"] else {
            let port = place?.behind?.value.flatMap { UInt16($0, radix: 10) }
            return .unknown("what it asks of Temporal needs a login of its own", port: port)
        }
        var question = CheckQuestion("grpc")
        let address = command.address(
            host: place?.before, port: place?.behind, of: KnownServer(key: "grpc", port: 7233), &question)
        question.leaveOut(unknown: options)
        question.address = ComposeText("grpc://").appending(address).appending(
            "/temporal.api.workflowservice.v1.WorkflowService")
        return .asks(question)
    }

    private static func etcd(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments,
            .init(
                flags: "w", longFlags: ["insecure-skip-tls-verify", "insecure-transport"],
                longValues: [
                    "endpoints", "user", "password", "cacert", "cert", "key", "command-timeout",
                    "dial-timeout",
                    "write-out", "insecure-transport",
                ]))
        guard options.operands.prefix(2).compactMap(\.value) == ["endpoint", "health"] else {
            return .unknown("what it asks of etcd is not its health", port: 2379)
        }
        let place = options.value("--endpoints") ?? command.variables.first(of: ["ETCDCTL_ENDPOINTS"])?.word
        let url = place ?? ShellWord(ComposeText("http://localhost:2379"))
        if let meaning = CheckQuestion.needing(url) { return meaning }
        guard url.value?.utf8.contains(UInt8(ascii: ",")) == false,
            var http = HTTPQuestion(
                ShellWord(
                    url.pieces
                        + (url.value.map { Self.hasPath($0) } == true ? [] : [.text(.literal("/health"))])),
                command)
        else { return .unknown("several endpoints are asked", port: 2379) }
        for option in ["--cacert", "--cert", "--key"] where options.value(option) != nil {
            http.question.leaveOut("files of certificates are those of its container: name your own")
        }
        http.question.leaveOut(unknown: options)
        http.question.set("expect_json", "/health=true")
        return .asks(http.finished())
    }

    private static func hasPath(_ url: String) -> Bool {
        (url.utf8.endOfFirst("://".utf8).map { String(url[$0...]) } ?? url).utf8.contains(ASCII.slash)
    }

    /// A query of ClickHouse, over HTTP with the same login, or its `/ping`.
    private static func clickhouse(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let arguments =
            command.arguments.first?.isWord("client") == true
            ? Array(command.arguments.dropFirst()) : command.arguments
        let options = CheckOptions(
            arguments,
            .init(
                flags: "nm", values: "huqd", longFlags: ["secure", "multiquery"],
                longValues: [
                    "host", "port", "user", "password", "query", "database", "format", "receive_timeout",
                    "connect_timeout",
                ]))
        var question = CheckQuestion("http")
        question.leaveOut(unknown: options)
        let address = command.address(
            host: options.value("-h", "--host"), port: nil, of: KnownServer(key: "http", port: 8123),
            &question)
        let query = options.value("-q", "--query")?.value ?? ""
        let isPlain = query.lowercased().filter { $0 != ";" }.split(separator: " ") == ["select", "1"]
        guard let user = options.value("-u", "--user"), let password = options.value("--password"), isPlain,
            user.value != nil, password.value != nil, command.output == .ignored
        else {
            question.address = ComposeText("http://").appending(address).appending("/ping")
            question.leaveOut("the server's /ping is asked over HTTP: the query needs a user and a password")
            return .asks(question)
        }
        question.address = ComposeText("http://").appending(address).appending("/?query=SELECT%201")
        question.set(
            "headers",
            ComposeText("X-ClickHouse-User: ").appending(user.text).appending("\nX-ClickHouse-Key: ")
                .appending(password.text))
        question.note("ClickHouse is asked over HTTP, at its port 8123")
        return .asks(question)
    }
}
