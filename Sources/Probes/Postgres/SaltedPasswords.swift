internal import CLibPQ
internal import HealthCore

/// The salted passwords of a target's hosts, remembered so that the thousands of rounds of a login are computed once.
/// Each host has its own, which is wiped when its password has changed or cannot be read, and with the probe.
///
/// `@unchecked Sendable`: only a probe's attempts use it, one after the other on their loop's thread.
final class SaltedPasswords: @unchecked Sendable {
    private var remembered: [(place: PostgresService.Place, salted: SaltedPassword)] = []

    /// The password for a host, and its remembered salted forms.
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

/// One password under a few salts; wiped with its last reference.
final class SaltedPassword {
    private let raw: OpaquePointer

    /// An empty memory; nil where libpq computes by itself.
    init?() {
        guard clibpq_slices_logins(), let raw = salted_passwords_new() else { return nil }
        self.raw = raw
    }

    deinit {
        salted_passwords_free(raw)
    }

    /// A step of a login that looks the salted password up here; nil without memory for the step's stack.
    func login(_ connection: OpaquePointer) -> OpaquePointer? { login_new(connection, raw) }

    fileprivate func keep(_ password: Secret) {
        password.reveal { salted_passwords_keep(raw, $0, $0.count) }
    }
}
