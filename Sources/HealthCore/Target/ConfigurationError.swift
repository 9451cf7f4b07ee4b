/// A mistake of whoever wrote the command line or the environment: one clear line, before
/// anything is probed. It never carries text out of a target, which may hold a password.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What is wrong inside a target's text, by part and place, never by content.
package struct TargetError: Error {
    enum Part: String {
        case target, name, scheme, user, password, host, port, path, query, parameter, database, variable,
            command
    }

    var part: Part
    /// Index of the byte in the text; nil when the whole part is meant.
    var index: Int?
    var advice: String

    init(_ part: Part, at index: Int? = nil, _ advice: String) {
        (self.part, self.index, self.advice) = (part, index, advice)
    }

    static let percentEncode = "percent-encode `@ / ? #` in the password"

    /// The line for the person who wrote the text; positions count characters from 1.
    func described(as label: String, in text: [UInt8]) -> ConfigurationError {
        guard let index else { return ConfigurationError("\(label): \(part.rawValue): \(advice)") }
        let position = String(decoding: text[..<min(index, text.count)], as: UTF8.self).count + 1
        return ConfigurationError("\(label): \(part.rawValue), at character \(position): \(advice)")
    }
}
