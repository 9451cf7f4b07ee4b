internal import EventLoop
internal import HealthCore

/// `exec:`: ready is a command that ends with 0, as in a HEALTHCHECK.
struct ExecProbe: Probe {
    /// The most bytes of output, as many as Docker keeps (D-28).
    private static let outputLimit = 4096

    let service: ExecService
    let loop: EventLoop
    let environment: ProcessEnvironment

    func attempt(until deadline: Instant) async -> Outcome {
        do throws(Failure) {
            let child = try ChildProcess(service.arguments.map { $0.reveal { $0 } }, environment, on: loop)
            let began = loop.now
            let (ending, output, isCut) = await child.run(keeping: Self.outputLimit, until: deadline)
            let said = ChildProcess.line(output, isCut: isCut)
            switch ending {
            case .exited(0):
                return .ready(address: nil, detail: said.isEmpty ? "exit status 0" : said)
            case .exited(let status): throw Failure(.exitStatus, Self.joined("exit status \(status)", said))
            case .signalled(let signal):
                throw Failure(.exitStatus, Self.joined("killed by signal \(signal)", said))
            case nil:
                let time = DurationText.describe(began.duration(to: loop.now))
                let fate = child.isImmortal ? "and it cannot be killed" : "killed"
                throw Failure(.timeout, Self.joined("no end within \(time), \(fate)", said))
            }
        } catch {
            return .notReady(error)
        }
    }

    private static func joined(_ what: String, _ said: String) -> String {
        said.isEmpty ? what : "\(what): \(said)"
    }
}
