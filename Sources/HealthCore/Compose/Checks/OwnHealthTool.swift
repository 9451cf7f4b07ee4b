/// A program whose health command asks a path of its own server.
struct OwnHealthTool: Sendable {
    let programs: [String]
    /// The words that it is called with.
    let words: [String]
    let port: UInt16
    let path: String
    var statuses: String?
    /// Variables that say the port, or an address with it.
    var variables: [String] = []

    var family: CheckFamily {
        CheckFamily(programs) { command, _ in meaning(command) }
    }

    private func meaning(_ command: CheckCommand) -> CheckMeaning {
        let called = command.arguments.compactMap(\.value)
        guard called.count == command.arguments.count, called.prefix(words.count).elementsEqual(words) else {
            return .unknown("\(command.shownProgram) looks at what cannot be seen from outside")
        }
        var question = CheckQuestion("http")
        var number = ShellWord(ComposeText("\(port)"))
        if let found = command.variables.first(of: variables)?.word {
            // `:8080`, `0.0.0.0:8080`, `8080`.
            let last = found.cut(at: ASCII.colon)
            number = last.behind ?? last.before
        }
        let address = command.address(
            host: nil, port: number, of: KnownServer(key: "http", port: port), &question)
        question.address = ComposeText("http://").appending(address).appending(path)
        if let statuses { question.set("expect_status", statuses) }
        let more = called.dropFirst(words.count)
        if !more.isEmpty { question.leaveOut("options of \(command.shownProgram) are not asked") }
        question.note(
            "`\(PrintableText.line(([command.shownProgram] + words).joined(separator: " ")))` asks this path of its own server"
        )
        return .asks(question)
    }
}

extension ServerToolChecks {
    /// From the programs' own sources.
    static let tools = [
        OwnHealthTool(
            programs: ["mc"], words: ["ready", "local"], port: 9000, path: "/minio/health/cluster",
            statuses: "200"),
        OwnHealthTool(
            programs: ["mailpit"], words: ["readyz"], port: 8025, path: "/readyz", statuses: "200",
            variables: ["MP_UI_BIND_ADDR"]),
        OwnHealthTool(
            programs: ["traefik"], words: ["healthcheck"], port: 8080, path: "/ping", statuses: "200"),
        OwnHealthTool(
            programs: ["imgproxy"], words: ["health"], port: 8080, path: "/health", statuses: "200",
            variables: ["IMGPROXY_BIND", "PORT"]),
        OwnHealthTool(
            programs: ["dozzle"], words: ["healthcheck"], port: 8080, path: "/healthcheck", statuses: "200",
            variables: ["DOZZLE_ADDR"]),
        OwnHealthTool(
            programs: ["zitadel"], words: ["ready"], port: 8080, path: "/debug/ready", statuses: "200",
            variables: ["ZITADEL_PORT"]),
        // An unsealed one, also in reserve.
        OwnHealthTool(
            programs: ["vault", "bao"], words: ["status"], port: 8200, path: "/v1/sys/health",
            statuses: "200,429,472,473"),
        OwnHealthTool(programs: ["influx"], words: ["ping"], port: 8086, path: "/health", statuses: "200"),
    ]

    /// Programs whose protocol is not spoken: the port that they ask is.
    static let reaches = [
        ReachTool(["mongosh", "mongo"], port: 27017, options: ["--port"]),
        ReachTool(["cqlsh", "nodetool"], port: 9042),
        ReachTool(["sqlcmd"], port: 1433),
        ReachTool(
            [
                "kafka-topics", "kafka-topics.sh", "kafka-broker-api-versions",
                "kafka-broker-api-versions.sh", "kafka-cluster",
            ],
            port: 9092, options: ["--bootstrap-server"]),
        ReachTool(["zkServer.sh"], port: 2181), ReachTool(["ldapsearch"], port: 389),
        ReachTool(["clamdcheck.sh", "clamdcheck"], port: 3310),
        ReachTool(["mosquitto_sub", "mosquitto_pub"], port: 1883, options: ["-p"]),
    ]
}

/// A program that asks a port in a protocol which is not spoken here.
struct ReachTool: Sendable {
    let programs: [String]
    let port: UInt16
    /// Options that say the port, or an address with it.
    let options: [String]

    init(_ programs: [String], port: UInt16, options: [String] = []) {
        (self.programs, self.port, self.options) = (programs, port, options)
    }

    var family: CheckFamily {
        CheckFamily(programs) { command, _ in
            var number: UInt16 = port
            for (word, next) in zip(command.arguments, command.arguments.dropFirst())
            where options.contains(where: word.isWord) {
                if let meaning = CheckQuestion.needing(next) { return meaning }
                let last = next.value?.split(separator: ":").last.map(String.init) ?? ""
                number = UInt16(last, radix: 10) ?? port
            }
            return .unknown("\(command.shownProgram) speaks a protocol that is not spoken here", port: number)
        }
    }
}
