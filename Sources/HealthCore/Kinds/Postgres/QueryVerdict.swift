/// The verdict about the first value of a query.
package enum QueryVerdict {
    /// Refuses any other value of `SELECT 1` than 1.
    package static func requireOne(_ value: String?) throws(Failure) {
        guard value != "1" else { return }
        throw Failure(.protocol, "SELECT 1 is answered by \(PrintableText.line(value ?? "nothing"))")
    }

    /// Refuses another value than the expected one.
    package static func require(_ expected: Secret, _ value: String?) throws(Failure) {
        guard let value else { throw Failure(.bodyMismatch, "the query has no value") }
        guard Secret(value.utf8) == expected else {
            throw Failure(.bodyMismatch, "the query has another value than the one that is expected")
        }
    }

    /// Refuses a read-only session, by its `transaction_read_only`.
    package static func requireWritable(_ readOnly: String?) throws(Failure) {
        switch readOnly {
        case "off": return
        case "on": throw Failure(.readOnly, "the session is read-only")
        default:
            throw Failure(.protocol, "transaction_read_only is \(PrintableText.line(readOnly ?? "nothing"))")
        }
    }
}
