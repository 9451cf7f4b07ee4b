internal import HealthCore

/// The parts of a target's address that `config show` may show; values of variables stand as written.
struct WrittenTarget {
    private(set) var fields: [(key: String, value: String)] = []

    init(_ form: String, _ written: String, _ target: Target, _ context: ReadingContext) {
        guard Interpolation.isNeeded(written) else {
            fields = target.service.address(at: target.endpoint)
            return
        }
        var marks: [(mark: String, written: String)] = []
        var isWhole = true
        let marked = try? Interpolation(variable: context.variable) { value, written in
            // A variable with several parts of the address: its mark would be a single part.
            if value.utf8.contains(where: { ":@=?&".utf8.contains($0) }) { isWhole = false }
            // A mark replaces the value; the mark of a number is a number, because it may be a port.
            let isNumber = !value.isEmpty && value.utf8.allSatisfy(ASCII.isDigit)
            let mark = isNumber ? "\(61_000 + marks.count)" : "waitfor-variable-\(marks.count)-"
            marks.append((mark, written))
            return mark + (isNumber ? "" : "x")
        }.expand(written)
        guard let marked, isWhole, target.service.showsVariables,
            let again = try? ConfigurationReader.target(form, marked, target.name, context),
            again.kind == target.kind
        else {
            fields = [("target", Self.masked(written))]
            return
        }
        fields = again.service.address(at: again.endpoint).map { key, value in
            (key, marks.reduce(value) { Self.replacing($1.mark, in: $0, by: $1.written) })
        }
    }

    /// A whole address in one variable, without its default; `***` for any other text, which could hold a password.
    private static func masked(_ written: String) -> String {
        let bytes = Array(written.utf8)
        guard bytes.starts(with: "${".utf8), bytes.last == UInt8(ascii: "}"),
            !bytes.dropFirst(2).contains(UInt8(ascii: "$"))
        else {
            let isName = bytes.first == UInt8(ascii: "$") && TargetName.isName(String(written.dropFirst()))
            return isName ? written : "***"
        }
        let name = written.dropFirst(2).prefix { $0 == "_" || $0.isLetter || $0.isNumber }
        let tail = written.dropFirst(2 + name.count).dropLast()
        guard let sign = tail.first else { return written }
        return "${\(name)\(sign == ":" ? String(tail.prefix(2)) : String(sign))***}"
    }

    private static func replacing(_ mark: String, in text: String, by written: String) -> String {
        let bytes = Array(text.utf8)
        // Marks that are not numbers end in an `x`.
        let whole = mark.hasSuffix("-") ? mark + "x" : mark
        guard let end = bytes.endOfFirst(whole.utf8) else { return text }
        let before = String(decoding: bytes[..<(end - whole.utf8.count)], as: UTF8.self)
        return before + written + String(decoding: bytes[end...], as: UTF8.self)
    }
}
