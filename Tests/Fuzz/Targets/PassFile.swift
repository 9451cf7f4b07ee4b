@testable import HealthCore

/// A line that is written as libpq has it is found among whatever lines stand before and after it.
@Sendable func fuzzPassFile(_ bytes: [UInt8]) {
    let parts = bytes.parts(5)
    let (host, user, password, noise) = (parts[0], parts[1], parts[2], parts[3])
    guard let hostText = host.wholeText, let userText = user.wholeText else { return }
    _ = PassFile.password(in: bytes, host: hostText, port: 5432, database: "db", user: userText)
    let isPlain = ![host, user, password].contains { $0.contains { $0 == 0x0A || $0 == 0x0D } || $0.isEmpty }
    guard isPlain else { return }
    let fields = [escaped(host), Array("5432".utf8), Array("db".utf8), escaped(user), escaped(password)]
    let line = Array(fields.joined(separator: [UInt8(ascii: ":")]))
    // A line of the noise may be for the same server, and a `#` at the beginning makes a comment.
    guard line.first != UInt8(ascii: "#"),
        PassFile.password(in: noise, host: hostText, port: 5432, database: "db", user: userText) == nil,
        !noise.contains(where: { $0 == UInt8(ascii: ":") })
    else { return }
    let file = noise + [0x0A] + line + [0x0A] + parts[4]
    let found = PassFile.password(in: file, host: hostText, port: 5432, database: "db", user: userText)
    Invariant.hold(found == Secret(password), "the password of the line that was written")
    let other = PassFile.password(
        in: [0x0A] + line, host: hostText, port: 5433, database: "db", user: userText)
    Invariant.hold(other == nil, "another port has another password")
}

private func escaped(_ field: [UInt8]) -> [UInt8] {
    // A backslash before every byte: a `*` is a letter then, and not a pattern.
    field.flatMap { [UInt8(ascii: "\\"), $0] }
}
