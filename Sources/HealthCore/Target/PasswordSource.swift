/// Where the password of a target is; files are read anew for every connection.
package enum PasswordSource: Sendable, Equatable {
    case none
    case given(Secret)
    case file(path: String)
    case passFile(path: String)
}
