/// The grammar of an absolute path, on slices that keep their indices in the target.
enum PathText {
    /// Reads and decodes an absolute path that is short enough for `sockaddr_un`.
    static func socket(_ text: ArraySlice<UInt8>) throws(TargetError) -> String {
        // An `@` begins a name that is in no file system.
        let isAbstract = text.first == UInt8(ascii: "@") && text.count > 1
        let path =
            isAbstract
            ? String(decoding: try URIParts.decoded(text, .path), as: UTF8.self)
            : try absolute(text, like: "unix:///run/app.sock")
        guard path.utf8.count <= 107 else {
            throw TargetError(
                .path, at: text.startIndex, "longer than the 107 bytes a socket's path may have")
        }
        return path
    }

    /// Reads and decodes an absolute path.
    static func absolute(_ text: ArraySlice<UInt8>, like example: String) throws(TargetError) -> String {
        let path = String(decoding: try URIParts.decoded(text, .path), as: UTF8.self)
        guard path.utf8.first == ASCII.slash, path.utf8.count > 1 else {
            throw TargetError(
                .path, at: text.startIndex, "not an absolute path: three slashes, \(example)")
        }
        return path
    }
}
