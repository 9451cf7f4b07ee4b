internal import CCommit

/// The version of this program.
enum Version {
    static let number = "0.1.0"
    /// The day of the version, for its manual page.
    static let date = "2026-11-23"
    /// The commit that the program was built from, as its twelve digits, with `-dirty` if files differed from it, or
    /// `unknown`.
    static var commit: String { String(cString: waitfor_commit) }
}
