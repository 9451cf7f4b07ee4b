internal import CLibPQ
internal import EventLoop
internal import Glibc
internal import HealthCore

/// The steps of a login. libpq computes as many SCRAM rounds as the server asks for, on a stack of its own that is
/// suspended after each slice, so that other jobs have their turn.
final class Login {
    /// How long a step computes before it is suspended.
    private static let slice = Duration.milliseconds(2)

    /// The remembered salted passwords; nil where libpq computes by itself.
    private let salted: SaltedPassword?
    private let loop: EventLoop
    /// The suspended step, if there is one.
    private var unfinished: OpaquePointer?

    init(_ salted: SaltedPassword?, on loop: EventLoop) {
        (self.salted, self.loop) = (salted, loop)
    }

    deinit {
        giveUp()
    }

    /// Runs `PQconnectPoll`, which touches its connection only within the call; `run` makes each part of the call. Once
    /// libpq knows that a password is asked for, the server's next message says how many rounds to compute.
    func step(
        of connection: OpaquePointer, until deadline: Instant,
        _ run: (() -> PostgresPollingStatusType?) -> PostgresPollingStatusType?
    ) async throws(Failure) -> PostgresPollingStatusType {
        guard let salted, PQconnectionUsedPassword(connection) != 0 else {
            return run { PQconnectPoll(connection) } ?? PGRES_POLLING_FAILED
        }
        guard let step = salted.login(connection) else { throw SystemFailure.failure(ENOMEM) }
        unfinished = step
        while true {
            let progress = run {
                var progress = PGRES_POLLING_FAILED
                return login_step(step, &progress) ? progress : nil
            }
            if let progress {
                giveUp()
                return progress
            }
            let now = loop.now
            guard now < deadline else {
                throw Failure(
                    .timeout,
                    "the server asks for \(login_rounds(step)) rounds of SCRAM, more than there is time for")
            }
            // The other suspended logins have their slices first, one login in each turn of the loop.
            let turn = now.advanced(by: Self.slice * max(0, login_unfinished() - 1))
            if await loop.sleep(until: min(deadline, turn)) == .cancelled {
                throw Failure(.timeout, "cancelled")
            }
        }
    }

    /// Ends the suspended step as a failure of its connection, which must still be open.
    func giveUp() {
        if let unfinished { login_free(unfinished) }
        unfinished = nil
    }
}
