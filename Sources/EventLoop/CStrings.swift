internal import Glibc

/// C strings: each string ends with a NUL, and their list with a nil.
package enum CStrings {
    /// Runs `body` with a list of C strings; a nil stays nil.
    package static func with<Result>(
        _ strings: [[UInt8]?], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let list = strings.map { $0.map { strndup($0.map(CChar.init(bitPattern:)), $0.count) } ?? nil }
        defer { for string in list { free(string) } }
        return body(list + [nil])
    }
}

/// The variables that the process was started with, for the commands that it runs.
///
/// `@unchecked Sendable`: the list and its strings, which the kernel has put beside the stack, are never written or freed;
/// what `with` adds lives as long as the body that gets it.
package struct ProcessEnvironment: @unchecked Sendable {
    /// The strings as `execve` wants them: a nil follows the last one. A list in C: the types of an array of pointers would
    /// be made when the program runs.
    package let strings: UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>

    /// - Parameter list: strings and then a nil, for as long as the value is used; nil for none.
    package init(_ list: UnsafePointer<UnsafeMutablePointer<CChar>?>?) {
        var count = 0
        while let list, list[count] != nil { count += 1 }
        strings = UnsafeBufferPointer(start: list, count: count)
    }

    /// Runs `body` with these variables besides, in place of any of the same names. What `body` gets ends with it.
    package func with<Result>(
        _ variables: [(name: String, value: String)], _ body: (ProcessEnvironment) -> Result
    ) -> Result {
        let kept = strings.filter { string in
            guard let string else { return false }
            return !variables.contains {
                strncmp(string, "\($0.name)=", $0.name.utf8.count + 1) == 0
            }
        }
        return CStrings.with(variables.map { Array("\($0.name)=\($0.value)".utf8) }) { added in
            let list = kept + UnsafeBufferPointer(start: added, count: variables.count) + [nil]
            return list.withUnsafeBufferPointer { body(ProcessEnvironment($0.baseAddress)) }
        }
    }
}
