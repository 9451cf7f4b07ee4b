import EventLoop
import TestSupport
import Testing

@Suite("Digests, and the key of a server")
struct DigestTests {
    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test("the digests are those of the standards (FIPS 180)")
    func digests() {
        let text = Array("abc".utf8)
        #expect(hexadecimal(Digest.sha1.of(text)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            hexadecimal(Digest.sha256.of(text))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(hexadecimal(Digest.sha1.of([])) == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
    }

    @Test("what is encrypted with a key is read with its other half, and what is no such key is refused")
    func encryption() throws {
        let directory = try TemporaryDirectory()
        func openssl(_ arguments: [String]) throws -> Finished {
            let finished = try Program.run("/usr/bin/openssl", arguments)
            try #require(finished.exitCode == 0, "\(finished)")
            return finished
        }
        let (own, other) = (directory.file("own"), directory.file("other"))
        _ = try openssl(["genrsa", "-out", own, "2048"])
        let key = try openssl(["rsa", "-in", own, "-pubout"]).outputBytes
        let secret = Array("secret\0".utf8)
        let encrypted = try #require(PublicKey.encrypted(secret, withKeyIn: key))
        try writeFile(directory.file("text"), encrypted)
        let read = try openssl([
            "pkeyutl", "-decrypt", "-inkey", own, "-in", directory.file("text"), "-pkeyopt",
            "rsa_padding_mode:oaep",
        ])
        #expect(read.outputBytes == secret)
        #expect(PublicKey.encrypted([UInt8](repeating: 1, count: 300), withKeyIn: key) == nil)
        _ = try openssl(["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", other])
        let curve = try openssl(["ec", "-in", other, "-pubout"]).outputBytes
        for text in [
            curve, [], Array("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n".utf8),
            readFile(own) ?? [],
        ] {
            #expect(PublicKey.encrypted(secret, withKeyIn: text) == nil)
        }
    }
}
