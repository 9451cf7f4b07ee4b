/// A kind of target. The value says how one target of it is asked; all that is known of a kind is in its folder.
package protocol Kind: Sendable, Equatable {
    /// The word for it in reports, metrics and YAML.
    static var word: String { get }
    /// The kind as a person calls it.
    static var title: String { get }
    /// How its targets are written, the usual way first.
    static var forms: [TargetForm] { get }
    /// The port at which a bare `host:port` is of this kind; nil where none is.
    static var wellKnownPort: UInt16? { get }
    /// A bare `host:port` of this kind, for help; nil where none is.
    static var bareExample: String? { get }
    /// How a target at that port is asked.
    static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> Self?
    /// The keys of its own, besides those of every target and of TLS.
    static var settings: [Setting] { get }
    /// Reads a text of `key=value` pairs without a scheme, as drivers take it; nil where it is none of this kind's.
    static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) -> Reading?
    /// Whether a text is one of these pairs.
    static func isPairs(_ text: ArraySlice<UInt8>) -> Bool
    /// What YAML's text of a form leaves out before it.
    static func prefix(of text: String, for word: String) -> String

    /// Where the password is; nil for a kind that takes none.
    var passwordSource: PasswordSource? { get set }
    /// Whether what was written has a secret in it, besides a password.
    var hasWrittenSecret: Bool { get }
    /// The reasons for which it can fail, besides those of its connection.
    var reasons: [Reason] { get }
    /// The parts of the address that may be shown.
    func address(at endpoint: Endpoint) -> [(key: String, value: String)]
    /// Whether the parts of an address that was written with variables may be shown.
    var showsVariables: Bool { get }
    /// What only its settings say, and may be shown.
    var shown: [(key: String, value: String)] { get }
    /// What is said where a setting of TLS is given to a target without TLS.
    var adviceOnTLS: String { get }
    /// Whether the end of a certificate is seen although TLS is not ours.
    var seesCertificate: Bool { get }
    /// Takes a password from the context, if it has none; `isOnly` where no other target is of this kind.
    mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool)
    /// Settings that cannot be met, or not together.
    func conflict(_ context: ReadingContext) -> SettingConflict?
}

/// A setting of a target that cannot be met, or not together with another: its key, and a sentence.
package typealias SettingConflict = (key: String, message: String)

// What a kind need not say.
extension Kind {
    package static var wellKnownPort: UInt16? { nil }
    package static var bareExample: String? { wellKnownPort.map { "host:\($0)" } }
    package static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> Self? { nil }
    package static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError)
        -> Reading?
    {
        nil
    }
    package static func isPairs(_ text: ArraySlice<UInt8>) -> Bool { false }
    package static var settings: [Setting] { [] }
    package static func prefix(of text: String, for word: String) -> String {
        text.mentions("://") ? "" : "\(word)://"
    }
    package var passwordSource: PasswordSource? {
        get { nil }
        set {}
    }
    package var hasWrittenSecret: Bool { false }
    package var showsVariables: Bool { true }
    package var shown: [(key: String, value: String)] { [] }
    package var seesCertificate: Bool { false }
    package var adviceOnTLS: String {
        let schemes = Kinds.forms.filter(\.isEncrypted).map { "\($0.scheme)://" }
        return "there is no TLS: write \(schemes.dropLast().joined(separator: ", ")) or \(schemes.last ?? "")"
    }
    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] { endpoint.parts }
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {}
    package func conflict(_ context: ReadingContext) -> SettingConflict? { nil }
}

extension Kind {
    /// Whether both say the same.
    func equals(_ other: any Kind) -> Bool { other as? Self == self }
}

/// Every kind there is. The other place that names them is Probes' `Target.probe`.
package struct Kinds: Sequence, IteratorProtocol {
    private var number = -1

    package init() {}

    package mutating func next() -> (any Kind.Type)? {
        number += 1
        // No array: its type would be made for every check.
        return switch number {
        case 0: PostgresService.self
        case 1: RedisService.self
        case 2: HTTPService.self
        case 3: ConnectService.self
        case 4: NameService.self
        case 5: FileService.self
        case 6: ExecService.self
        case 7: MemcachedService.self
        default: nil
        }
    }
}
