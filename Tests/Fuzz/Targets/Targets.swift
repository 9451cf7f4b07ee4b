@testable import HealthCore

/// A target with its settings, between zeros: what is shown of it is a line without its password.
@Sendable func fuzzTargets(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    let variables = [
        "SECRET": marker, "URL": "postgres://u:\(marker)@db/x", "PGPASSWORD": marker, "HOME": "/h",
        "BAD": "redis://:\(marker)@/0",
    ]
    let context = ReadingContext(
        variable: { variables[$0] },
        secretFile: { $0 == "/s" ? Array("Authorization: Bearer \(marker)".utf8) : nil },
        passFile: { $0 == "/h/.pgpass" ? Array("db:*:*:*:\(marker)".utf8) : nil }, isReadable: { $0 == "/s" })
    func read() -> Result<[Target], ConfigurationError> {
        do throws(ConfigurationError) {
            return .success(
                try TargetList.read(
                    [parts[0]], settings: Array(parts.dropFirst()), passwordFile: nil, context))
        } catch {
            return .failure(error)
        }
    }
    let result = read()
    Invariant.hold(result == read(), "the same text means the same")
    switch result {
    case .failure(let error):
        Invariant.hold(Invariant.isLine(error.description), "a mistake is one line: \(error.description)")
        if bytes.markers == 0 || hasPassword(bytes) {
            Invariant.hold(!error.description.hasMarker, "a mistake has a password: \(error.description)")
        }
    case .success(let targets):
        for target in targets {
            checkNames(target)
            if bytes.markers == 0 || hasPassword(bytes) { checkSilence(of: target) }
        }
    }
}

/// Whether the one marker stands where a password does.
private func hasPassword(_ bytes: [UInt8]) -> Bool {
    guard bytes.markers == 1, let end = bytes.endOfFirst(marker.utf8), end < bytes.count else { return false }
    // `scheme://user:PASSWORD@`, with nothing before it that would end the authority.
    guard let start = bytes.endOfFirst("://".utf8), start < end,
        bytes[..<(start - 3)].allSatisfy({ ASCII.isToken($0) || $0 == UInt8(ascii: "=") })
    else { return false }
    let before = bytes[start..<(end - marker.utf8.count)]
    let isUserinfo = before.last == UInt8(ascii: ":") && !before.contains { "/?#@\0".utf8.contains($0) }
    return isUserinfo && bytes[end] == UInt8(ascii: "@")
}

/// What stands for the target in a line of the log, a key of JSON or a label.
func checkNames(_ target: Target) {
    Invariant.hold(!target.name.isEmpty, "a target has a name")
    // An `@` begins the name of an abstract socket, and a `%` a zone.
    let name = target.name.hasPrefix("@") ? target.name.dropFirst() : target.name[...]
    let isName = name.utf8.allSatisfy {
        let letter = $0 | 0x20
        return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) || ASCII.isDigit($0)
            || "_.:-[]/%\\".utf8.contains($0)
    }
    Invariant.hold(isName, "a name of letters, digits and `_.:-[]/%`: \(target.name.debugDescription)")
    if case .network(let host, let port) = target.endpoint {
        Invariant.hold(port > 0, "a port from 1")
        Invariant.hold(Invariant.isLine(host), "a host is a line: \(host.debugDescription)")
    }
    for note in target.notes { Invariant.hold(Invariant.isLine(note), "a note is one line: \(note)") }
    if let service = target.service as? HTTPService {
        let request = service.request
        let lines = request.split(separator: 0x0A, omittingEmptySubsequences: false)
        let written = service.headers.count + 9
        Invariant.hold(lines.count <= written, "a line of somebody else's in the request")
        Invariant.hold(
            request.allSatisfy { $0 >= 0x20 || [0x09, 0x0A, 0x0D].contains($0) }, "a control character")
    }
    if let password = target.password {
        Invariant.hold("\(password)".hasMarker == false, "a password prints itself")
    }
}

private func checkSilence(of target: Target) {
    for shown in [target.name, target.endpoint.description, target.title, target.kind] + target.notes {
        Invariant.hold(!shown.hasMarker, "a password is shown: \(shown)")
    }
    Invariant.hold(!"\(target)".hasMarker, "a target prints its password: \(target)")
}
