/// What a terminal shows of what was written to it: lines that are too long go on in the next row, and nothing scrolls.
package struct ScreenText {
    private var rows: [[Character]] = [[]]
    private var (row, column) = (0, 0)
    /// How often a line was too long.
    package private(set) var wraps = 0
    private let columns: Int

    package init(_ text: String, columns: Int) {
        self.columns = columns
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\r": column = 0
            case "\n": move(to: row + 1)
            case "\u{1B}":
                // ESC [ number letter
                guard rest.popFirst() == "[" else { continue }
                let number = rest.prefix { $0.properties.numericType != nil || $0 == ";" }
                rest = rest.dropFirst(number.count)
                if let letter = rest.popFirst() { obey(letter, Int(String(number)) ?? 0) }
            default: put(Character(scalar))
            }
        }
    }

    /// The rows, without blanks at their ends.
    package var lines: [String] {
        rows.map { row in
            var row = row
            while row.last == " " { row.removeLast() }
            return String(row)
        }
    }

    private mutating func obey(_ letter: Unicode.Scalar, _ number: Int) {
        switch letter {
        case "A": row = max(0, row - max(1, number))
        case "H": (row, column) = (0, 0)
        case "J" where number == 2: rows = rows.map { _ in [] }
        case "J":
            rows = Array(rows.prefix(row + 1))
            rows[row] = Array(rows[row].prefix(column))
        case "K": rows[row] = Array(rows[row].prefix(column))
        default: break
        }
    }

    private mutating func move(to next: Int) {
        row = next
        while rows.count <= row { rows.append([]) }
    }

    private mutating func put(_ character: Character) {
        if column == columns {
            wraps += 1
            move(to: row + 1)
            column = 0
        }
        while rows[row].count <= column { rows[row].append(" ") }
        rows[row][column] = character
        column += 1
    }
}
