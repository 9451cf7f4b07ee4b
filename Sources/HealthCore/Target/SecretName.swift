/// Names of header fields and parameters whose values are secrets: `Authorization`, `X-Api-Key`, `access_token`.
enum SecretName {
    private static let parts = [
        "auth", "token", "secret", "password", "passwd", "key", "cookie", "credential",
    ]

    static func isOne(_ name: ArraySlice<UInt8>) -> Bool {
        let lowercased = name.map(ASCII.lowercased)
        return parts.contains { lowercased.endOfFirst($0.utf8) != nil }
    }
}
