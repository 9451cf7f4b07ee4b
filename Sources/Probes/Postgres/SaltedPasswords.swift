internal import CLibPQ
internal import HealthCore

/// What the passwords of a target became under its servers' salts, so that a login costs its thousands of rounds once.
/// Each place has its own, which is wiped when its password has changed or cannot be read, and with the probe.
///
/// `@unchecked Sendable`: a probe's attempts follow each other on their loop's thread, and nobody else has it.
final class SaltedPasswords: @unchecked Sendable {
    private var remembered: [(place: PostgresService.Place, salted: SaltedPassword)] = []

    /// The password at a place, and what is remembered of it.
    func refreshed(
        at place: PostgresService.Place, _ read: () throws(Failure) -> Secret?
    ) throws(Failure) -> (password: Secret?, salted: SaltedPassword?) {
        let known = remembered.first { $0.place == place }?.salted
        remembered.removeAll { $0.place == place }
        guard let password = try read() else { return (nil, nil) }
        guard let salted = known ?? SaltedPassword() else { return (password, nil) }
        salted.keep(password)
        remembered.append((place, salted))
        return (password, salted)
    }
}

/// What one password became under a few salts; wiped with its last reference.
final class SaltedPassword {
    private let raw: OpaquePointer

    /// Nil where libpq computes by itself.
    init?() {
        guard clibpq_slices_logins(), let raw = salted_passwords_new() else { return nil }
        self.raw = raw
    }

    deinit {
        salted_passwords_free(raw)
    }

    /// A step of a connection that looks up here; nil without memory for its stack.
    func login(_ connection: OpaquePointer) -> OpaquePointer? { login_new(connection, raw) }

    fileprivate func keep(_ password: Secret) {
        password.reveal { salted_passwords_keep(raw, $0, $0.count) }
    }
}
