/// A page of the project's documents, in Markdown.
package struct Document: Sendable {
    /// A fenced block: what stands behind the fence, and the lines within.
    package struct Block: Sendable {
        package let language: String
        package var lines: [String] = []

        /// The lines as a file.
        package var text: String { lines.map { "\($0)\n" }.joined() }
    }

    /// The path from the top of the project.
    package let path: String
    /// The lines, empty ones too.
    package let lines: [String]
    /// The fenced blocks, in their order.
    package let blocks: [Block]
    /// The lines outside of fenced blocks.
    package let prose: [String]

    /// The page at a path from the top of the project.
    package init(_ path: String) {
        self.init(path, text: Project.text(path))
    }

    /// A page of this text.
    package init(_ path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var blocks: [Block] = []
        var prose: [String] = []
        var isInside = false
        for line in lines {
            if line.hasPrefix("```") {
                if !isInside { blocks.append(Block(language: String(line.dropFirst(3)))) }
                isInside.toggle()
            } else if isInside {
                blocks[blocks.count - 1].lines.append(line)
            } else {
                prose.append(line)
            }
        }
        self.blocks = blocks
        self.prose = prose
    }

    /// The README, and every page of `docs` by its name.
    package static func all() throws -> [Document] {
        try [Document("README.md")] + Project.files(in: "docs", named: "*.md").map { Document($0) }
    }

    /// The blocks of a language.
    package func blocks(_ language: String) -> [Block] {
        blocks.filter { $0.language == language }
    }

    /// The cells of the first table under a heading whose first column is `first`, without its head; empty if there
    /// is none. `\|` is no end of a cell.
    package func table(_ first: String, under heading: String) -> [[String]] {
        guard let start = prose.firstIndex(of: heading) else { return [] }
        let section = prose[(start + 1)...].prefix { !$0.hasPrefix("#") }
        let table = section.drop { !$0.hasPrefix("| \(first) |") }.prefix { $0.hasPrefix("|") }
        return table.dropFirst(2).map { line in
            var cells = [""]
            for character in line.dropFirst().dropLast() {
                if character == "|", cells[cells.count - 1].last != "\\" {
                    cells.append("")
                } else {
                    cells[cells.count - 1].append(character)
                }
            }
            return cells.map { cell in
                String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    /// The lines between `<!-- table: NAME -->` and `<!-- end -->`; nil if nothing is marked so.
    package func marked(_ name: String) -> [String]? {
        guard let start = lines.firstIndex(of: "<!-- table: \(name) -->") else { return nil }
        return lines[(start + 1)...].prefix { $0 != "<!-- end -->" }.filter { !$0.isEmpty }
    }

    /// The names by which links reach the headings, as forges make them: words in lower case with hyphens between,
    /// without punctuation; a name that is taken gets a number.
    package var anchors: [String] {
        var taken: [String: Int] = [:]
        return prose.filter { $0.hasPrefix("#") }.map { heading in
            let words = heading.drop { $0 == "#" }.dropFirst()
            let name = String(
                words.lowercased().compactMap { (character: Character) -> Character? in
                    if character == " " { return "-" }
                    return character.isLetter || character.isNumber || "-_".contains(character)
                        ? character : nil
                })
            let number = taken[name, default: 0]
            taken[name] = number + 1
            return number == 0 ? name : "\(name)-\(number)"
        }
    }

    /// Where the links lead, in their order; what stands between back quotes is no link.
    package var links: [String] {
        prose.flatMap { line -> [String] in
            let text = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .map { $0.offset % 2 == 0 ? $0.element : "" }.joined()
            var found: [String] = []
            var rest = Substring(text)
            while let open = rest.firstIndex(of: "]") {
                rest = rest[rest.index(after: open)...]
                if rest.first == "(" { found.append(String(rest.dropFirst().prefix { $0 != ")" })) }
            }
            return found
        }
    }
}
