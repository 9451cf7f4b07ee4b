/// What a server says first: its version, what it is able to do, and the nonce for a password.
package struct MySQLGreeting: Equatable, Sendable {
    package var version: String
    package var capabilities: MySQLCapabilities
    /// The 20 bytes that a password is scrambled with.
    package var nonce: [UInt8]
    /// The name of the plugin that the server would like.
    package var plugin: String

    /// Reads the first packet, or throws the error in its place.
    package init(_ payload: [UInt8]) throws(Failure) {
        if let error = MySQLError(payload) { throw error.failure }
        var fields = MySQLFields(payload)
        guard fields.byte() == 10 else { throw Self.foreign(payload) }
        version = PrintableText.line(fields.text(), atMost: 80)
        guard fields.bytes(4) != nil, let first = fields.bytes(8), fields.byte() != nil,
            let lower = fields.integer(2), fields.bytes(3) != nil, let upper = fields.integer(2),
            let size = fields.byte(), fields.bytes(10) != nil,
            // The rest of the nonce, with a NUL at its end.
            let second = fields.bytes(max(13, Int(clamping: size) - 8))
        else { throw Self.foreign(payload) }
        capabilities = MySQLCapabilities(rawValue: UInt32(truncatingIfNeeded: upper << 16 | lower))
        nonce = Array(first + second.prefix(12))
        guard capabilities.contains([.protocol41, .secureConnection]) else {
            throw Failure(.protocol, "it greets like a MySQL before 4.1, whose logins nobody can keep secret")
        }
        let names = capabilities.contains(.pluginAuth)
        plugin = names ? String(decoding: fields.text(), as: UTF8.self) : MySQLPlugin.native.rawValue
    }

    private static func foreign(_ payload: [UInt8]) -> Failure {
        // The notice with which a server of the X protocol begins.
        if payload.starts(with: [0x0B, 0x08, 0x05]) {
            return Failure(.protocol, "it speaks MySQL's X protocol: the classic one has another port, 3306")
        }
        if payload.first == 9 {
            return Failure(.protocol, "it speaks protocol 9, of before MySQL 3.21")
        }
        return Failure(
            .protocol, "not what a MySQL server greets with: \(PrintableText.line(payload, atMost: 80))")
    }
}

/// What client and server are able to do, by the bits of the protocol.
package struct MySQLCapabilities: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let longPassword = MySQLCapabilities(rawValue: 1)
    package static let withDatabase = MySQLCapabilities(rawValue: 1 << 3)
    package static let protocol41 = MySQLCapabilities(rawValue: 1 << 9)
    package static let tls = MySQLCapabilities(rawValue: 1 << 11)
    package static let transactions = MySQLCapabilities(rawValue: 1 << 13)
    package static let secureConnection = MySQLCapabilities(rawValue: 1 << 15)
    /// A procedure may answer with several results.
    package static let multiResults = MySQLCapabilities(rawValue: 1 << 17)
    package static let pluginAuth = MySQLCapabilities(rawValue: 1 << 19)
    package static let attributes = MySQLCapabilities(rawValue: 1 << 20)
}
