internal import HealthCore

/// The instructions of a Dockerfile, or the lines of a quadlet, as far as both are joined from several lines.
struct InstructionLines {
    enum Form { case dockerfile, quadlet }

    /// Each in one line, with the number of its first one.
    private(set) var found: [(number: Int, text: ArraySlice<UInt8>)] = []
    private let form: Form
    private let escape: UInt8
    /// The here-documents that the lines are of.
    private var documents: [HereDocument] = []

    init(_ bytes: [UInt8], _ form: Form) {
        self.form = form
        escape = form == .dockerfile ? Self.escape(bytes) : ASCII.backslash
        var (number, start, text) = (0, 0, [UInt8]())
        for raw in bytes.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false) {
            number += 1
            if let document = documents.first {
                if document.ends(at: raw) { documents.removeFirst() }
                continue
            }
            let line = raw.trimmed
            if line.first == UInt8(ascii: "#") || (form == .quadlet && line.first == UInt8(ascii: ";")) {
                continue
            }
            // Docker goes on behind an empty line.
            if line.isEmpty, form == .dockerfile || text.isEmpty { continue }
            if text.isEmpty { start = number }
            if line.last == escape {
                text += line.dropLast()
                text.append(ASCII.space)
                continue
            }
            take(start, text + line)
            // One more than there may be is enough to know.
            guard found.count <= LintReader.limit else { return }
            text = []
        }
        if !text.isEmpty { take(start, text) }
    }

    private mutating func take(_ number: Int, _ text: [UInt8]) {
        let text = text[...].trimmed
        found.append((number, text))
        let word = text.prefix { !ASCII.isBlank($0) }.text.uppercased()
        guard form == .dockerfile, ["RUN", "COPY", "ADD"].contains(word) else { return }
        documents = text.split(whereSeparator: ASCII.isBlank).compactMap { HereDocument($0) }
    }

    /// What joins lines: a comment at the top may say that it is another sign.
    private static func escape(_ bytes: [UInt8]) -> UInt8 {
        for line in bytes.split(separator: ASCII.lineFeed, maxSplits: 8, omittingEmptySubsequences: false)
            .map(\.trimmed)
        {
            guard line.first == UInt8(ascii: "#") else { break }
            let name = line.dropFirst().prefix { $0 != UInt8(ascii: "=") }
            guard name.trimmed.text.lowercased() == "escape" else { continue }
            return line.dropFirst(name.count + 2).trimmed.first ?? ASCII.backslash
        }
        return ASCII.backslash
    }
}

/// The beginning of a here-document, as Docker knows one: a word that is `<<NAME`, `<<-NAME` or `<<"NAME"`.
private struct HereDocument {
    private let name: [UInt8]
    private let hasTabs: Bool

    init?(_ word: ArraySlice<UInt8>) {
        var rest = word.drop(while: ASCII.isDigit)
        guard rest.starts(with: "<<".utf8) else { return nil }
        rest = rest.dropFirst(2)
        hasTabs = rest.first == UInt8(ascii: "-")
        if hasTabs { rest = rest.dropFirst() }
        name = rest.drop { "'\"".utf8.contains($0) }.prefix { !"'\"<>;&|".utf8.contains($0) }.map(\.self)
        if name.isEmpty { return nil }
    }

    func ends(at line: ArraySlice<UInt8>) -> Bool {
        var line = line
        if hasTabs { line = line.drop { $0 == ASCII.tab } }
        if line.last == ASCII.carriageReturn { line = line.dropLast() }
        return line.elementsEqual(name)
    }
}
