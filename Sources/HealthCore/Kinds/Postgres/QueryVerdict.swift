/// What the first value of a query means where its answer is known beforehand.
package enum QueryVerdict {
    /// Refuses any other answer to `SELECT 1` than the one there is.
    package static func requireOne(_ value: String?) throws(Failure) {
        guard value != "1" else { return }
        throw Failure(.protocol, "SELECT 1 is answered by \(PrintableText.line(value ?? "nothing"))")
    }

    /// Refuses another value than the one that somebody expects.
    package static func require(_ expected: Secret, _ value: String?) throws(Failure) {
        guard let value else { throw Failure(.bodyMismatch, "the query has no value") }
        guard Secret(value.utf8) == expected else {
            throw Failure(.bodyMismatch, "the query has another value than the one that is expected")
        }
    }

    /// Refuses a session that takes no writes, by its `transaction_read_only`.
    package static func requireWritable(_ readOnly: String?) throws(Failure) {
        switch readOnly {
        case "off": return
        case "on": throw Failure(.readOnly, "the session is read-only")
        default:
            throw Failure(.protocol, "transaction_read_only is \(PrintableText.line(readOnly ?? "nothing"))")
        }
    }
}
