import Files

/// A file that is checked for changes: whether it was written to, or replaced by another file.
struct WatchedFile {
    let path: String
    private var identity: FileIdentity?

    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether the file has changed since `hasChanged` was last called; links are followed, because Kubernetes changes
    /// a file by exchanging links.
    mutating func hasChanged() -> Bool {
        let before = identity
        identity = FileIdentity(path)
        return identity != before
    }
}
