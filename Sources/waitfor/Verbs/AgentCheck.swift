import CLinux
import Configuration
import EventLoop
internal import Glibc
import HealthCore

/// `waitfor check --agent[=URL] [NAME]`: asks a running agent instead of the targets.
struct AgentCheck: Sendable {
    /// What is asked for.
    private enum Question {
        /// A verdict as text, at this path.
        case verdict(path: String)
        /// What is known of one target, or of all.
        case report(name: String?)
    }

    private let client: AgentClient
    private let question: Question
    private let isJSON: Bool
    private let isQuiet: Bool
    private let failure: ExitCode

    init(_ request: Request, _ start: StartState) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        let common = try CommonSettings(request, nil)
        let name = try Self.name(request.words)
        let isOfLife = try reader.use() == .liveness
        isJSON = try reader.format("output") == .json
        guard !isOfLife || (name == nil && !isJSON) else {
            throw ConfigurationError(
                "--for liveness asks about the agent itself: leave out the name of a target, and --output json"
            )
        }
        question =
            name == nil && !isJSON
            ? .verdict(path: isOfLife ? "/livez" : "/readyz") : .report(name: name)
        failure = try reader.failCode()
        isQuiet = common.verbosity == .quiet
        client = AgentClient(
            endpoint: try AgentEndpoint.read(request.value("agent"), request, start),
            families: common.families,
            timeout: try reader.duration("timeout") ?? GatePolicy.checkTimeout)
    }

    /// The name of the one target that is asked about.
    private static func name(_ words: [[UInt8]]) throws(ConfigurationError) -> String? {
        guard words.count <= 1 else {
            throw ConfigurationError(
                "--agent asks an agent: it takes the name of one of its targets, or none")
        }
        let name = words.first?[...].text
        guard name?.mentions("://") != true, name?.contains("=") != true else {
            throw ConfigurationError(
                "--agent asks an agent, which has its targets: write the name of one alone")
        }
        return name
    }

    func run() throws(ConfigurationError) -> ExitCode {
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop()
        let result: Result<(isReady: Bool, text: String)?, Failure> = loop.run {
            do throws(Failure) { return .success(try await ask(loop)) } catch { return .failure(error) }
        }
        switch result {
        case .success(let answer?):
            if !isQuiet { Output.write([answer.text]) }
            return answer.isReady ? .ready : failure
        case .success(nil): throw unknownName(loop)
        case .failure(let error):
            if !isQuiet { Output.print(client.complaint(about: error)) }
            return failure
        }
    }

    /// The verdict, and the text about it; nil if the agent has no such target.
    private func ask(_ loop: EventLoop) async throws(Failure) -> (isReady: Bool, text: String)? {
        switch question {
        case .verdict(let path):
            let answer = try await client.get("\(path)?verbose", answeredBy: [200, 503], on: loop)
            return (answer.status == 200, Self.limited(answer.body))
        case .report(let name):
            let report: StatusReport
            if let name {
                guard let one = try await client.report(of: name, on: loop) else { return nil }
                report = one
            } else {
                report = try await client.report(on: loop)
            }
            let lines =
                isJSON
                ? [report.json(limit: Output.dockerLimit - 1)]
                : report.rows.map { $0.sentence(at: clinux_unix_milliseconds()) }
            return (report.isReady, lines.map { $0 + "\n" }.joined())
        }
    }

    private static func limited(_ body: [UInt8]) -> String {
        // The peer need not be an agent: its lines may not be printable.
        let lines = body[...].lines.prefix(Output.dockerLimit).map { PrintableText.line($0) + "\n" }
        return Output.limited(lines, room: 4) { _ in "…\n" }
    }

    /// The mistake that the agent has no target of that name, with the name that may be meant.
    private func unknownName(_ loop: EventLoop) -> ConfigurationError {
        guard case .report(let name?) = question else { return ConfigurationError("no target") }
        let names: [String] = loop.run {
            do throws(Failure) { return try await client.report(on: loop).rows.map(\.name) } catch {
                return []
            }
        }
        let hint = NearestWord.hint(name, among: names)
        return ConfigurationError(
            "the agent has no target `\(PrintableText.word(name.utf8))`\(hint) (\(client.endpoint))")
    }
}
