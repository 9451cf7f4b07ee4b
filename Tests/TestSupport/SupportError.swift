import Glibc

/// What a piece of test support could not do, with the reason.
package struct SupportError: Error, CustomStringConvertible {
    /// The whole story in a line or more.
    package let description: String

    /// An error that says `description`.
    package init(_ description: String) {
        self.description = description
    }

    /// An error that says what failed and what errno says about it.
    init(system call: String, _ number: Int32 = errno) {
        self.description = "\(call): \(String(cString: strerror(number)))"
    }
}

/// Turns the -1 of a system call into an error that names the call.
@discardableResult
func check(_ call: String, _ result: Int32) throws -> Int32 {
    guard result >= 0 else { throw SupportError(system: call) }
    return result
}
