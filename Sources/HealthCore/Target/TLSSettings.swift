/// How TLS is spoken with a peer, and how its certificate is judged. Files are read anew for every connection.
package struct TLSSettings: Sendable, Equatable {
    /// The certificates to trust, in PEM, instead of the system's.
    package var authorityFile: String?
    /// The certificate to show to a server that asks for one, with its chain, in PEM.
    package var certificateFile: String?
    /// Its key; nil when it is in the certificate's file.
    package var keyFile: String?
    /// The name to ask for and to verify, if it is not the host.
    package var serverName: String?
    /// Whether the certificate must be for the host's name.
    package var verifiesName = true
    /// Whether any certificate will do.
    package var isInsecure = false

    package init() {}

    /// The files with the keys that name them.
    package var files: [(key: String, path: String)] {
        [("ca_file", authorityFile), ("cert_file", certificateFile), ("key_file", keyFile)].compactMap {
            key, path in
            path.map { (key, $0) }
        }
    }
}
