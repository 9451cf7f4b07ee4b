/// The variables that the process was started with, for the commands that it runs.
///
/// `@unchecked Sendable`: the list is set once, and its strings, which the kernel laid beside the
/// stack, are never written or freed.
package struct Environment: @unchecked Sendable {
    /// Nil-terminated strings, as `execve` wants them without the last nil.
    package let strings: [UnsafeMutablePointer<CChar>?]

    package init(_ strings: [UnsafeMutablePointer<CChar>?]) {
        self.strings = strings
    }
}
