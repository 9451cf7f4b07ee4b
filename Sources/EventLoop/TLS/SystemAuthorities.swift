internal import CLinux
internal import Files
internal import Glibc
internal import Synchronization

/// What this system trusts, as the one file that libpq takes: the bundle, or a copy in memory of the bundle and of the
/// folders of SSL_CERT_DIR.
package enum SystemAuthorities {
    private struct Copy {
        var identities: [FileIdentity?] = []
        var descriptor: Int32 = -1
    }

    /// The only copy, whose descriptor stays: a connection may still have to read it.
    private static let copy = Mutex(Copy())

    /// The path of the file. Without memory for a copy, or without /proc, it is the bundle's.
    package static var file: String {
        let bundle = TrustStores.systemFile
        let folders = TrustStores.systemFolders
        guard !folders.isEmpty else { return bundle }
        return copy.withLock { copy in
            if copy.descriptor < 0 { copy.descriptor = clinux_file_in_memory() }
            let path = "/proc/self/fd/\(copy.descriptor)"
            let identities = ([bundle] + folders).map { FileIdentity($0) }
            if copy.identities != identities {
                let own = try? SmallFile(bundle).contents(atMost: TrustStores.sizeLimit)
                let texts = (own.map { [$0] } ?? []) + TrustStores.texts(in: folders)
                guard write(texts, to: copy.descriptor) else { return bundle }
                copy.identities = identities
            }
            return access(path, R_OK) == 0 ? path : bundle
        }
    }

    /// Replaces what is in the file. A text may lack its last line end.
    private static func write(_ texts: [[UInt8]], to descriptor: Int32) -> Bool {
        let bytes = Array(texts.joined(separator: [UInt8(ascii: "\n")]))
        return bytes.withUnsafeBytes { clinux_fill(descriptor, $0.baseAddress, $0.count) }
    }
}
