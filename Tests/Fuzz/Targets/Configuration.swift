@testable import Configuration
@testable import HealthCore

/// A configuration file: its mistakes are lines that have a place, and neither they nor the summary have a value of
/// a variable or a password in them.
@Sendable func fuzzConfiguration(_ bytes: [UInt8]) {
    let root: YAMLNode?
    do throws(FileError) {
        root = try YAMLReader.read(bytes)
    } catch {
        return Invariant.hold(Invariant.isLine(error.message), "a mistake is one line: \(error.message)")
    }
    guard let root else { return }
    let variables = ["SECRET": marker, "EMPTY": "", "PORT": "5432", "URL": "postgres://u:\(marker)@db/x"]
    var reader = ConfigurationReader(ReadingContext(variable: { variables[$0] }), summarizes: true)
    let file = reader.read(root)
    for mistake in reader.errors {
        Invariant.hold(Invariant.isLine(mistake.message), "a mistake is one line: \(mistake.message)")
        Invariant.hold(mistake.position.line > 0 && mistake.position.column > 0, "a mistake has a place")
        // Whose message asks for a value gets it: `${NAME:?${OTHER}}`. The names of parameters are told.
        let isTold = bytes.contains(UInt8(ascii: "?")) || mistake.message.mentions(": parameter")
        if bytes.markers == 0, !isTold {
            Invariant.hold(!mistake.message.hasMarker, "a mistake has a variable's value: \(mistake.message)")
        }
        if hasPassword(bytes), !isTold {
            Invariant.hold(!mistake.message.hasMarker, "a mistake has a password: \(mistake.message)")
        }
    }
    for line in file.summary.split(separator: "\n", omittingEmptySubsequences: false) {
        Invariant.hold(Invariant.isLine(String(line)), "a line of the summary: \(line)")
    }
    guard reader.errors.isEmpty else { return }
    for target in file.targets { checkNames(target) }
    if bytes.markers == 0 || hasPassword(bytes) {
        Invariant.hold(!file.summary.hasMarker, "the summary has a secret: \(file.summary)")
    }
}

/// Whether the one marker stands where a password does.
private func hasPassword(_ bytes: [UInt8]) -> Bool {
    guard bytes.markers == 1, let end = bytes.endOfFirst(marker.utf8) else { return false }
    let before = bytes[..<(end - marker.utf8.count)]
    return ["password: ", ": Bearer ", "://u:", "Authorization Bearer ", "password "].contains {
        before.reversed().starts(with: $0.utf8.reversed())
    } && (bytes.count == end || "@ \n\"'".utf8.contains(bytes[end]))
}
