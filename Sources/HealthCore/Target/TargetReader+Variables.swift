/// Targets that a variable holds, `env:NAME`, or a file that it names, `env-file:NAME`.
extension TargetReader {
    /// Whether a target is `env:NAME?` or `env-file:NAME?`, and NAME is not set, or empty.
    func isLeftOut(_ text: ArraySlice<UInt8>) throws(TargetError) -> Bool {
        guard text.last == UInt8(ascii: "?"),
            let scheme = ["env:", "env-file:"].first(where: { text.starts(with: $0.utf8) })
        else { return false }
        return context.meaningful(try Self.name(text.dropFirst(scheme.utf8.count))) == nil
    }

    /// Whether a target of a file is left out for the same reason.
    package func leavesOut(_ text: String) -> Bool { (try? isLeftOut(Array(text.utf8)[...])) == true }

    /// Whether a text is `env:NAME` or `env-file:NAME`, and no host of such a name with its port.
    package static func isVariable(_ text: String) -> Bool {
        guard let scheme = ["env:", "env-file:"].first(where: text.hasPrefix) else { return false }
        let rest = Array(text.utf8.dropFirst(scheme.utf8.count))
        return !rest.allSatisfy(ASCII.isDigit) && (try? name(rest[...])) != nil
    }

    /// Reads the target that a variable holds.
    func readVariable(_ text: ArraySlice<UInt8>, name: String?) throws(TargetError) -> Target {
        let variable = try Self.name(text)
        return try read(try value(of: variable), of: variable, name: name)
    }

    /// Reads the target in the file that a variable names.
    func readFile(_ text: ArraySlice<UInt8>, name: String?) throws(TargetError) -> Target {
        let variable = try Self.name(text)
        let path = try value(of: variable)
        guard let contents = context.secretFile(path) else {
            throw TargetError(.variable, "\(variable) names a file: \(Target.unreadable(path, context))")
        }
        guard !contents.isEmpty else {
            throw TargetError(
                .variable, "\(variable) names a file that is empty: \(PrintableText.line(path))")
        }
        return try read(String(decoding: contents, as: UTF8.self), of: variable, name: name)
    }

    /// The name of a variable, without the `?` behind it.
    private static func name(_ text: ArraySlice<UInt8>) throws(TargetError) -> String {
        let name = text.last == UInt8(ascii: "?") ? text.dropLast() : text
        // `env:$DATABASE_URL` brings the value, password and all.
        guard !name.isEmpty, !name.contains(where: { "=:/@%?${}".utf8.contains($0) || $0 == 0 }) else {
            throw TargetError(
                .variable, at: text.startIndex,
                "not the name of a variable: write env:DATABASE_URL, without `$`")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private func value(of variable: String) throws(TargetError) -> String {
        let shown = PrintableText.word(variable.utf8)
        guard let value = context.variable(variable) else {
            let file = "\(variable)_FILE"
            let hint = context.meaningful(file) == nil ? "" : "; \(file) is: write env-file:\(file)"
            throw TargetError(.variable, "\(shown) is not set\(hint)")
        }
        guard !value.isEmpty else { throw TargetError(.variable, "\(shown) is empty") }
        return value
    }

    private func read(_ value: String, of variable: String, name: String?) throws(TargetError) -> Target {
        let shown = PrintableText.word(variable.utf8)
        let written = WrittenValue(value)
        let isAnother = ["env:", "env-file:"].contains { written.text.starts(with: $0.utf8) }
        guard !isAnother else {
            throw TargetError(.variable, "\(shown) must hold a target, not another env:")
        }
        do {
            var target = try read(written.text[...], name: name)
            if name == nil { target.name = TargetName.made(of: variable, for: target) }
            if let warning = written.warning { target.warnings.append(warning) }
            if target.kind != ExecService.word, let mark = UnexpandedVariable.mark(in: written.text[...]) {
                target.warnings.append("`\(mark)` stands in the value of \(shown), and nobody replaced it")
            }
            return target
        } catch {
            // Positions count inside the variable, so the sentence is finished here.
            let advice = UnexpandedVariable.advice(written.text[...]).map { "; \($0)" } ?? ""
            let inner = error.described(as: shown, in: written.text)
            throw TargetError(.variable, inner.description + advice)
        }
    }
}
