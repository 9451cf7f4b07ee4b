/// The exit codes of the program; the README has the same table.
enum ExitCode {
    case ready
    case notReady
    case timedOut
    /// A mistake on the command line or in the environment, or a fault of waitfor's own.
    case usage
    case cannotExecute
    case commandNotFound
    case signal(Int32)
    /// What a command has ended with, or `--fail-code` asks for.
    case command(Int32)

    var number: Int32 {
        switch self {
        case .ready: 0
        case .notReady: 1
        case .timedOut: 124
        case .usage: 125
        case .cannotExecute: 126
        case .commandNotFound: 127
        case .signal(let number): 128 + number
        case .command(let number): number
        }
    }
}
