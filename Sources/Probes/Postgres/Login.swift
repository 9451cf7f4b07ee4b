internal import CLibPQ
internal import EventLoop
internal import Glibc
internal import HealthCore

/// The steps of a connection that logs in. libpq computes as many rounds as the server asks for, on a stack that is
/// left again and again in the middle of it, so that all others have their turn.
final class Login {
    /// For how long a step computes before it is left.
    private static let slice = Duration.milliseconds(2)

    /// What is looked up and added to; nil where libpq computes by itself.
    private let salted: SaltedPassword?
    private let loop: EventLoop
    /// A step that was left in the middle, if one was.
    private var unfinished: OpaquePointer?

    init(_ salted: SaltedPassword?, on loop: EventLoop) {
        (self.salted, self.loop) = (salted, loop)
    }

    deinit {
        giveUp()
    }

    /// `PQconnectPoll`, whose connection is only touched within the call; `run` makes each part of it. Once libpq knows
    /// that a password is asked for, the server's next word is how much computing that takes.
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
            // The other computing logins have their slices first, one in each turn of the loop.
            let turn = now.advanced(by: Self.slice * max(0, login_unfinished() - 1))
            if await loop.sleep(until: min(deadline, turn)) == .cancelled {
                throw Failure(.timeout, "cancelled")
            }
        }
    }

    /// Ends a step that was left in the middle, as a failure of its connection, which must be there still.
    func giveUp() {
        if let unfinished { login_free(unfinished) }
        unfinished = nil
    }
}
