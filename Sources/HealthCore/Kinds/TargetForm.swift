/// One way in which targets of a kind are written.
package struct TargetForm: Sendable {
    /// What stands before the first colon.
    package let scheme: String
    /// The word for its targets in reports, metrics and YAML.
    package let word: String
    /// What a person calls them.
    package let title: String
    /// One that can be read, for help and tests.
    package let example: String
    package let isEncrypted: Bool
    /// Whether the text follows the colon, without `//`.
    package let isOpaque: Bool
    /// Whether `+` and the name of a driver may follow the scheme.
    private let takesDriver: Bool
    let read: Reader

    /// Takes what follows the colon.
    typealias Reader = @Sendable (ArraySlice<UInt8>, ReadingContext) throws(TargetError) -> Reading

    init(
        _ scheme: String, of kind: any Kind.Type, word: String? = nil, title: String? = nil,
        like example: String,
        isEncrypted: Bool = false, isOpaque: Bool = false, takesDriver: Bool = false, read: @escaping Reader
    ) {
        self.scheme = scheme
        self.word = word ?? kind.word
        self.title = title ?? kind.title
        (self.example, self.isEncrypted, self.isOpaque, self.takesDriver, self.read) = (
            example, isEncrypted, isOpaque, takesDriver, read
        )
    }

    /// Whether a target with this scheme is written so.
    func has(scheme: String) -> Bool {
        scheme == self.scheme || (takesDriver && scheme.hasPrefix(self.scheme + "+"))
    }
}

/// What was read of a target, without its name.
package struct Reading {
    var endpoint: Endpoint
    var service: any Kind
    /// What `-v` says about how it was read.
    var notes: [String] = []
}

extension Kinds {
    /// All forms, by kind.
    package static var forms: [TargetForm] { Kinds().flatMap { $0.forms } }

    /// The words for kinds, as YAML has them.
    package static var words: [String] {
        forms.reduce(into: []) { words, form in
            if !words.contains(form.word) { words.append(form.word) }
        }
    }

    /// Reads what follows a scheme and its colon; nil if no form has this scheme.
    static func read(
        _ scheme: String, _ text: ArraySlice<UInt8>, isOpaque: Bool, _ context: ReadingContext
    ) throws(TargetError) -> (TargetForm, Reading)? {
        for kind in Kinds() {
            for form in kind.forms where form.isOpaque == isOpaque && form.has(scheme: scheme) {
                return (form, try form.read(text, context))
            }
        }
        return nil
    }
}
