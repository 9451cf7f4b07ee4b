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

    package init(name: String = "Test CA") throws {
        directory = try TemporaryDirectory()
        authority = directory.file("ca.crt")
        try Certificates.openssl(
            [
                "req", "-x509", "-nodes", "-subj", "/CN=\(name)", "-days", "30", "-keyout",
                directory.file("ca.key"),
                "-out", authority,
            ] + Certificates.newKey)
    }

    /// Signs a certificate for names like `DNS:db.test` and `IP:127.0.0.1`, valid from now on for some days; with
    /// -1 it has expired.
    package func sign(_ word: String, names: [String], days: Int = 30, common: String? = nil) throws -> Pair {
        let pair = Pair(certificate: directory.file("\(word).crt"), key: directory.file("\(word).key"))
        let request = directory.file("\(word).csr")
        try Certificates.openssl(
            ["req", "-nodes", "-subj", "/CN=\(common ?? word)", "-keyout", pair.key, "-out", request]
                + Certificates.newKey)
        let extensions = try directory.write(
            "\(word).ext", names.isEmpty ? "" : "subjectAltName=\(names.joined(separator: ","))\n")
        try Certificates.openssl([
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", directory.file("ca.key"),
            "-CAcreateserial",
            "-days", "\(days)", "-extfile", extensions, "-out", pair.certificate,
        ])
        // Servers run as another user.
        _ = try Program.run("/bin/chmod", ["644", pair.key])
        return pair
    }

    private static let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]

    private static func openssl(_ arguments: [String]) throws {
        let finished = try Program.run("/usr/bin/openssl", arguments)
        guard finished.exitCode == 0 else { throw SupportError("openssl: \(finished)") }
    }
}
