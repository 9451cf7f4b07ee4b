/// A certificate authority of a test, and the certificates that it signs.
package final class Certificates: Sendable {
    /// Where all files are.
    package let directory: TemporaryDirectory
    /// The authority's own certificate.
    package let authority: String

    /// A pair of files, in PEM.
    package struct Pair: Sendable {
        package let certificate: String
        package let key: String
    }

    /// `key` is the kind of the authority's key, such as `ed448` or `ec:secp384r1`.
    package init(name: String = "Test CA", key: String? = nil) throws {
        directory = try TemporaryDirectory()
        authority = directory.file("ca.crt")
        try Certificates.openssl(
            [
                "req", "-x509", "-nodes", "-subj", "/CN=\(name)", "-days", "30", "-keyout",
                directory.file("ca.key"),
                "-out", authority,
            ] + Certificates.newKey(key))
    }

    /// Signs a certificate for names like `DNS:db.test` and `IP:127.0.0.1`, valid from now on for some days; with
    /// -1 it has expired.
    package func sign(
        _ word: String, names: [String], days: Int = 30, common: String? = nil, key: String? = nil
    ) throws -> Pair {
        let pair = Pair(certificate: directory.file("\(word).crt"), key: directory.file("\(word).key"))
        let request = directory.file("\(word).csr")
        try Certificates.openssl(
            ["req", "-nodes", "-subj", "/CN=\(common ?? word)", "-keyout", pair.key, "-out", request]
                + Certificates.newKey(key))
        let extensions = try directory.write(
            "\(word).ext", names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n")
        let signing = ["-in", request, "-extfile", extensions, "-out", pair.certificate]
        if days < 0 {
            try expired(signing, until: days)
        } else {
            try Certificates.openssl(
                [
                    "x509", "-req", "-CA", authority, "-CAkey", directory.file("ca.key"), "-CAcreateserial",
                    "-days", "\(days)",
                ] + signing)
        }
        // Servers run as another user.
        _ = try Program.run("/bin/chmod", ["644", pair.key])
        return pair
    }

    // Newer versions of `openssl x509` make no certificate that has ended; `openssl ca` does, and wants its books.
    private func expired(_ signing: [String], until days: Int) throws {
        _ = try (directory.write("index", ""), directory.write("serial", "1000\n"))
        let books = try directory.write(
            "ca.conf",
            """
            [ca]
            default_ca = books
            [books]
            database = \(directory.file("index"))
            serial = \(directory.file("serial"))
            new_certs_dir = \(directory.path)
            default_md = sha256
            policy = any
            [any]
            commonName = supplied

            """)
        func date(_ days: Int) throws -> String {
            let words = ["-u", "-d", "\(days) days", "+%Y%m%d%H%M%SZ"]
            return try Program.run("/bin/date", words).trimmedOutput
        }
        try Certificates.openssl(
            [
                "ca", "-batch", "-notext", "-config", books, "-cert", authority, "-keyfile",
                directory.file("ca.key"), "-startdate", date(days - 1), "-enddate", date(days),
            ] + signing)
    }

    private static func newKey(_ kind: String?) -> [String] {
        let kind = kind ?? "ec:prime256v1"
        guard kind.hasPrefix("ec:") else { return ["-newkey", kind] }
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:\(kind.dropFirst(3))"]
    }

    private static func openssl(_ arguments: [String]) throws {
        let finished = try Program.run("/usr/bin/openssl", arguments)
        guard finished.exitCode == 0 else { throw SupportError("openssl: \(finished)") }
    }
}
