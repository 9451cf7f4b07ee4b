import Configuration
import EventLoop
internal import Glibc
import HealthCore
import Probes

/// `waitfor check --agent[=URL]`: asks a running agent instead of the targets.
struct AgentCheck: Sendable {
    private let endpoint: Endpoint
    private let path: String
    private let timeout: Duration
    private let isQuiet: Bool
    private let failure: ExitCode
    private let families: AddressFamilies

    init(_ request: Request, _ start: StartState) throws(ConfigurationError) {
        guard request.words.isEmpty else {
            throw ConfigurationError("--agent asks an agent: it takes no targets")
        }
        let reader = OptionReader(request: request)
        let common = try CommonSettings(request, nil)
        guard try reader.format("output") != .json else {
            throw ConfigurationError("--output json and --agent: ask the agent itself, at /status")
        }
        timeout = try reader.duration("timeout") ?? GatePolicy.checkTimeout
        failure = try reader.failCode()
        path = try reader.use() == .liveness ? "/livez" : "/readyz"
        isQuiet = common.verbosity == .quiet
        families = common.families
        endpoint = try Self.endpoint(request, start)
    }

    func run() -> ExitCode {
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop()
        let answer = loop.run { await ask(loop) }
        let (text, isReady): (String, Bool) =
            switch answer {
            case .success(let answer): (Self.limited(answer.body), answer.status == 200)
            case .failure(let failure):
                (
                    "no answer from the agent: \(failure.reason.rawValue): \(failure.message) (\(endpoint));"
                        + " \(failure.advice)\n", false
                )
            }
        if !isQuiet { Output.write([text]) }
        return isReady ? .ready : failure
    }

    private func ask(_ loop: EventLoop) async -> Result<(status: Int, body: [UInt8]), Failure> {
        let deadline = loop.now.advanced(by: timeout)
        do throws(Failure) {
            let dialer = Dialer(loop, Resolver(loop, families: families))
            var evidence = ConnectionEvidence()
            let socket = try await dialer.open(endpoint, until: deadline, recording: &evidence)
            let request = "GET \(path)?verbose HTTP/1.0\r\nHost: localhost\r\n\r\n"
            return .success(
                try await HTTPExchange.run(
                    Array(request.utf8), HTTPResponseParser(answerTo: "GET"), over: socket, until: deadline
                ) {
                    answer throws(Failure) in
                    guard let head = answer.head, answer.isComplete else { return nil }
                    // 200 and 503 are the only verdicts.
                    guard head.status == 200 || head.status == 503 else {
                        throw Failure(.protocol, "\(path) was answered with \(head.status): is it an agent?")
                    }
                    return (head.status, answer.body)
                })
        } catch {
            return .failure(error)
        }
    }

    private static func limited(_ body: [UInt8]) -> String {
        // The peer need not be an agent: its lines may not be printable.
        let lines = body[...].lines.prefix(Output.dockerLimit).map { PrintableText.line($0) + "\n" }
        return Output.limited(lines, room: 4) { _ in "…\n" }
    }

    /// The endpoint of the option, or the address that an agent with the same environment and file would listen on.
    private static func endpoint(
        _ request: Request, _ start: StartState
    ) throws(ConfigurationError) -> Endpoint {
        guard let written = request.value("agent"), !written.text.isEmpty else {
            let listens = start.meaningful("WAITFOR_AGENT_LISTEN") ?? start.meaningful("WAITFOR_RUN_LISTEN")
            let listen = try listens.map { text throws(ConfigurationError) in
                try ListenAddress(String(text.prefix { $0 != "," }))
            }
            return (listen ?? fileAddress(request, start) ?? .usual).reachable
        }
        let text = written.string
        for prefix in ["unix:", "http+unix:"] where text.hasPrefix(prefix) {
            do throws(ConfigurationError) {
                return try ListenAddress("unix:\(text.dropFirst(prefix.count))").reachable
            } catch {
                throw ConfigurationError("\(written.source): \(error.description)")
            }
        }
        var place = text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
        if place.hasSuffix("/") { place = place.dropLast() }
        if place.hasPrefix(":") { place = "127.0.0.1" + place }
        return try TargetReader(context: start.context).read(
            Array(place.utf8), named: written.source, prefix: "tcp://"
        ).endpoint
    }

    /// The first address of the configuration file. Mistakes elsewhere in the file are left to the agent, which may run
    /// with an older version of it.
    private static func fileAddress(_ request: Request, _ start: StartState) -> ListenAddress? {
        let path = request.value("config")?.string ?? TargetSource.usualPath
        return ConfigurationFile.listenAddresses(in: path, start.context)?.first
    }
}
