/// What a server answers while somebody logs in.
package enum MySQLReply: Equatable, Sendable {
    case welcome
    case refused(MySQLError)
    /// Log in by this plugin instead, with this nonce.
    case change(plugin: String, nonce: [UInt8])
    /// A message of the plugin itself.
    case message([UInt8])

    package init(_ payload: [UInt8]) throws(Failure) {
        if let error = MySQLError(payload) {
            self = .refused(error)
            return
        }
        var fields = MySQLFields(payload)
        switch fields.byte() {
        case 0: self = .welcome
        case 1: self = .message(Array(fields.rest))
        // Servers before 4.1 had one way only, whose name they did not say.
        case 0xFE where fields.isEmpty: self = .change(plugin: "mysql_old_password", nonce: [])
        case 0xFE:
            let plugin = String(decoding: fields.text(), as: UTF8.self)
            let nonce = fields.rest.last == 0 ? fields.rest.dropLast() : fields.rest
            self = .change(plugin: plugin, nonce: Array(nonce))
        case 2:
            throw Failure(.auth, "the account wants a second factor, which is not spoken here")
        default:
            throw Failure(
                .protocol,
                "not what a MySQL server says of a login: \(PrintableText.line(payload, atMost: 80))")
        }
    }
}
