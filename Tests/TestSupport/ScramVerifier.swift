/// What PostgreSQL keeps of a password, made here: the server itself makes all of them with 4096 rounds.
package struct ScramVerifier: Sendable {
    /// As `pg_authid` has it, and `PASSWORD` takes it.
    package let text: String
    /// The salted password, which a client computes.
    package let salted: [UInt8]

    /// Draws a new salt.
    package init(_ password: String, rounds: Int) throws {
        let script = """
            import base64, hashlib, hmac, os, sys
            salt, rounds = os.urandom(16), int(sys.argv[2])
            salted = hashlib.pbkdf2_hmac("sha256", sys.argv[1].encode(), salt, rounds)
            key = lambda name: hmac.digest(salted, name, "sha256")
            text = lambda value: base64.b64encode(value).decode()
            stored = hashlib.sha256(key(b"Client Key")).digest()
            print(f"SCRAM-SHA-256${rounds}:{text(salt)}${text(stored)}:{text(key(b'Server Key'))}", *salted)
            """
        let finished = try Program.run("/usr/bin/python3", ["-c", script, password, "\(rounds)"])
        let words = finished.trimmedOutput.split(separator: " ")
        guard finished.exitCode == 0, words.count == 33 else { throw SupportError("\(finished)") }
        text = String(words[0])
        salted = words.dropFirst().compactMap { UInt8($0) }
    }
}
