extension Target {
    /// Whether what was written of it has a password or a token in it.
    var hasWrittenSecret: Bool {
        if case .given = password { return true }
        switch service {
        case .postgres(let service): return service.parameters.contains { $0.key == "sslpassword" }
        case .http(let service): return service.hasSecretInQuery
        case .redis, .connect, .dns, .file, .exec: return false
        }
    }
}

extension HTTPService {
    fileprivate var hasSecretInQuery: Bool {
        requestTarget.reveal { target in
            let query = target.drop { $0 != UInt8(ascii: "?") }.dropFirst()
            return query.split(separator: UInt8(ascii: "&")).contains { pair in
                SecretName.isOne(pair.prefix { $0 != UInt8(ascii: "=") })
            }
        }
    }
}

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
