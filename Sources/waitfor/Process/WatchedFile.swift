import Files

/// A file that is looked at now and then: whether it is another one, or was written to.
struct WatchedFile {
    private let path: String
    private var identity: FileIdentity?

    init(_ path: String) {
        self.path = path
        identity = FileIdentity(path)
    }

    /// Whether it has changed since this was last asked; through links, as Kubernetes exchanges them.
    mutating func hasChanged() -> Bool {
        let before = identity
        identity = FileIdentity(path)
        return identity != before
    }
}
