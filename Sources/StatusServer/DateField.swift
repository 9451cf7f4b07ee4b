internal import HealthCore

/// The line `Date: …` of answers (RFC 9110 §6.6.1), made anew for each second.
///
/// `@unchecked Sendable`, because only tasks on the loop's thread use it, and no access spans an `await`.
final class DateField: @unchecked Sendable {
    private let unixMilliseconds: @Sendable () -> Int64
    private var second: Int64?
    private var bytes: [UInt8] = []

    /// - Parameter unixMilliseconds: the wall-clock time since the epoch.
    init(unixMilliseconds: @escaping @Sendable () -> Int64) {
        self.unixMilliseconds = unixMilliseconds
    }

    /// The line with its CRLF.
    var line: [UInt8] {
        let now = unixMilliseconds() / 1000
        if now != second {
            second = now
            bytes = Array("Date: \(Timestamp.ofHTTP(unixSeconds: now))\r\n".utf8)
        }
        return bytes
    }
}
