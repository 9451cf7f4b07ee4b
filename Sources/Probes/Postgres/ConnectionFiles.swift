internal import EventLoop
internal import Files
internal import HealthCore

/// Checks the files that libpq reads itself, blocking on a FIFO and asking the terminal for a pass phrase. A missing
/// file is left to libpq.
enum ConnectionFiles {
    private static let limits = [
        "sslcert": 256 << 10, "sslkey": 256 << 10, "sslrootcert": 4 << 20, "sslcrl": 4 << 20,
    ]

    /// Refuses files that libpq must not read: any that cannot be read here, and a key that wants a pass phrase.
    static func check(_ parameters: ConnectionParameters) throws(Failure) {
        for (key, limit) in limits.sorted(by: { $0.key < $1.key }) {
            guard let path = parameters.last(key), path != LibPQParameters.noFile else { continue }
            let text: [UInt8]
            do throws(SmallFile.ReadError) {
                text = try SmallFile(path).contents(atMost: limit)
            } catch {
                if case .system(let number) = error, SystemFailure.shortage(number) == nil { continue }
                throw SystemFailure.failure(error) { Failure(.config, "\(key): cannot read \(path): \($0)") }
            }
            if key == "sslkey", isEncrypted(text), parameters.last("sslpassword") == nil {
                throw Failure(
                    .config, "sslkey: the key is encrypted, and there is no sslpassword for \(path)")
            }
        }
    }

    /// Whether a key wants a pass phrase, by either of the two marks that PEM has for it.
    private static func isEncrypted(_ text: [UInt8]) -> Bool {
        ["-----BEGIN ENCRYPTED PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED"].contains {
            text[...].endOfFirst(Array($0.utf8)) != nil
        }
    }
}
