/// Bytes that are never printed: every description of a `Secret` is `***`.
package struct Secret: Sendable, Equatable {
    private let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether the secret has no bytes.
    package var isEmpty: Bool { bytes.isEmpty }

    /// Whether a text contains the secret, or eight bytes of it in a row: servers truncate their quotes. A shorter
    /// match would withhold every message about a user if the password contains `user`.
    ///
    /// The text may be one for people, which has lost its quotes and has escapes: neither hides a secret.
    package func isEchoed(in text: String) -> Bool {
        guard !isEmpty else { return false }
        if Self.shares(bytes, with: Array(text.utf8)) { return true }
        let said = Self.unquoted(text.utf8)
        // All but four bytes quotes: what is left of it is in every text.
        return [Self.unquoted(bytes), Self.unquoted(PrintableText.line(bytes, atMost: .max / 2).utf8)]
            .contains {
                $0.count >= 4 && Self.shares($0, with: said)
            }
    }

    private static func shares(_ bytes: [UInt8], with text: [UInt8]) -> Bool {
        let size = min(8, bytes.count)
        return (0...(bytes.count - size)).contains { text.endOfFirst(bytes[$0..<($0 + size)]) != nil }
    }

    private static func unquoted(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        bytes.filter { !"'\"\\`".utf8.contains($0) }
    }

    /// Passes the bytes to a closure, for the call that sends them.
    package func reveal<Result>(_ body: ([UInt8]) throws -> Result) rethrows -> Result {
        try body(bytes)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// The source of a target's password; a file is read anew for every connection.
package enum PasswordSource: Sendable, Equatable {
    case none
    case given(Secret)
    case file(path: String)
    /// A variable that has it, until the targets of a run are complete.
    case variable(name: String)
    case passFile(path: String)
}

/// Names of header fields and parameters whose values are secrets: `Authorization`, `X-Api-Key`, `access_token`.
enum SecretName {
    private static let parts = [
        "auth", "token", "secret", "password", "passwd", "key", "cookie", "credential",
    ]

    static func isOne(_ name: ArraySlice<UInt8>) -> Bool {
        let lowercased = name.map(ASCII.lowercased)
        return parts.contains { lowercased.endOfFirst($0.utf8) != nil }
    }
}
