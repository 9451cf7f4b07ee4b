internal import CCommit

/// The version of this program.
enum Version {
    static let number = "0.1.0"
    /// The commit that the program was built from, as its twelve digits, with `-dirty` if files differed from it, or
    /// `unknown`.
    static var commit: String { String(cString: waitfor_commit) }
}
