/// A request of HTTP that a shell writes to `/dev/tcp` itself.
struct WrittenRequest {
    private let path: String
    private let host: ShellWord
    private let port: ShellWord
    /// The words of the request's Host.
    private let name: String?
    private let output: CheckOutput

    /// Nil for a script that writes none.
    init?(_ script: ShellScript) {
        let commands = Self.commands(of: script)
        guard
            let place = commands.lazy.flatMap(\.files).compactMap({ $0.word.dropping(prefix: "/dev/tcp/") })
                .first,
            let request = commands.lazy.flatMap(\.words).compactMap(\.value).first(where: {
                Self.target(of: $0) != nil
            }),
            let path = Self.target(of: request), case (let host, let port?) = place.cut(at: ASCII.slash)
        else { return nil }
        (self.path, self.host, self.port) = (path, host, port)
        name = Self.name(in: request)
        let last = script.pipelines.last { $0.commands.contains { $0.words.first?.isWord("exit") != true } }
        let filters = Array((last?.commands ?? []).dropFirst())
        output = CheckOutput(filters) ?? .ignored
    }

    /// All commands, those of groups too.
    private static func commands(of script: ShellScript) -> [ShellScript.Command] {
        script.pipelines.flatMap { $0.commands }.flatMap { command in
            [command] + (command.group.map { commands(of: $0) } ?? [])
        }
    }

    /// The target of `GET /ready HTTP/1.1`.
    private static func target(of text: String) -> String? {
        guard text.hasPrefix("GET /"), let end = text.utf8.endOfFirst(" HTTP/".utf8) else { return nil }
        let target = text[..<end].dropFirst(4).dropLast(6)
        return target.utf8.contains(where: { $0 <= 0x20 }) ? nil : String(target)
    }

    /// The value of the request's Host, up to a line end, as `echo -e` has it.
    private static func name(in request: String) -> String? {
        let lower = request.lowercased()
        guard let end = lower.utf8.endOfFirst("host:".utf8) else { return nil }
        let rest = lower[end...].drop { $0 == " " }.prefix {
            $0 != "\\" && $0 != "\r" && $0 != "\n" && $0 != "\r\n"
        }
        return rest.isEmpty ? nil : String(rest)
    }

    func meaning(_ variables: CheckVariables) -> CheckMeaning {
        let command = CheckCommand([], variables)
        guard output != .ignored else {
            // Nobody looks at the answer.
            let question = PortChecks.question(host: host, port: port, command)
            return question.map { .asks($0) } ?? .unknown("it names no port")
        }
        let url = ShellWord(
            [.text(.literal("http://"))] + host.pieces + [.text(.literal(":"))] + port.pieces + [
                .text(.literal(path))
            ])
        guard var http = HTTPQuestion(url, command) else { return .unknown("it names no port") }
        if let name {
            http.headers.removeAll()
            http.headers.append(ComposeText("Host: \(name)"))
        }
        http.failsByStatus = false
        if case .matches(let pattern) = output, pattern.isFound(in: HTTPQuestion.statusLines(200)) {
            http.expect(output, prints: .head)
        } else {
            http.expect(output, prints: .body)
        }
        return .asks(http.finished())
    }
}
