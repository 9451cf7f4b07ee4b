/// Checks of a bare port: `nc -z`, `/dev/tcp`, `wait-for-it`.
enum PortChecks {
    static let families = [
        CheckFamily(["nc", "netcat", "ncat"], netcat),
        CheckFamily(["wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh"], waitForIt),
    ]

    private static func netcat(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments,
            .init(
                flags: "zvn46N", values: "wiqpsX", longFlags: ["zero", "send-only", "recv-only"],
                longValues: ["wait"]))
        let (host, port) = (options.operands.first, options.operands.dropFirst().first)
        if options.has("-u") || options.unknown.contains("-u") || options.unknown.contains("-U") {
            return .unknown("it asks no port of TCP")
        }
        let isFilled = command.input.contains { !$0.words.dropFirst().isEmpty }
        var question = question(host: host, port: port, command)
        question?.limit = CheckCommand.limit(of: options.value("-w"))
        question?.leaveOut(unknown: options)
        let sent = command.input.flatMap(\.words).compactMap(\.value).joined(separator: " ").lowercased()
        if let spoken = spoken(sent, command.output, host: host, port: port, command) { return .asks(spoken) }
        if command.output != .ignored, !saysConnected(command.output) {
            question?.leaveOut(
                isFilled
                    ? "what it sends, and what is answered, is not asked" : "what it prints is not looked at")
        }
        return question.map { .asks($0) } ?? .unknown("it names no port")
    }

    /// Words of a protocol that is spoken here as well: `echo PING | nc localhost 6379 | grep PONG`.
    private static func spoken(
        _ sent: String, _ output: CheckOutput, host: ShellWord?, port: ShellWord?, _ command: CheckCommand
    ) -> CheckQuestion? {
        guard case .matches(let pattern) = output else { return nil }
        let isRedis = sent.mentions("ping") && pattern.isFound(in: ["+PONG"])
        let isMemcached =
            port?.isWord("11211") == true && (sent.mentions("stats") || sent.mentions("version"))
        guard isRedis || isMemcached else { return nil }
        let server = isRedis ? KnownServer.redis : KnownServer.memcached
        var question = CheckQuestion(server.key)
        question.address = command.address(host: host, port: port, of: server, &question)
        return question
    }

    private static func saysConnected(_ output: CheckOutput) -> Bool {
        guard case .matches(let pattern) = output else { return false }
        return pattern.isFound(in: [
            "Connection to localhost port [tcp/*] succeeded!", "localhost open", "Connected to",
        ])
    }

    private static func waitForIt(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let options = CheckOptions(
            command.arguments,
            .init(
                flags: "sq", values: "hpt", longFlags: ["strict", "quiet"],
                longValues: ["host", "port", "timeout"],
                endsAtOperand: true))
        var (host, port) = (options.value("-h", "--host"), options.value("-p", "--port"))
        if let place = options.operands.first { (host, port) = place.cut(at: ASCII.colon) }
        var question = question(host: host, port: port, command)
        question?.limit = CheckCommand.limit(of: options.value("-t", "--timeout"))
        if options.operands.count > 1 { question?.leaveOut("the command behind it is not asked") }
        return question.map { .asks($0) } ?? .unknown("it names no port")
    }

    /// A port; one of a MySQL is asked in its own protocol, because it blocks hosts whose connections just end.
    static func question(host: ShellWord?, port: ShellWord?, _ command: CheckCommand) -> CheckQuestion? {
        guard let port else { return nil }
        let number = port.value.flatMap { UInt16($0, radix: 10) } ?? 0
        guard number > 0 || !port.unset.isEmpty else { return nil }
        let isMySQL = number == KnownServer.mysql.port
        var question = CheckQuestion(isMySQL ? "mysql" : "tcp")
        question.address = command.address(
            host: host, port: port, of: KnownServer(key: "tcp", port: number), &question)
        if isMySQL {
            question.set("level", "ping")
            question.accept(
                [.auth, .noDatabase, .denied],
                because:
                    "MySQL blocks hosts whose connections end without a login: it is asked in its own protocol"
            )
        }
        return question
    }

    /// `/dev/tcp/HOST/PORT` of bash, in what a command opens.
    static func device(of command: ShellScript.Command, _ variables: CheckVariables) -> CheckMeaning? {
        var opened = CheckCommand([], variables)
        opened.files = command.files
        return device(of: opened)
    }

    static func device(of command: CheckCommand) -> CheckMeaning? {
        for file in command.files {
            guard let word = file.word.dropping(prefix: "/dev/tcp/") else { continue }
            let (host, port) = word.cut(at: ASCII.slash)
            guard let question = question(host: host, port: port, command) else {
                return .unknown("it names no port")
            }
            return .asks(question)
        }
        return nil
    }
}
