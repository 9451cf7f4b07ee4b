/// A kind of target. A value has the settings of one target; everything about a kind is in its folder.
package protocol Kind: Sendable, Equatable {
    /// The kind in reports, metrics and YAML.
    static var word: String { get }
    /// The kind in text for people.
    static var title: String { get }
    /// The syntaxes of its targets, the usual one first.
    static var forms: [TargetForm] { get }
    /// Whether one of these is opaque: forms are dear to make, and a target that no opaque one can have asks for no others.
    static var hasOpaqueForm: Bool { get }
    /// The port that makes a bare `host:port` a target of this kind; nil without one.
    static var wellKnownPort: UInt16? { get }
    /// The example of a bare `host:port` of this kind, for help; nil without one.
    static var bareExample: String? { get }
    /// The settings of a bare `host:port`.
    static func bare(_ endpoint: Endpoint, _ context: ReadingContext) -> Self?
    /// The keys of this kind, besides those of every target and of TLS.
    static var settings: [Setting] { get }
    /// Reads a text of `key=value` pairs without a scheme, as drivers take it; nil where it is none of this kind's.
    static func read(pairs text: ArraySlice<UInt8>, _ context: ReadingContext) throws(TargetError) -> Reading?
    /// Whether a text is one of these pairs.
    static func isPairs(_ text: ArraySlice<UInt8>) -> Bool
    /// The prefix that the text of a form leaves out in YAML, like `redis://`.
    static func prefix(of text: String, for word: String) -> String

    /// Where a secret of its targets is better than among the arguments.
    static var secrets: SecretPlaces { get }
    /// The source of the password; nil for a kind that takes none.
    var passwordSource: PasswordSource? { get set }
    /// Whether the text of the target contains a secret besides a password.
    var hasWrittenSecret: Bool { get }
    /// What is asked for at the place, for a name: `/ready`, `/app`.
    var namePath: String { get }
    /// Whether the target names who logs in.
    var namesUser: Bool { get }
    /// The reasons for which a probe can fail, besides those of its connection.
    var reasons: [Reason] { get }
    /// The agent's interval where nobody names one; nil for the usual one.
    var usualInterval: Duration? { get }
    /// The parts of the address that `config show` may show.
    func address(at endpoint: Endpoint) -> [(key: String, value: String)]
    /// Whether `config show` may show the parts of an address that contains variables.
    var showsVariables: Bool { get }
    /// Settings that are not in the address and that `config show` may show.
    var shown: [(key: String, value: String)] { get }
    /// The message about a setting of TLS for a target without TLS.
    var adviceOnTLS: String { get }
    /// Whether a probe sees the peer's certificate although `Target.tls` is nil.
    var seesCertificate: Bool { get }
    /// Takes a password from the context, if there is none; `isOnly` if no other target is of this kind.
    mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool)
    /// Warnings for everybody about what the context says of the target.
    func warnings(_ context: ReadingContext) -> [String]
    /// The first setting that cannot be met, alone or together with another.
    func conflict(_ context: ReadingContext) -> SettingConflict?
}

/// What a secret in the targets of a kind is called, as the beginning of a sentence, and where it is better than among
/// the arguments, besides `env:NAME`.
package struct SecretPlaces: Sendable {
    package var name = "the password of"
    package var better: [String]
}

/// A setting that cannot be met, alone or together with another: its key and a message.
package typealias SettingConflict = (key: String, message: String)

// Defaults for members that few kinds need.
extension Kind {
    package static var hasOpaqueForm: Bool { false }
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
    package static var secrets: SecretPlaces { SecretPlaces(better: []) }
    package static func prefix(of text: String, for word: String) -> String {
        text.mentions("://") ? "" : "\(word)://"
    }
    package var passwordSource: PasswordSource? {
        get { nil }
        set {}
    }
    package var hasWrittenSecret: Bool { false }
    package var showsVariables: Bool { true }
    package var namePath: String { "" }
    package var namesUser: Bool { false }
    package var shown: [(key: String, value: String)] { [] }
    package var seesCertificate: Bool { false }
    package var usualInterval: Duration? { nil }
    package var adviceOnTLS: String {
        let schemes = Kinds.forms.filter(\.isEncrypted).map { "\($0.scheme)://" }
        return "there is no TLS: write \(schemes.dropLast().joined(separator: ", ")) or \(schemes.last ?? "")"
    }
    package func address(at endpoint: Endpoint) -> [(key: String, value: String)] { endpoint.parts }
    package mutating func takeAmbientPassword(_ context: ReadingContext, isOnly: Bool) {}
    package func warnings(_ context: ReadingContext) -> [String] { [] }
    package func conflict(_ context: ReadingContext) -> SettingConflict? { nil }
}

extension Kind {
    /// Whether another kind has the same type and value.
    func equals(_ other: any Kind) -> Bool { other as? Self == self }
}

/// The list of all kinds. The other place that names them is `Target.probe` in Probes.
package struct Kinds: Sequence, IteratorProtocol {
    private var number = -1

    package init() {}

    package mutating func next() -> (any Kind.Type)? {
        number += 1
        // A switch and no array, whose type the runtime would make for every check.
        return switch number {
        case 0: PostgresService.self
        case 1: RedisService.self
        case 2: HTTPService.self
        case 3: ConnectService.self
        case 4: NameService.self
        case 5: FileService.self
        case 6: ExecService.self
        case 7: MemcachedService.self
        case 8: GreetingService.self
        case 9: MySQLService.self
        case 10: NATSService.self
        case 11: AMQPService.self
        case 12: GRPCService.self
        default: nil
        }
    }
}
