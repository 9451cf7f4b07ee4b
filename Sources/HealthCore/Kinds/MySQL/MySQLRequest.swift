/// What is sent to a server.
package enum MySQLRequest {
    /// `utf8mb4_general_ci`; a server that is older than it takes its own.
    private static let characterSet: UInt8 = 45

    /// A number in so many bytes, the lowest first.
    static func integer(_ value: Int, size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// The bits of a login, of those that the server has.
    package static func capabilities(
        of greeting: MySQLGreeting, database: String?, overTLS: Bool
    ) -> MySQLCapabilities {
        let wanted: MySQLCapabilities = [
            .longPassword, .protocol41, .transactions, .secureConnection, .multiResults, .pluginAuth,
            .attributes,
        ]
        var capabilities = wanted.intersection(greeting.capabilities)
        if database != nil { capabilities.insert(.withDatabase) }
        if overTLS { capabilities.insert(.tls) }
        return capabilities
    }

    private static func head(_ capabilities: MySQLCapabilities) -> [UInt8] {
        integer(Int(clamping: capabilities.rawValue), size: 4) + integer(MySQLPackets.limit, size: 4) + [
            characterSet
        ]
            + [UInt8](repeating: 0, count: 23)
    }

    /// The beginning of a login, which asks to go on over TLS.
    package static func tls(_ capabilities: MySQLCapabilities) -> [UInt8] { head(capabilities) }

    /// The login: who asks, for which database, and the answer to the greeting's nonce.
    package static func login(
        _ capabilities: MySQLCapabilities, user: String, database: String?, plugin: MySQLPlugin,
        answer: [UInt8]
    ) -> [UInt8] {
        var payload = head(capabilities) + text(user) + counted(answer)
        if let database { payload += text(database) }
        if capabilities.contains(.pluginAuth) { payload += text(plugin.rawValue) }
        if capabilities.contains(.attributes) {
            payload += counted(counted(Array("program_name".utf8)) + counted(Array("waitfor".utf8)))
        }
        return payload
    }

    /// The question of a statement; the first packet of a command.
    package static func query(_ statement: [UInt8]) -> [UInt8] { [3] + statement }

    /// The end of a conversation: without it the server logs an aborted connection.
    package static let quit: [UInt8] = [1]

    private static func text(_ text: String) -> [UInt8] { text.utf8.filter { $0 != 0 } + [0] }

    /// A text shorter than 251 bytes with its length before it, as all are here.
    private static func counted(_ text: [UInt8]) -> [UInt8] {
        [UInt8(truncatingIfNeeded: min(text.count, 250))] + text.prefix(250)
    }
}
