/// A user and a password, as `Authorization: Basic` has them (RFC 7617).
package struct HTTPCredentials: Sendable, Equatable {
    private let user: Secret
    private let password: Secret

    init(user: [UInt8], password: [UInt8]) {
        (self.user, self.password) = (Secret(user), Secret(password))
    }

    /// The value of the field.
    var field: Secret {
        let pair = user.reveal { $0 } + [ASCII.colon] + password.reveal { $0 }
        return Secret("Basic ".utf8 + Self.base64(pair))
    }

    /// What nobody else may see, in each of its forms. A user without a password may be a token.
    var secrets: [Secret] { [field, password.isEmpty ? user : password] }

    /// The bytes in letters (RFC 4648 §4).
    private static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(3)
            rest = rest.dropFirst(3)
            var bits = piece.reduce(0) { $0 << 8 | Int(truncatingIfNeeded: $1) } << (8 * (3 - piece.count))
            var four: [UInt8] = []
            for place in 0..<4 {
                let isFilled = 4 - place <= piece.count + 1
                four.append(isFilled ? letters.dropFirst(bits & 63).first ?? 0 : UInt8(ascii: "="))
                bits >>= 6
            }
            text += four.reversed()
        }
        return text
    }
}
