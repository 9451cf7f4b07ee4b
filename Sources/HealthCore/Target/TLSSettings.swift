/// The settings of TLS and of the peer certificate's verification. Files are read anew for every connection.
package struct TLSSettings: Sendable, Equatable {
    /// The trusted certificates, in PEM, instead of the system's.
    package var authorityFile: String?
    /// The client certificate with its chain, in PEM.
    package var certificateFile: String?
    /// The client certificate's key; nil if `certificateFile` contains it.
    package var keyFile: String?
    /// The name to send (SNI) and to verify, if it is not the host.
    package var serverName: String?
    /// Whether the certificate must match the name.
    package var verifiesName = true
    /// Whether any certificate is accepted.
    package var isInsecure = false

    package init() {}

    /// The files with the keys that name them.
    package var files: [(key: String, path: String)] {
        [("ca_file", authorityFile), ("cert_file", certificateFile), ("key_file", keyFile)].compactMap {
            key, path in
            path.map { (key, $0) }
        }
    }

    /// The first conflict: a file that cannot be read, or a key without its certificate.
    func conflict(_ context: ReadingContext) -> SettingConflict? {
        if let keyFile, certificateFile == nil, context.isReadable(keyFile) {
            return (key: "key_file", message: "a key without its certificate: name that with cert_file")
        }
        guard let file = files.first(where: { !context.isReadable($0.path) }) else { return nil }
        return (key: file.key, message: Target.unreadable(file.path, context))
    }

    /// The keys of TLS.
    package static let settings = [
        Setting("ca_file", "PATH", "the certificates to trust instead of the system's") {
            target, value throws(SettingError) in
            try change(&target) { tls throws(SettingError) in tls.authorityFile = try value.filledText() }
        },
        Setting("cert_file", "PATH", "the certificate to show") { target, value throws(SettingError) in
            try change(&target) { tls throws(SettingError) in tls.certificateFile = try value.filledText() }
        },
        Setting("key_file", "PATH", "its key") { target, value throws(SettingError) in
            try change(&target) { tls throws(SettingError) in tls.keyFile = try value.filledText() }
        },
        Setting("server_name", "NAME", "the name to ask for and to verify") {
            target, value throws(SettingError) in
            try change(&target) { tls throws(SettingError) in
                let text = try value.filled()
                do throws(TargetError) { tls.serverName = try HostText.host(text[...]) } catch {
                    throw SettingError("a host name or an address")
                }
            }
        },
        Setting("insecure", "YES", "take any certificate") { target, value throws(SettingError) in
            try change(&target) { tls throws(SettingError) in tls.isInsecure = try value.flag() }
        },
        Setting("min_validity", "DURATION", "how long the certificate must still be valid") {
            target, value throws(SettingError) in
            if !target.service.seesCertificate { try change(&target) { _ in } }
            target.settings.minimumValidity = try value.duration()
        },
    ]

    private static func change(
        _ target: inout Target, _ body: (inout TLSSettings) throws(SettingError) -> Void
    ) throws(SettingError) {
        guard var tls = target.tls else { throw SettingError(target.service.adviceOnTLS) }
        try body(&tls)
        target.tls = tls
    }
}
