import HealthCore
import Testing

/// `--for liveness` accepts whatever a server says in its own protocol, of whatever kind it is.
struct LivenessOfKindsTests {
    /// Kinds that ask no server in a protocol of its own.
    private static let withoutProtocol = ["tcp", "dns", "file", "exec"]

    /// What servers refuse with, by kind.
    private func refusals(_ kind: String) throws -> [Failure] {
        switch kind {
        case "postgres":
            return ["57P03", "53300", "28P01", "28000", "3D000", "08P01", "XX000", "42P01"].flatMap { code in
                ["no", "SSL required", "no pg_hba.conf entry for host, no encryption"].map {
                    PostgresAnswer(code: code, text: Array($0.utf8)).failure
                }
            }
        case "redis":
            return ["LOADING x", "NOAUTH x", "BUSY x", "ERR unknown", "DENIED x", "WHATEVER"].map {
                RedisAnswer.failure(Array($0.utf8))
            }
        case "http": return ["400 No", "404 No", "503 No", "999 No"].compactMap(answer)
        case "memcached":
            return ["ERROR Too many open connections", "SERVER_ERROR out of memory", "CLIENT_ERROR x"]
                .compactMap { line in
                    failure { () throws(Failure) in
                        _ = try MemcachedAnswer.version(in: Array("\(line)\r\n".utf8))
                    }
                }
        case "smtp":
            return [
                (Greeter.smtp, "421 no"), (.smtp, "554 no"), (.smtp, "500 no"), (.ftp, "120 wait"),
                (.imap, "* BYE no"), (.pop3, "-ERR no"),
            ].compactMap { greeter, line in
                failure { () throws(Failure) in
                    var greeting = Greeting(of: greeter)
                    _ = try greeting.take(Array(line.utf8)[...])
                }
            }
        case "mysql":
            return [1040, 1045, 1049, 1053, 1129, 1290, 1836, 3032, 3159, 9999].map {
                MySQLError(number: $0, text: Array("no".utf8)).failure
            }
        case "nats":
            return ["'Authorization Violation'", "'Secure Connection - TLS Required'", "'x'", ""].map {
                NATSExchange.failure($0)
            } + [jetStream].compactMap { $0 }
        case "amqp": return [403, 530, 402, 320, 501, 504, 541].compactMap(closed)
        case "grpc": return (1...17).compactMap(call)
        default:
            Issue.record("what do servers of \(kind) refuse with?")
            return []
        }
    }

    private func failure(_ body: () throws(Failure) -> Void) -> Failure? {
        do throws(Failure) {
            try body()
            return nil
        } catch { return error }
    }

    private func answer(_ status: String) -> Failure? {
        failure { () throws(Failure) in
            guard let service = try? read("http://h/").service as? HTTPService else { return }
            var parser = service.parser
            try parser.feed(Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n".utf8))
            _ = try service.judge(parser)
        }
    }

    private var jetStream: Failure? {
        failure { () throws(Failure) in
            var exchange = NATSExchange(try NATSInfo(Array("{}".utf8)), requiringJetStream: true)
            let body = #"{"error":{"err_code":10039,"description":"not enabled"}}"#
            _ = try exchange.take(.answer(headers: [], body: Array(body.utf8)))
        }
    }

    /// Connection.Close with a code.
    private func closed(_ code: UInt16) -> Failure? {
        guard let service = try? read("amqp://a:b@h").service as? AMQPService else { return nil }
        var (exchange, writer) = (AMQPExchange(service, password: nil), AMQPWriter())
        writer.add(UInt32(0x0A_0032))
        writer.add(code)
        writer.add(short: "NO".utf8)
        writer.add(UInt32(0))
        let frame = AMQPFrame(AMQPFrame.method, channel: 0, writer.bytes)
        guard case .refused(let failure, _)? = try? exchange.take(frame) else { return nil }
        return failure
    }

    private func call(_ status: Int) -> Failure? {
        failure { () throws(Failure) in
            var answer = GRPCAnswer()
            answer.beginFields()
            try answer.take(field: "grpc-status".utf8, Array("\(status)".utf8))
            _ = try answer.verdict()
        }
    }

    @Test("what a server itself says is alive, also for reasons that nobody else's servers say")
    func spoken() throws {
        for kind in Kinds() where !Self.withoutProtocol.contains(kind.word) {
            let refusals = try refusals(kind.word)
            #expect(refusals.count >= 3, "\(kind.word)")
            for failure in refusals {
                let outcome = Outcome.notReady(failure).accepting(TargetUse.liveness.accepted)
                #expect(outcome.failure == nil, "\(kind.word): \(failure)")
            }
        }
    }

    @Test("what we say ourselves is not, and `accept` takes a reason and no other one")
    func silent() {
        let ours = Outcome.notReady(Failure(.config, "cannot read the header file"))
        #expect(ours.accepting(TargetUse.liveness.accepted).failure != nil)
        let theirs = Outcome.notReady(Failure(.config, "UNIMPLEMENTED").spokenByServer())
        for reasons: [Reason] in [[], [.error], [.busy, .missing]] {
            #expect(theirs.accepting(reasons).failure != nil)
        }
        #expect(theirs.accepting([.config]).failure == nil)
    }
}
