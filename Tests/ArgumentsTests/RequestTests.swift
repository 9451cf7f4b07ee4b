import HealthCore
import Testing

@testable import waitfor

/// Takes a command line apart, in the environment of somebody who has just these variables.
func request(
    _ arguments: [String], _ variables: [String: String]? = nil
) throws(ConfigurationError) -> Request {
    guard let variables else { return try Request(arguments.map { Array($0.utf8) }, variable: nil) }
    return try Request(arguments.map { Array($0.utf8) }) { variables[$0] }
}

/// The sentence that refuses; nil when nothing was refused.
func refusal(_ body: () throws(ConfigurationError) -> Void) -> String? {
    do throws(ConfigurationError) {
        try body()
        return nil
    } catch {
        return error.description
    }
}

extension Request {
    /// Every option with its value: `timeout=5`.
    fileprivate var said: [String] { options.map { "\($0.option)=\($0.string)" } }
    fileprivate var texts: [String] { words.map { String(decoding: $0, as: UTF8.self) } }
    fileprivate var commandTexts: [String]? { command?.map { String(decoding: $0, as: UTF8.self) } }
}

@Suite("The command line, taken apart")
struct RequestTests {
    private func refused(_ arguments: [String], _ variables: [String: String]? = nil) -> String? {
        refusal { () throws(ConfigurationError) in _ = try request(arguments, variables) }
    }

    @Test("a first word that is a verb is it, under each of its names; any other is a target of the gate")
    func verbs() throws {
        let verbs: [(String, Verb)] = [
            ("wait", .gate), ("check", .check), ("agent", .agent), ("serve", .agent), ("config", .config),
            ("install", .install), ("completion", .completion), ("version", .version), ("help", .help),
        ]
        for (word, verb) in verbs {
            let request = try request([word, "a"])
            #expect(request.verb == verb && request.texts == ["a"], "\(word)")
        }
        #expect(try request([]).verb == .gate)
        #expect(try request(["gate"]).texts == ["gate"])
        // Only the first word can be one.
        #expect(try request(["db:1", "check"]).texts == ["db:1", "check"])
        #expect(try request(["check", "check"]).texts == ["check"])
        #expect(try request(["-q", "check"]).verb == .check)
    }

    @Test("a value is after = or the next word, of a short option also attached; the last one counts")
    func values() throws {
        for words in [["-t5"], ["-t", "5"], ["--timeout=5"], ["--timeout", "5"]] {
            #expect(try request(words).said == ["timeout=5"], "\(words)")
        }
        #expect(try request(["-t=5"]).said == ["timeout=5"])
        #expect(try request(["-4qt5"]).said == ["ipv4=", "quiet=", "timeout=5"])
        #expect(try request(["--set=a.b=c=d"]).said == ["set=a.b=c=d"])
        #expect(try request(["--timeout="]).said == ["timeout="])
        let twice = try request(["-t", "1", "--timeout=2"])
        #expect(twice.value("timeout")?.string == "2" && twice.value("timeout")?.source == "--timeout")
        #expect(twice.values("timeout").map(\.source) == ["-t", "--timeout"])
        #expect(twice.has("timeout") && !twice.has("quiet"))
    }

    @Test("a value that may be left out is only taken after =")
    func optionalValues() throws {
        let bare = try request(["--fail-fast", "auth"])
        #expect(bare.said == ["fail-fast="] && bare.texts == ["auth"])
        #expect(try request(["--fail-fast=auth"]).said == ["fail-fast=auth"])
    }

    @Test("a value may be any bytes, also ones that look like an option")
    func bytes() throws {
        #expect(try request(["-t", "--quiet"]).said == ["timeout=--quiet"])
        let request = try Request([Array("--set=x=".utf8) + [0xFF, 0x3D]], variable: nil)
        #expect(request.value("set")?.text == Array("x=".utf8) + [0xFF, 0x3D])
    }

    @Test("what follows -- is the command's, whatever it is; without -- there is none")
    func command() throws {
        let all = try request(["db:1", "--", "app", "-q", "--", "check"])
        #expect(all.texts == ["db:1"] && all.options.isEmpty)
        #expect(all.commandTexts == ["app", "-q", "--", "check"])
        #expect(try request(["--"]).commandTexts == [])
        #expect(try request(["db:1"]).command == nil)
        #expect(try request(["-"]).texts == ["-"])
    }

