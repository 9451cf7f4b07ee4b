import HealthCore
import Testing

/// ReadingContext of a test: the variables and files of a person who has just these.
func context(
    _ variables: [String: String] = [:], secrets: [String: String] = [:], passFiles: [String: String] = [:],
    exposedPassFiles: [String: String] = [:]
) -> ReadingContext {
    ReadingContext(
        variable: { variables[$0] },
        secretFile: { (secrets[$0] ?? exposedPassFiles[$0]).map { Array($0.utf8) } },
        passFile: { passFiles[$0].map { Array($0.utf8) } },
        ignoresPassFile: { exposedPassFiles[$0] != nil })
}

/// Reads targets as the command line does.
func read(
    _ arguments: [String], set settings: [String] = [], passwordFile: String? = nil,
    _ context: ReadingContext = context()
) throws(ConfigurationError) -> [Target] {
    try TargetList.read(
        arguments.map { Array($0.utf8) }, settings: settings.map { Array($0.utf8) },
        passwordFile: passwordFile, context)
}

/// Reads one target.
func read(_ argument: String, _ variables: [String: String] = [:]) throws -> Target {
    try #require(try read([argument], context(variables)).first)
}

/// The sentence that refuses; nil when nothing was refused.
func refusal(_ read: () throws -> Void) -> String? {
    do {
        try read()
        return nil
    } catch {
        return "\(error)"
    }
}

/// What is wrong with a target in which `▸` stands before the character that is meant.
struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let sentence: String

    init(_ marked: String, _ part: String, _ advice: String) {
        text = String(marked.filter { $0 != "▸" })
        let place = marked.firstIndex(of: "▸").map { marked[..<$0].count + 1 }
        sentence = "target 1: \(part)" + (place.map { ", at character \($0)" } ?? "") + ": \(advice)"
    }

    var testDescription: String { text }
    /// What the reader says about it.
    var refused: String? { refusal { _ = try read(text) } }
}

extension Target {
    /// The PostgreSQL service; a failure of the test where the target is another kind.
    var postgres: PostgresService {
        get throws {
            guard let service = service as? PostgresService else { throw WrongKind(kind: kind) }
            return service
        }
    }

    /// The Redis service; a failure of the test where the target is another kind.
    var redis: RedisService {
        get throws {
            guard let service = service as? RedisService else { throw WrongKind(kind: kind) }
            return service
        }
    }
}

struct WrongKind: Error {
    let kind: String
}

extension PasswordSource {
    /// A password in the open.
    static func given(_ text: String) -> PasswordSource { .given(Secret(text.utf8)) }
}

extension PostgresService {
    /// The value of a parameter, in the open; the last one counts, as for libpq.
    func parameter(_ key: String) -> String? {
        parameters.last { $0.key == key }?.value.reveal { String(decoding: $0, as: UTF8.self) }
    }
}

extension Instant {
    /// A moment of a test, counted from nothing.
    static func at(_ duration: Duration) -> Instant { Instant(nanoseconds: duration.nanoseconds) }
}
