import HealthCore

/// The command line, parsed into verb, options, targets and command, whose values are not yet read.
struct Request {
    /// The value of an option as it was written, and its source for messages.
    struct Written {
        var option: String
        var text: [UInt8]
        var source: String

        var string: String { String(decoding: text, as: UTF8.self) }
    }

    private let arguments: [[UInt8]]
    private(set) var verb = Verb.gate
    /// Whether the verb was written.
    private(set) var hasVerb = false
    private(set) var options: [Written] = []
    /// Targets, or the topics of `help`.
    private(set) var words: [[UInt8]] = []
    /// Whether the targets come from WAITFOR_TARGETS.
    private(set) var hasAmbientTargets = false
    /// What to say at the start about variables that look like options and are none.
    var notes: [String] = []
    /// The words after `--`, byte for byte.
    private(set) var command: [[UInt8]]?

    /// Parses the arguments after the program's name, and then the variables; without `variable` the environment is not
    /// read, which spares a check the table of options.
    init(_ arguments: [[UInt8]], variable: ((String) -> String?)?) throws(ConfigurationError) {
        self.arguments = arguments
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let text = String(decoding: argument, as: UTF8.self)
            if text == "--" {
                command = Array(rest)
                rest = []
            } else if text.hasPrefix("--") {
                try takeLong(text.dropFirst(2), argument, &rest)
            } else if text.hasPrefix("-"), text != "-" {
                try takeShort(argument.dropFirst(), &rest)
            } else if !hasVerb, words.isEmpty, let named = Verb(word: text) {
                verb = named
                hasVerb = true
            } else {
                words.append(argument)
            }
        }
        try requireOptionsOfVerb()
        try requireNoContradiction()
        if let variable { try takeEnvironment(variable) }
    }

    /// Whether a flag was given.
    func has(_ name: String) -> Bool { options.contains { $0.option == name } }

    /// The last value of an option.
    func value(_ name: String) -> Written? { options.last { $0.option == name } }

    /// All values of an option that may be repeated.
    func values(_ name: String) -> [Written] { options.filter { $0.option == name } }

    private mutating func takeLong(
        _ text: Substring, _ argument: [UInt8], _ rest: inout ArraySlice<[UInt8]>
    ) throws(ConfigurationError) {
        let name = String(text.prefix { $0 != "=" })
        guard let option = Option.first(where: { $0.name == name }) else {
            throw unknown(name, dashes: "--")
        }
        let inline = argument.firstIndex(of: UInt8(ascii: "=")).map { Array(argument[($0 + 1)...]) }
        switch (option.value, inline) {
        case (.none, nil), (.optional, nil): add(option, [], "--\(name)")
        case (.none, _?): throw ConfigurationError("--\(name) takes no value")
        case (_, let value?): add(option, value, "--\(name)")
        case (.required(let form), nil):
            guard let value = rest.popFirst() else {
                throw ConfigurationError("--\(name) needs a value: \(form)")
            }
            add(option, value, "--\(name)")
        }
    }

    private mutating func takeShort(
        _ letters: ArraySlice<UInt8>, _ rest: inout ArraySlice<[UInt8]>
    ) throws(ConfigurationError) {
        try requireTwoDashes(letters)
        var left = letters
        while let byte = left.popFirst() {
            let letter = Unicode.Scalar(byte)
            guard let option = Option.first(where: { $0.short == letter }) else {
                throw unknown(PrintableText.line([byte]), dashes: "-")
            }
            guard case .required(let form) = option.value else {
                add(option, [], "-\(letter)")
                continue
            }
            guard let value = left.isEmpty ? rest.popFirst() : Array(left) else {
                throw ConfigurationError("-\(letter) needs a value: \(form)")
            }
            if left.first == UInt8(ascii: "=") { return add(option, Array(left.dropFirst()), "-\(letter)") }
            if left.first == ASCII.space { throw inOneArgument("-\(letter)") }
            add(option, value, "-\(letter)")
            return
        }
    }

    /// What is said of an option that there is not: it may be another tool's, or mistyped.
    private func unknown(_ name: String, dashes: String) -> ConfigurationError {
        if name.contains(" ") { return inOneArgument(dashes + name.prefix { $0 != " " }) }
        let shown = "unknown option \(dashes)\(PrintableText.word(name.utf8))"
        if let advice = ForeignOption.advice(on: name, arguments) {
            return ConfigurationError("\(shown): \(advice)")
        }
        let known = Option.all.filter { $0.verbs.contains(verb) } + Option.all
        guard let meant = NearestWord.of(name, among: known.map(\.name)) else {
            return ConfigurationError("\(shown); see `waitfor help`")
        }
        return ConfigurationError("\(shown); did you mean --\(meant)?")
    }

    private func inOneArgument(_ option: String) -> ConfigurationError {
        ConfigurationError(
            "\(PrintableText.line(option)) and what follows it are one argument: write them apart")
    }

    /// `-timeout 5` is `-t` with a value that nobody means.
    private func requireTwoDashes(_ letters: ArraySlice<UInt8>) throws(ConfigurationError) {
        let name = letters.prefix { $0 != UInt8(ascii: "=") && $0 != ASCII.space }.text
        guard name.utf8.count > 2 else { return }
        if Option.first(where: { $0.name == name }) != nil {
            throw ConfigurationError("-\(name): a long option has two dashes: --\(name)")
        }
        guard let advice = ForeignOption.advice(on: name, arguments) else { return }
        throw ConfigurationError("unknown option -\(name): \(advice)")
    }

    private mutating func add(_ option: Option, _ text: [UInt8], _ source: String) {
        options.append(Written(option: option.name, text: text, source: source))
    }

    private func requireOptionsOfVerb() throws(ConfigurationError) {
        for written in options {
            guard let option = Option.first(where: { $0.name == written.option }),
                !option.verbs.contains(verb)
            else { continue }
            let name = verb == .gate ? "the gate" : "`\(verb.rawValue)`"
            throw ConfigurationError("\(written.source) is no option of \(name)")
        }
        if !verb.startsCommand, command != nil {
            throw ConfigurationError(
                "`--` and a command belong to the gate and to `run`, not to `\(verb.rawValue)`")
        }
    }

    private func requireNoContradiction() throws(ConfigurationError) {
        guard options.count > 1 else { return }
        for group in Option.alternatives {
            let given = group.compactMap { value($0)?.source }
            if given.count > 1 {
                throw ConfigurationError("\(given.joined(separator: " and ")) contradict each other")
            }
        }
    }

    /// Adds the options that the command line does not have from WAITFOR_GATE_…, WAITFOR_RUN_… and so on. Any other WAITFOR_…
    /// is ignored: Kubernetes injects such variables for a Service called waitfor.
    private mutating func takeEnvironment(_ variable: (String) -> String?) throws(ConfigurationError) {
        let spoken = options
        for option in Option.all where option.verbs.contains(verb) {
            let group = Option.alternatives.first { $0.contains(option.name) } ?? [option.name]
            guard !spoken.contains(where: { group.contains($0.option) }) else { continue }
            for name in option.variables(for: verb) {
                // Compose and Kubernetes write empty variables for those that are unset.
                guard let value = variable(name), !value.isEmpty else { continue }
                try take(option, value, from: name)
                break
            }
        }
        try requireNoContradiction()
        guard words.isEmpty, verb.probes, value("config") == nil, !has("agent"),
            let targets = variable(TargetsVariable.name)
        else { return }
        words = TargetsVariable.words(targets)
        hasAmbientTargets = !words.isEmpty
    }

    private mutating func take(
        _ option: Option, _ value: String, from name: String
    ) throws(ConfigurationError) {
        if case .required = option.value { return add(option, Array(value.utf8), name) }
        guard let flag = Flag.parse(value) else {
            guard case .optional = option.value else { throw ConfigurationError("\(name): true or false") }
            return add(option, Array(value.utf8), name)
        }
        if flag { add(option, [], name) }
    }
}