    @Test("what is no option, needs a value or takes none is told by its name")
    func refusals() {
        let refusals = [
            (["--nonsense=x"], "unknown option --nonsense; see `waitfor help`"),
            (["-x"], "unknown option -x; see `waitfor help`"),
            (["-4x"], "unknown option -x; see `waitfor help`"),
            (["--timeout"], "--timeout needs a value: DURATION"), (["-4t"], "-t needs a value: DURATION"),
            (["--any=yes"], "--any takes no value"),
            (["--timout=5"], "unknown option --timout; did you mean --timeout?"),
            (["check", "--outptu"], "unknown option --outptu; did you mean --output?"),
            (["-timeout", "5"], "-timeout: a long option has two dashes: --timeout"),
            (["-t 5", "db:1"], "-t and what follows it are one argument: write them apart"),
            (["--timeout 5", "db:1"], "--timeout and what follows it are one argument: write them apart"),
            (
                ["--host=redis", "--port", "6379"],
                "unknown option --host: the target has both: write `waitfor redis:6379 -- COMMAND`"
            ),
            (
                ["--port=1", "--host", "a@b"],
                "unknown option --port: the target has both: write `waitfor HOST:1 -- COMMAND`"
            ),
            (
                ["-wait", "tcp://db:5432"],
                "unknown option -wait: write the target alone: `waitfor tcp://db:5432 -- COMMAND`"
            ),
            (["--strict"], "unknown option --strict: leave it out: waitfor always ends so"),
        ]
        for (words, sentence) in refusals { #expect(refused(words) == sentence) }
    }

    @Test("every option is taken by the verbs that it is for, and refused by all others")
    func optionsOfVerbs() {
        for option in Option.all {
            let word =
                if case .required = option.value { "--\(option.name)=x" } else { "--\(option.name)" }
            for (name, verb) in [
                ("wait", .gate), ("check", .check), ("agent", .agent), ("config", .config),
                ("version", .version), ("help", .help),
            ] as [(String, Verb)] {
                let isTaken = option.verbs.contains(verb)
                let told = verb == .gate ? "the gate" : "`\(name)`"
                #expect(
                    refused([name, word]) == (isTaken ? nil : "--\(option.name) is no option of \(told)"))
            }
        }
        #expect(
            refused(["check", "--", "app"])
                == "`--` and a command belong to the gate and to `run`, not to `check`")
    }

    @Test("two of those that exclude each other are named as they were written")
    func contradictions() {
        #expect(refused(["-4", "--ipv6"]) == "-4 and --ipv6 contradict each other")
        #expect(refused(["--any", "--quorum=2"]) == "--any and --quorum contradict each other")
        #expect(refused(["-qv"]) == "-q and -v contradict each other")
        #expect(refused(["-q", "--quiet"]) == nil)
    }

    @Test("every option but help and version has a variable of its verb, and only that verb reads it")
    func variables() throws {
        for option in Option.all {
            for verb in [Verb.gate, .check, .agent] where option.verbs.contains(verb) {
                let letters = option.name.uppercased().split(separator: "-").joined(separator: "_")
                let name = "WAITFOR_\(verb.rawValue.uppercased())_\(letters)"
                let word = verb == .gate ? "wait" : verb.rawValue
                let hasOne = option.name != "help" && option.name != "version"
                let read = try request([word], [name: "true"]).options
                #expect(read.map(\.option) == (hasOne ? [option.name] : []), "\(name)")
                #expect(read.allSatisfy { $0.source == name }, "\(name)")
                let other = verb == .gate ? "check" : "wait"
                #expect(try request([other], [name: "true"]).options.isEmpty, "\(name)")
            }
        }
    }

    @Test("the command line wins over a variable, also with an option that excludes it")
    func precedence() throws {
        let variables = ["WAITFOR_GATE_TIMEOUT": "9", "WAITFOR_GATE_IPV4": "yes"]
        #expect(try request([], variables).said == ["timeout=9", "ipv4="])
        #expect(try request(["-t", "5"], variables).said == ["timeout=5", "ipv4="])
        #expect(try request(["-6"], variables).said == ["ipv6=", "timeout=9"])
        #expect(try request(["--any"], ["WAITFOR_GATE_QUORUM": ""]).said == ["any="])
    }

    @Test("the verb's own variable wins over the common one, which log and config have")
    func commonVariables() throws {
        #expect(try request([], ["WAITFOR_LOG": "json"]).said == ["log=json"])
        #expect(try request(["agent"], ["WAITFOR_CONFIG": "/f"]).said == ["config=/f"])
        #expect(
            try request([], ["WAITFOR_LOG": "json", "WAITFOR_GATE_LOG": "text"]).said == ["log=text"])
        #expect(try request([], ["WAITFOR_TIMEOUT": "5"]).said == [])
    }

    @Test("a flag's variable is yes or no; one that may have a value takes that as well")
    func flags() throws {
        for (value, isSet) in [("true", true), ("YES", true), ("1", true), ("off", false), ("no", false)] {
            let variables = ["WAITFOR_GATE_ANY": value, "WAITFOR_GATE_FAIL_FAST": value]
            #expect(try request([], variables).said == (isSet ? ["any=", "fail-fast="] : []), "\(value)")
        }
        #expect(try request([], ["WAITFOR_GATE_FAIL_FAST": "auth"]).said == ["fail-fast=auth"])
        #expect(refused([], ["WAITFOR_GATE_ANY": "auth"]) == "WAITFOR_GATE_ANY: true or false")
    }

    @Test("an empty variable is an unset one, and one that contradicts another is told by its name")
    func badVariables() {
        #expect(
            refused([], ["WAITFOR_GATE_TIMEOUT": "", "WAITFOR_GATE_IPV4": "", "WAITFOR_CONFIG": ""]) == nil)
        #expect(
            refused([], ["WAITFOR_GATE_IPV4": "1", "WAITFOR_GATE_IPV6": "1"])
                == "WAITFOR_GATE_IPV4 and WAITFOR_GATE_IPV6 contradict each other")
        #expect(refused([], nil) == nil)
    }
}
