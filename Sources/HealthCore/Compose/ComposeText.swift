/// A text of a Compose file, in the pieces that its variables make: what it means can be told apart from how it was
/// written, and a piece without a value from an empty one.
package struct ComposeText: Sendable, Equatable {
    package enum Piece: Sendable, Equatable {
        case literal(String)
        /// An expression like `${NAME:-default}` as written, and its value; nil if the variable is not set and there is
        /// no default.
        case variable(written: String, value: String?)
    }

    package var pieces: [Piece]

    package init(_ pieces: [Piece]) {
        self.pieces = pieces
    }

    /// A text without variables.
    package init(_ literal: String) {
        pieces = [.literal(literal)]
    }

    /// The text as Compose has it: a variable without a value is empty.
    package var value: String {
        pieces.map {
            switch $0 {
            case .literal(let text): text
            case .variable(_, let value): value ?? ""
            }
        }.joined()
    }

    /// The text as it can be written in a file whose variables are replaced: a literal `$` is doubled.
    package var written: String {
        pieces.map {
            switch $0 {
            case .literal(let text):
                String(
                    text.unicodeScalars.reduce(into: String.UnicodeScalarView()) {
                        $0.append($1)
                        if $1 == "$" { $0.append($1) }
                    })
            case .variable(let written, _): written
            }
        }.joined()
    }

    /// The expressions that have no value.
    package var unset: [String] {
        pieces.compactMap {
            if case .variable(let written, nil) = $0 { written } else { nil }
        }
    }

    /// The one variable that the text is, whatever its default.
    package var variable: String? {
        guard pieces.count == 1, case .variable(let written, _) = pieces.first else { return nil }
        return Self.name(in: written)
    }

    /// The name of the variable in an expression like `${NAME:-default}`.
    package static func name(in written: String) -> String {
        Array(written.utf8).drop { "${".utf8.contains($0) }.prefix(while: CheckVariables.isNameByte).text
    }

    /// Whether nothing is written in it but names of variables.
    package var isNamed: Bool {
        pieces.allSatisfy {
            if case .variable(let written, _) = $0 {
                ["$\(Self.name(in: written))", "${\(Self.name(in: written))}"].contains(written)
            } else {
                false
            }
        }
    }

    /// Whether the name of a variable or an option is one of a secret.
    package static func soundsSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasSuffix("key")
            || ["pass", "pwd", "secret", "token", "auth"].contains(where: name.mentions)
    }

    /// Whether a part of the text is a variable's value.
    package var hasVariables: Bool {
        pieces.contains { if case .variable = $0 { true } else { false } }
    }
}
