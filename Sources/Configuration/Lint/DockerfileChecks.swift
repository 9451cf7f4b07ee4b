internal import HealthCore

/// The `HEALTHCHECK` of each stage of a Dockerfile: the last one, which is the one that counts.
final class DockerfileChecks {
    private(set) var checks: [PlacedCheck] = []
    private var stages: [LintSubject] = []
    private var stage = LintSubject(.dockerfile, ComposeService(name: ""))
    private var place: Position?
    /// The defaults of `ARG`.
    private var defaults: [String: String] = [:]

    init(_ instructions: InstructionLines) {
        for (number, text) in instructions.found {
            let word = text.prefix { !ASCII.isBlank($0) }
            let rest = text.dropFirst(word.count).trimmed
            switch word.text.uppercased() {
            case "FROM": begin(rest)
            // Without a value it keeps one from above, and has else what is built with.
            case "ARG":
                for (name, value) in Self.pairs(rest) where rest.contains(UInt8(ascii: "=")) {
                    defaults[name] = value
                }
            case "ENV":
                for (name, value) in Self.pairs(rest) {
                    stage.service.environment.append(ComposeVariable(name: name, value: expanded(value)))
                }
            case "USER": stage.hasUser = true
            case "RUN", "COPY", "ADD", "SHELL": stage.steps += rest.text + "\n"
            case "HEALTHCHECK":
                stage.service.healthcheck = Self.check(rest)
                place = Position(line: number, column: 1)
            default: break
            }
        }
        end()
    }

    private func begin(_ rest: ArraySlice<UInt8>) {
        end()
        let words = rest.split(separator: ASCII.space).map(\.text).filter { !$0.hasPrefix("--") }
        guard let image = words.first else { return }
        let fresh = LintSubject(.dockerfile, ComposeService(name: ""))
        if let earlier = stages.last(where: { $0.service.name == image.lowercased() }) {
            (fresh.service, fresh.steps, fresh.hasUser) = (earlier.service, earlier.steps, earlier.hasUser)
            fresh.service.healthcheck = nil
        } else {
            fresh.service.image = expanded(image)
        }
        fresh.service.name = words.count > 2 ? words.last?.lowercased() ?? "" : ""
        stage = fresh
    }

    private func end() {
        if let place {
            checks.append(PlacedCheck(stage, ["test": YAMLNode(.scalar("", isPlain: true), at: place)]))
        }
        place = nil
        // Nobody has more, and each has the steps of the one that it begins with.
        if stages.count < 100, stage.steps.utf8.count < 1 << 16 { stages.append(stage) }
    }

    private func expanded(_ text: String) -> ComposeText {
        let defaults = defaults
        let interpolation = Interpolation(variable: { defaults[$0] }, limit: 4096, unset: { _ in })
        return (try? interpolation.pieces(text)) ?? ComposeText([.variable(written: text, value: nil)])
    }

    /// `NAME=value NAME="a value"`, and `NAME a value`.
    static func pairs(_ text: ArraySlice<UInt8>) -> [(String, String)] {
        let first = text.prefix { !ASCII.isBlank($0) }
        guard first.contains(UInt8(ascii: "=")) else {
            return [(first.text, text.dropFirst(first.count).trimmed.text)]
        }
        var (pairs, word, quote) = ([(String, String)](), [UInt8](), UInt8(0))
        for byte in text + [ASCII.space] {
            if quote != 0 {
                if byte == quote { quote = 0 } else { word.append(byte) }
            } else if byte == ASCII.quote || byte == UInt8(ascii: "'") {
                quote = byte
            } else if ASCII.isBlank(byte) {
                let name = word.prefix { $0 != UInt8(ascii: "=") }
                if !name.isEmpty { pairs.append((name.text, word.dropFirst(name.count + 1).text)) }
                word = []
            } else {
                word.append(byte)
            }
        }
        return pairs
    }

    private static func check(_ text: ArraySlice<UInt8>) -> ComposeHealthcheck? {
        var check = ComposeHealthcheck()
        var rest = text
        while true {
            let word = rest.prefix { !ASCII.isBlank($0) }
            rest = rest.dropFirst(word.count).trimmed
            guard word.first == UInt8(ascii: "-") else {
                // Docker builds none that is empty.
                check.test = word.text.uppercased() == "CMD" && !rest.isEmpty ? .of(rest) : .disabled
                return check
            }
            let name = word.prefix { $0 != UInt8(ascii: "=") }
            check.set(name.dropFirst(2).text, word.dropFirst(name.count + 1).text)
        }
    }
}

extension ComposeHealthcheck {
    /// Takes a value by the name that it has in a Dockerfile; what is none is left to who builds it.
    mutating func set(_ name: String, _ value: String) {
        let duration = DurationText.parse(value, bareSeconds: true).flatMap { $0 >= .zero ? $0 : nil }
        switch name {
        case "interval": interval = duration
        case "timeout": timeout = duration
        case "start-period": startPeriod = duration
        case "start-interval": startInterval = duration
        case "retries": retries = Int32(value, radix: 10).map { Int(clamping: max($0, 0)) }
        default: break
        }
    }
}

extension ComposeHealthcheck.Test {
    /// The exec form, which is a list of JSON, or the text of a shell.
    static func of(_ text: ArraySlice<UInt8>) -> Self {
        guard let words = JSONStrings.read(text) else { return .shell(ComposeText(text.text)) }
        return .command(words.map { ComposeText($0[...].text) })
    }
}
