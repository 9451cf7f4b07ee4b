/// `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in an argument, for commands that no shell reads. Every other
/// `$` stays.
///
/// The text is split into its parts before a value is put in: a value stays in its part, and cannot add a host, a
/// parameter or a target.
struct VariableText {
    /// The text with a NUL, which no argument has, in the place of each variable.
    private var marked: [UInt8] = []
    private var variables: [(name: String, value: [UInt8])] = []

    /// Nil where there is no variable in the text.
    init?(_ text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) {
        guard text.contains(UInt8(ascii: "$")) else { return nil }
        var rest = text
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), let reference = Reference(rest) else {
                marked.append(byte)
                continue
            }
            rest = reference.rest
            variables.append((reference.name, try reference.value(context)))
            marked.append(0)
        }
        if variables.isEmpty { return nil }
    }

    /// The values, to tell whether a password is one of them.
    var values: [[UInt8]] { variables.map(\.value) }

    /// The values in their places as they are.
    var verbatim: [UInt8] { filled { _, value in value } }

    /// The text as a target. A variable alone is none.
    func target() throws(TargetError) -> [UInt8] {
        if marked == [0], let name = variables.first?.name {
            throw TargetError(.variable, "a variable that is the whole target is env:\(name)")
        }
        let parts = TargetParts(marked)
        var (result, number): ([UInt8], Int) = ([], 0)
        for index in marked.indices {
            guard marked[index] == 0 else {
                result.append(marked[index])
                continue
            }
            let (name, value) = variables[number]
            number += 1
            guard let piece = parts.encoded(value, at: index) else {
                let isAddress = value.starts(with: "tcp://".utf8) || value.starts(with: "udp://".utf8)
                throw TargetError(
                    .variable,
                    isAddress
                        ? "\(name) is \(TargetError.addressOfKubernetes)"
                        : "the value of \(name) does not fit into this part of the target")
            }
            result += piece
        }
        return result
    }

    private func filled(_ piece: (Int, [UInt8]) -> [UInt8]) -> [UInt8] {
        var number = 0
        return marked.enumerated().flatMap { index, byte in
            guard byte == 0 else { return [byte] }
            defer { number += 1 }
            return piece(index, variables[number].value)
        }
    }
}

/// One `${…}`.
private struct Reference {
    let name: String
    /// What follows it.
    let rest: ArraySlice<UInt8>
    private let sign: UInt8?
    private let word: ArraySlice<UInt8>

    /// Takes what follows a `$`; nil where that is another `$…`.
    init?(_ text: ArraySlice<UInt8>) {
        guard text.first == UInt8(ascii: "{") else { return nil }
        let body = text.dropFirst()
        let name = body.prefix { ASCII.isLetter($0) || ASCII.isDigit($0) || $0 == UInt8(ascii: "_") }
        let tail = body.dropFirst(name.count)
        guard let first = name.first, !ASCII.isDigit(first) else { return nil }
        self.name = String(decoding: name, as: UTF8.self)
        if tail.first == UInt8(ascii: "}") {
            (rest, sign, word) = (tail.dropFirst(), nil, [])
            return
        }
        guard let end = tail.firstIndex(of: UInt8(ascii: "}")), tail.first == ASCII.colon,
            let sign = tail.dropFirst().first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "?")
        else { return nil }
        (rest, self.sign, word) = (tail[(end + 1)...], sign, tail.dropFirst(2).prefix(upTo: end))
    }

    /// The value, or its default where it is unset or empty.
    func value(_ context: ReadingContext) throws(TargetError) -> [UInt8] {
        let value = context.variable(name)
        switch sign {
        case nil:
            guard let value else {
                throw TargetError(
                    .variable, "\(name) is not set; write ${\(name):-default} if it may be missing")
            }
            return Array(value.utf8)
        case UInt8(ascii: "-"): return value.flatMap { $0.isEmpty ? nil : Array($0.utf8) } ?? Array(word)
        default:
            guard let value, !value.isEmpty else {
                let message = word.isEmpty ? "" : ": \(PrintableText.line(word))"
                throw TargetError(.variable, "\(name) is \(value == nil ? "not set" : "empty")\(message)")
            }
            return Array(value.utf8)
        }
    }
}
