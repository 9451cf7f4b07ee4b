/// A mistake in the command line or the environment: one line, before anything is probed. The description never quotes
/// a target, which may hold a password.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// An error in a target's text, described by part and position, never by content.
package struct TargetError: Error {
    enum Part: String {
        case target, name, scheme, user, password, host, port, path, query, parameter, database, variable,
            command
    }

    var part: Part
    /// The index of the byte in the text; nil if the whole part is wrong.
    var index: Int?
    var advice: String

    init(_ part: Part, at index: Int? = nil, _ advice: String) {
        (self.part, self.index, self.advice) = (part, index, advice)
    }

    static let addressOfKubernetes =
        "an address, as Kubernetes sets NAME_PORT for each Service: write NAME_SERVICE_PORT, or turn enableServiceLinks off"

    static let percentEncode = "percent-encode `@ / ? #` in the password"

    /// The error as one line; positions count characters from 1.
    func described(as label: String, in text: [UInt8]) -> ConfigurationError {
        guard let index else { return ConfigurationError("\(label): \(part.rawValue): \(advice)") }
        let position = String(decoding: text[..<min(index, text.count)], as: UTF8.self).count + 1
        return ConfigurationError("\(label): \(part.rawValue), at character \(position): \(advice)")
    }
}
