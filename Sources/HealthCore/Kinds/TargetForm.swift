/// One syntax of the targets of a kind.
package struct TargetForm: Sendable {
    /// The text before the first colon.
    package let scheme: String
    /// The kind of such targets in reports, metrics and YAML.
    package let word: String
    /// The kind of such targets in text for people.
    package let title: String
    /// An example of a target, for help and tests.
    package let example: String
    package let isEncrypted: Bool
    /// Whether the text follows the colon directly, without `//`.
    package let isOpaque: Bool
    /// Other schemes of the same meaning.
    let aliases: [String]
    /// Whether a text that has another form's scheme is meant for this form, by what follows the colon.
    private let claims: (@Sendable (_ scheme: String, _ rest: ArraySlice<UInt8>) -> Bool)?
    let read: Reader

    /// Reads the text after the colon.
    typealias Reader = @Sendable (ArraySlice<UInt8>, ReadingContext) throws(TargetError) -> Reading

    init(
        _ scheme: String, of kind: any Kind.Type, word: String? = nil, title: String? = nil,
        like example: String, aliases: [String] = [], isEncrypted: Bool = false, isOpaque: Bool = false,
        claiming claims: (@Sendable (String, ArraySlice<UInt8>) -> Bool)? = nil, read: @escaping Reader
    ) {
        self.scheme = scheme
        self.word = word ?? kind.word
        self.title = title ?? kind.title
        (self.example, self.aliases, self.isEncrypted, self.isOpaque) = (
            example, aliases, isEncrypted, isOpaque
        )
        (self.claims, self.read) = (claims, read)
    }

    /// Whether a scheme is one of this form.
    func has(scheme: String) -> Bool { scheme == self.scheme || aliases.contains(scheme) }

    /// Whether a target is meant for this form although its scheme is another's.
    func claims(_ scheme: String, _ rest: ArraySlice<UInt8>) -> Bool { claims?(scheme, rest) ?? false }
}

/// A target as a form reads it, without its name.
package struct Reading {
    var endpoint: Endpoint
    var service: any Kind
    /// How TLS is spoken, where the text says more than its scheme.
    var tls: TLSSettings?
    /// Notes of the reader, for `-v`.
    var notes: [String] = []
    /// What everybody is told about how it was read.
    var warnings: [String] = []
}

extension Kinds {
    /// The forms of all kinds.
    package static var forms: [TargetForm] { Kinds().flatMap { $0.forms } }

    /// The words of all forms: the keys of a target in YAML.
    package static var words: [String] {
        forms.reduce(into: []) { words, form in
            if !words.contains(form.word) { words.append(form.word) }
        }
    }

    /// Reads the text after a scheme and its colon; nil if no form has this scheme.
    static func read(
        _ scheme: String, _ text: ArraySlice<UInt8>, isOpaque: Bool, _ context: ReadingContext
    ) throws(TargetError) -> (TargetForm, Reading)? {
        for kind in Kinds() where !isOpaque || kind.hasOpaqueForm {
            for form in kind.forms where form.isOpaque == isOpaque && form.has(scheme: scheme) {
                // Only these are claimed by forms of other schemes; all forms are dear to make.
                let isClaimed =
                    ["unix", "http"].contains(scheme)
                    || (["tcp", "tls"].contains(scheme) && text.contains(UInt8(ascii: "?")))
                if isClaimed, let claimant = forms.first(where: { $0.claims(scheme, text) }) {
                    return (claimant, try claimant.read(text, context))
                }
                return (form, try form.read(text, context))
            }
        }
        return nil
    }

    /// The schemes that a text may begin with, the one as written first: `db+postgresql+psycopg2` is `postgresql`. A
    /// driver's name is dropped, and one that says TLS is not: `pyamqp+ssl` is `amqps`, and `memcached+tls` nothing.
    static func schemes(_ written: String) -> [String] {
        guard written.utf8.contains(UInt8(ascii: "+")) else { return [written] }
        let parts = written.split(separator: "+").map(String.init)
        let named = parts.first == "db" && parts.count > 1 ? parts.dropFirst() : parts[...]
        guard parts.count > 1 else { return [written] }
        let schemes = [named.prefix(2).joined(separator: "+"), named.first ?? ""]
        guard !named.dropFirst().contains(where: { ["wss", "srv"].contains($0) }) else { return [written] }
        guard named.dropFirst().contains(where: saysTLS) else { return [written] + schemes }
        return [written] + schemes.compactMap(encrypted)
    }

    private static func saysTLS(_ driver: String) -> Bool {
        ["ssl", "tls", "secure"].contains(driver)
            || forms.contains { $0.isEncrypted && $0.has(scheme: driver) }
    }

    /// The scheme of the same meaning over TLS; nil if there is none.
    private static func encrypted(_ scheme: String) -> String? {
        guard let form = forms.first(where: { !$0.isOpaque && $0.has(scheme: scheme) }) else { return nil }
        guard !form.isEncrypted else { return scheme }
        let parts = form.scheme.split(separator: "+", maxSplits: 1).map(String.init)
        let secure = (["\(parts[0])s"] + parts.dropFirst()).joined(separator: "+")
        return [secure, "\(form.scheme)+tls"].first { name in
            forms.contains { $0.isEncrypted && $0.scheme == name }
        }
    }
}
