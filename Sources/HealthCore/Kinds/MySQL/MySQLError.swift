/// An error of a MySQL or MariaDB server, and its reason. Only the number is read: servers say it in many languages.
package struct MySQLError: Equatable, Sendable {
    package var number: UInt16
    /// The server's message, in any encoding.
    package var text: [UInt8]

    package init(number: UInt16, text: [UInt8]) {
        (self.number, self.text) = (number, text)
    }

    /// Reads an error packet; nil where the payload is none. Before the login there is no SQLSTATE in it.
    package init?(_ payload: [UInt8]) {
        var fields = MySQLFields(payload)
        guard fields.byte() == 0xFF, let number = fields.integer(2) else { return nil }
        var text = fields.rest
        if text.first == UInt8(ascii: "#") { text = text.dropFirst(6) }
        self.init(number: UInt16(truncatingIfNeeded: number), text: Array(text))
    }

    /// The reason, by the number, as the servers' own lists have it (`mysqld_error.h`). From 3000 on the lists differ:
    /// what a number here is to the other server cannot befall who logs in.
    package var reason: Reason {
        switch number {
        // Too many connections: of all, of this user, of this user in an hour.
        case 1040, 1203, 1226: .tooManyConnections
        // A wrong password, a plugin that the client lacks, unix_socket's or an expired password, a locked account.
        case 1045, 1251, 1524, 1698, 1820, 1862, 3118, 3955, 4150, 4151: .auth
        // A database, table, column or privilege of others; a host that may not, or may not any more.
        case 1044, 1142, 1143, 1227, 1129, 1130, 1370: .denied
        case 1049: .noDatabase
        case 1053: .shuttingDown
        // A node of Galera that is not in step with its cluster.
        case 1047: .starting
        case 3032: .busy
        case 3159: .tls
        case 1792, 1836: .readOnly
        // An option forbids the statement, among them read_only.
        case 1290 where text.endOfFirst("read-only".utf8) != nil || text.endOfFirst("read_only".utf8) != nil:
            .readOnly
        default: .error
        }
    }

    /// The thing that a refusal is about.
    package enum Subject: Sendable {
        case user, database
    }

    /// What a refusal of this number is about, if it may be nothing but a wrong guess of that thing.
    package static func subject(of number: UInt16) -> Subject? {
        switch number {
        case 1045, 1251, 1524, 1698: .user
        case 1044, 1049: .database
        default: nil
        }
    }

    /// The code of the failure of a wrong password.
    package static let accessDenied = "1045"

    /// The error as a failure: `1049 Unknown database 'app'`. A wrong password's has no word of the server's, which may
    /// be the password: what is said of any user has words like `using password`.
    package var failure: Failure { failure(of: nil) }

    /// The error as a failure of a login as this user.
    package func failure(of user: String?) -> Failure {
        let reason = reason
        let name = user.map { " for \(PrintableText.line($0, atMost: 80))" } ?? ""
        let said = "\(number)" == Self.accessDenied ? "access denied\(name)" : PrintableText.line(text)
        // A demand for TLS does not pass by waiting.
        var failure = Failure(
            reason, "\(number) \(said)", isPermanent: reason == .tls ? true : nil)
        failure.code = "\(number)"
        return failure.advising(hint).spokenByServer()
    }

    private var hint: Advice? {
        switch number {
        case 1044: .databaseAccess
        case 1129: .blockedHost
        case 1130: .accountOfHost
        case 1698: .socketLogin
        case 1820, 1862: .expiredPassword
        case 3118, 3955, 4150, 4151: .lockedAccount
        case 1047: .galeraNode
        case 3032: .offlineMode
        case 3159: .serverDemandsTLS
        default: nil
        }
    }
}
