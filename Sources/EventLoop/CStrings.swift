internal import Glibc

/// Strings as C wants them: each ends with a NUL, and their list with a nil.
package enum CStrings {
    /// Runs `body` with a list; what is nil in it stays so.
    package static func with<Result>(
        _ strings: [[UInt8]?], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let list = strings.map { $0.map { strndup($0.map(CChar.init(bitPattern:)), $0.count) } ?? nil }
        defer { for string in list { free(string) } }
        return body(list + [nil])
    }
}
