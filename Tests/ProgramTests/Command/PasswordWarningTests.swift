import HealthCore
import TestSupport
import Testing

/// What is said of a secret among the arguments fits the kind of its target.
struct PasswordWarningTests {
    @Test("the warning about a password in `ps` names what its kind has instead, and nothing of another's")
    func better() throws {
        let targets = [
            "postgres": "postgres://u:s3cretpw@127.0.0.1:1/x", "redis": "redis://:s3cretpw@127.0.0.1:1",
            "mysql": "mysql://u:s3cretpw@127.0.0.1:1", "amqp": "amqp://u:s3cretpw@127.0.0.1:1",
            "nats": "nats://u:s3cretpw@127.0.0.1:1", "http": "http://u:s3cretpw@127.0.0.1:1",
            "smtp": "smtp://u:s3cretpw@127.0.0.1:1", "grpc": "grpc://127.0.0.1:1",
        ]
        let token = ["--set", "x.headers=Authorization: Bearer s3cretpw"]
        let all = Set(Kinds().flatMap { $0.secrets.better })
        for kind in Kinds() {
            guard let target = targets[kind.word] else {
                #expect(kind.secrets.better.isEmpty, "no target of \(kind.word) here")
                continue
            }
            let finished = try Program.run(
                Program.waitfor, ["-t", "50ms", "x=\(target)"] + (kind.word == "grpc" ? token : []))
            let better = kind.secrets.better
            let words = better.isEmpty ? "use env:NAME" : "use \(better.joined(separator: ", ")) or env:NAME"
            let warning = lines(finished.errors).first { $0.contains("is an argument") } ?? ""
            #expect(warning.hasSuffix(words), "\(finished)")
            #expect(all.subtracting(better).allSatisfy { !warning.contains($0) }, "\(warning)")
        }
    }
}
