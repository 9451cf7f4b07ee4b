/// The variables that the process was started with, for the commands that it runs.
///
/// `@unchecked Sendable`: the list is set once, and its strings, which the kernel laid beside the
/// stack, are never written or freed.
package struct Environment: @unchecked Sendable {
    /// The strings as `execve` wants them, with a nil at the end.
    package let strings: [UnsafeMutablePointer<CChar>?]

    package init(_ strings: [UnsafeMutablePointer<CChar>?]) {
        self.strings = strings + [nil]
    }
}
