import TestSupport

/// A password to look for in everything that is printed, whole or in pieces.
struct MarkedSecret {
    /// No four letters of it occur in what the program says of itself.
    static let plain = MarkedSecret("Zq7XwJ9vKt2Hg")

    let text: String

    init(_ text: String) {
        self.text = text
    }

    /// Every piece of four bytes.
    private var pieces: [String] {
        let bytes = Array(text.utf8)
        return (0...(bytes.count - 4)).map { String(decoding: bytes[$0..<($0 + 4)], as: UTF8.self) }
    }

    /// The pieces of the secret that a run has printed.
    func shown(by finished: Finished) -> [String] {
        let printed = finished.output + finished.errors
        return pieces.filter { printed.contains($0) }
    }
}

/// A way to give a password, and whether it is one that `ps` shows.
struct PasswordWay {
    let name: String
    /// The words for a server at a host and port; the target is called `x`.
    let arguments: (String, UInt16) -> [String]
    var environment: (String, UInt16) -> [String: String] = { _, _ in [:] }
    var isArgument = false

    /// The ways into a PostgreSQL target.
    static func postgres(_ secret: String, files: TemporaryDirectory) throws -> [PasswordWay] {
        let file = try files.write("password", "\(secret)\n", mode: 0o600)
        let passFile = try files.write("pgpass", "*:*:*:app:\(secret)\n", mode: 0o600)
        let bare = { (host: String, port: UInt16) in ["x=postgres://app@\(host):\(port)/postgres"] }
        let uri = { (host: String, port: UInt16) in "postgres://app:\(secret)@\(host):\(port)/postgres" }
        return [
            PasswordWay(name: "URI", arguments: { ["x=" + uri($0, $1)] }, isArgument: true),
            PasswordWay(
                name: "conninfo",
                arguments: { ["x=pg:host=\($0) port=\($1) user=app dbname=postgres password='\(secret)'"] },
                isArgument: true),
            PasswordWay(
                name: "?password=",
                arguments: { ["x=postgres://app@\($0):\($1)/postgres?password=\(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "--set", arguments: { bare($0, $1) + ["--set", "x.password=\(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "password_file", arguments: { bare($0, $1) + ["--set", "x.password_file=\(file)"] }),
            PasswordWay(name: "--password-file", arguments: { bare($0, $1) + ["--password-file", file] }),
            PasswordWay(
                name: "PGPASSFILE", arguments: bare, environment: { _, _ in ["PGPASSFILE": passFile] }),
            PasswordWay(name: "PGPASSWORD", arguments: bare, environment: { _, _ in ["PGPASSWORD": secret] }),
            PasswordWay(
                name: "env:", arguments: { _, _ in ["x=env:DATABASE_URL"] },
                environment: { ["DATABASE_URL": uri($0, $1)] }),
            PasswordWay(
                name: "WAITFOR_…_SET", arguments: bare,
                environment: { _, _ in
                    ["WAITFOR_GATE_SET": "x.password=\(secret)", "WAITFOR_CHECK_SET": "x.password=\(secret)"]
                }),
        ]
    }

    /// The ways into a Redis target.
    static func redis(_ secret: String, files: TemporaryDirectory) throws -> [PasswordWay] {
        let file = try files.write("password", "\(secret)\n", mode: 0o600)
        let bare = { (host: String, port: UInt16) in ["x=redis://\(host):\(port)"] }
        return [
            PasswordWay(name: "URI", arguments: { ["x=redis://:\(secret)@\($0):\($1)"] }, isArgument: true),
            PasswordWay(
                name: "URI with user", arguments: { ["x=redis://app:\(secret)@\($0):\($1)"] },
                isArgument: true),
            PasswordWay(
                name: "?password=", arguments: { ["x=redis://\($0):\($1)?password=\(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "--set", arguments: { bare($0, $1) + ["--set", "x.password=\(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "password_file", arguments: { bare($0, $1) + ["--set", "x.password_file=\(file)"] }),
            PasswordWay(name: "--password-file", arguments: { bare($0, $1) + ["--password-file", file] }),
            PasswordWay(
                name: "REDISCLI_AUTH", arguments: bare, environment: { _, _ in ["REDISCLI_AUTH": secret] }),
            PasswordWay(
                name: "env:", arguments: { _, _ in ["x=env:REDIS_URL"] },
                environment: { ["REDIS_URL": "redis://:\(secret)@\($0):\($1)"] }),
        ]
    }

    /// The ways into an HTTP target: a password before the host, or a token in a field of the request.
    static func http(_ secret: String, files: TemporaryDirectory) throws -> [PasswordWay] {
        let file = try files.write("headers", "Authorization: Bearer \(secret)\n", mode: 0o600)
        let bare = { (host: String, port: UInt16) in ["x=http://\(host):\(port)/health"] }
        return [
            PasswordWay(
                name: "URL", arguments: { ["x=http://app:\(secret)@\($0):\($1)/health"] }, isArgument: true),
            PasswordWay(
                name: "header_file", arguments: { bare($0, $1) + ["--set", "x.header_file=\(file)"] }),
            PasswordWay(
                name: "headers", arguments: { bare($0, $1) + ["--set", "x.headers=X-Token: \(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "query", arguments: { ["x=http://\($0):\($1)/health?token=\(secret)"] },
                isArgument: true),
            PasswordWay(
                name: "env:", arguments: { _, _ in ["x=env:URL"] },
                environment: { ["URL": "http://app:\(secret)@\($0):\($1)/health"] }),
        ]
    }
}
