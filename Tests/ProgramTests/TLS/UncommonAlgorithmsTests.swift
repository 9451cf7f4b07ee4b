import TestSupport
import Testing

/// A real server that has only what the static program leaves out of OpenSSL (provider.c), and others that have what
/// stays: a failure says which of both sides lacks what.
@Suite(.needsTheStaticProgram)
struct UncommonAlgorithmsTests {
    /// What is asked of `openssl s_server` with these options and a certificate by this authority.
    private static func asked(
        _ authority: Certificates, _ options: [String] = [], key: String? = nil
    ) throws -> Asked {
        let pair = try authority.sign("server", names: ["DNS:localhost"], key: key)
        let port = try FreePort.make()
        let server = try Program(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key,
                "-quiet",
            ]
                + options, standardInput: .open
        ).start()
        defer { server.stop() }
        try #require(
            eventually(within: 10) { (try? HTTPPlace.port(port).connect()) != nil }, "\(server.standardError)"
        )
        return try Asked("db=tls://localhost:\(port)", ["ca_file=\(authority.authority)"])
    }

    @Test(
        "a server that takes nothing but what no client needs is a handshake that fails, and no end of the program",
        arguments: [
            ["-groups", "X448"], ["-tls1_2", "-cipher", "CAMELLIA128-SHA@SECLEVEL=0"],
            ["-tls1_2", "-cipher", "ECDHE-ECDSA-CAMELLIA256-SHA384"],
            ["-tls1_2", "-cipher", "ECDHE-ARIA256-GCM-SHA384"],
            ["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"],
        ])
    func handshakes(options: [String]) throws {
        let asked = try Self.asked(Certificates(), options)
        #expect(asked.verdict == "tls" && asked.message.contains("handshake failure"), "\(asked)")
    }

    @Test("a server whose own key is of a kind that the program does not have refuses its handshake")
    func ownKey() throws {
        let asked = try Self.asked(Certificates(), key: "ed448")
        #expect(asked.verdict == "tls" && asked.message.contains("handshake failure"), "\(asked)")
    }

    @Test(
        "an authority whose signature the program cannot verify is named with its algorithm",
        arguments: [("ed448", "ED448"), ("sm2", "SM2-SM3")])
    func authorities(key: String, name: String) throws {
        let asked = try Self.asked(Certificates(key: key))
        #expect(asked.verdict == "tls" && asked.isPermanent, "\(asked)")
        #expect(asked.message.contains("signed with \(name), which this program does not have"), "\(asked)")
    }

    @Test(
        "what servers use is there: each cipher and group",
        arguments: [
            ["-ciphersuites", "TLS_AES_128_GCM_SHA256"], ["-ciphersuites", "TLS_AES_256_GCM_SHA384"],
            ["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"], ["-groups", "X25519"],
            ["-groups", "prime256v1"],
            ["-groups", "secp384r1"], ["-groups", "secp521r1"], ["-groups", "ffdhe2048"],
            ["-groups", "ffdhe3072"],
            ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"],
            ["-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305"],
            ["-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"],
            ["-tls1_2", "-cipher", "ECDHE-RSA-AES128-SHA"],
            ["-tls1_2", "-cipher", "AES128-SHA256"], ["-tls1_2", "-cipher", "AES256-SHA"],
        ])
    func common(options: [String]) throws {
        let asked = try Self.asked(Certificates(key: "rsa:2048"), options, key: "rsa:2048")
        #expect(asked.verdict == "ready", "\(asked)")
    }

    @Test(
        "what servers use is there: each key, and its signatures",
        arguments: ["rsa:2048", "rsa-pss", "ed25519", "ec:prime256v1", "ec:secp384r1", "ec:secp521r1"],
        ["-tls1_2", "-tls1_3"])
    func keys(key: String, version: String) throws {
        let asked = try Self.asked(Certificates(key: key), [version], key: key)
        #expect(asked.verdict == "ready", "\(asked)")
    }
}
