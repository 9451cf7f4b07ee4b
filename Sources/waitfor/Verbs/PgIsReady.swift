import CLinux
import EventLoop
import Glibc
import HealthCore
import Probes

/// `pg_isready`, for images without one: the program when it is called by that name (L-15…L-18).
enum PgIsReady {
    static let name = "pg_isready"

    /// Runs with the process's own argument vector, which getopt reads.
    static func run(_ start: StartState) -> Int32 {
        let arguments = start.arguments.map { String(decoding: $0, as: UTF8.self) }
        switch arguments.first {
        case "--help", "-?":
            return Output.deliver(help).number
        case "--version", "-V":
            Output.print("\(name) (waitfor \(Version.number), libpq \(PostgresProbe.linkedVersion))")
            return 0
        default: break
        }
        guard let (options, isQuiet) = options() else { return ServerPing.Answer.noAttempt.rawValue }
        do throws(ServerPing.Malformed) {
            let ping = try ServerPing(options)
            let answer = ping.ask(resolve(ping, options), account: ping.needsAccount ? Account.name : nil)
            if !isQuiet { Output.print("\(ping.shownPlace) - \(words(answer))") }
            return answer.rawValue
        } catch {
            complain("the connection string is malformed, or names a service that is unknown")
            return ServerPing.Answer.noAttempt.rawValue
        }
    }

    private static func words(_ answer: ServerPing.Answer) -> String {
        switch answer {
        case .accepting: "accepting connections"
        case .rejecting: "rejecting connections"
        case .noResponse: "no response"
        case .noAttempt: "no attempt"
        }
    }

    private static func resolve(_ ping: ServerPing, _ options: ServerPing.Options) -> ServerPing.Places? {
        let loop = EventLoop()
        // An empty timeout, 0 and less are no limit for libpq; the name lookup has a minute then.
        let seconds = Int64(options.timeout).flatMap { $0 > 0 ? $0 : nil } ?? 60
        return loop.run {
            let dialer = Dialer(loop, Resolver(loop, families: .any))
            return await ping.resolved(dialer, until: loop.now.advanced(by: .seconds(min(seconds, 3600))))
        }
    }

    /// The options, or nil after a complaint. libc's getopt_long reads them, for its abbreviations and messages.
    private static func options() -> (ServerPing.Options, isQuiet: Bool)? {
        var options = ServerPing.Options()
        var isQuiet = false
        let names: [(String, Int32, Character)] = [
            ("dbname", required_argument, "d"), ("host", required_argument, "h"),
            ("port", required_argument, "p"),
            ("quiet", no_argument, "q"), ("timeout", required_argument, "t"),
            ("username", required_argument, "U"),
        ]
        let texts = names.map { strdup($0.0) }
        defer { for text in texts { free(text) } }
        let table =
            zip(names, texts).map { name, text in
                option(name: text, has_arg: name.1, flag: nil, val: Int32(name.2.asciiValue ?? 0))
            } + [option()]
        while true {
            let found = getopt_long(CommandLine.argc, CommandLine.unsafeArgv, "d:h:p:qt:U:", table, nil)
            guard found != -1 else { break }
            let value = clinux_option_value().map { String(cString: $0) }
            switch UInt8(truncatingIfNeeded: found) {
            case UInt8(ascii: "d"): options.database = value
            case UInt8(ascii: "h"): options.host = value
            case UInt8(ascii: "p"): options.port = value
            case UInt8(ascii: "q"): isQuiet = true
            case UInt8(ascii: "t"): options.timeout = value ?? ""
            case UInt8(ascii: "U"): options.user = value
            default:
                hint()
                return nil
            }
        }
        let next = clinux_next_argument()
        guard next >= CommandLine.argc else {
            let word = CommandLine.unsafeArgv[Int(next)].map { String(cString: $0) } ?? ""
            // The argument may be a URI with a password, which belongs behind `-d`.
            complain("too many command-line arguments (first is \"\(PrintableText.word(word.utf8))\")")
            hint()
            return nil
        }
        return (options, isQuiet)
    }

    private static func complain(_ text: String) {
        Output.log("\(name): error: \(text)\n")
    }

    private static func hint() {
        Output.log("\(name): hint: Try \"\(name) --help\" for more information.\n")
    }

    private static let help = """
        pg_isready asks a PostgreSQL server whether it accepts connections. This one is waitfor under that name;
        `waitfor check` also says why not, and is stricter.

          -d, --dbname=DBNAME      database, connection string or URI
          -h, --host=HOSTNAME      host or socket directory
          -p, --port=PORT          port
          -q, --quiet              print nothing
          -t, --timeout=SECS       wait this long, 0: for ever (3)
          -U, --username=USERNAME  user
          -V, --version            show the version
          -?, --help               show this

        Exit code: 0 it accepts connections, 1 it rejects them, 2 it does not answer, 3 nobody was asked.

        """
}
