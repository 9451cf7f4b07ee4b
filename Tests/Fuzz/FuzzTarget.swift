/// One thing that bytes from outside meet, and what always holds for it.
struct FuzzTarget: Sendable {
    let name: String
    /// Whether it asks the name server of a namespace of its own.
    var needsNameServer = false
    let run: @Sendable ([UInt8]) -> Void

    /// The one that libFuzzer drives; set before it starts.
    nonisolated(unsafe) static var running: FuzzTarget?

    static let all = [
        FuzzTarget(name: "accept", run: fuzzAccept),
        FuzzTarget(name: "addresses", run: fuzzAddresses),
        FuzzTarget(name: "amqp", run: fuzzAMQP),
        FuzzTarget(name: "answers", run: fuzzAnswers),
        FuzzTarget(name: "calls", run: fuzzCalls),
        FuzzTarget(name: "checks", run: fuzzChecks),
        FuzzTarget(name: "compose", run: fuzzCompose),
        FuzzTarget(name: "configuration", run: fuzzConfiguration),
        FuzzTarget(name: "dns", needsNameServer: true, run: fuzzNames),
        FuzzTarget(name: "durations", run: fuzzDurations),
        FuzzTarget(name: "errors", run: fuzzErrors),
        FuzzTarget(name: "exec", run: fuzzExec),
        FuzzTarget(name: "firstwords", run: fuzzFirstWords),
        FuzzTarget(name: "greetings", run: fuzzGreetings),
        FuzzTarget(name: "interpolation", run: fuzzInterpolation),
        FuzzTarget(name: "json", run: fuzzJSON),
        FuzzTarget(name: "lines", run: fuzzLines),
        FuzzTarget(name: "lint", run: fuzzLint),
        FuzzTarget(name: "memcached", run: fuzzMemcached),
        FuzzTarget(name: "mysql", run: fuzzMySQL),
        FuzzTarget(name: "nats", run: fuzzNATS),
        FuzzTarget(name: "page", run: fuzzPage),
        FuzzTarget(name: "passfile", run: fuzzPassFile),
        FuzzTarget(name: "printable", run: fuzzPrintable),
        FuzzTarget(name: "redirects", run: fuzzRedirects),
        FuzzTarget(name: "replies", run: fuzzReplies),
        FuzzTarget(name: "requests", run: fuzzRequests),
        FuzzTarget(name: "roles", run: fuzzRoles),
        FuzzTarget(name: "searches", run: fuzzSearches),
        FuzzTarget(name: "targets", run: fuzzTargets),
    ]
}
