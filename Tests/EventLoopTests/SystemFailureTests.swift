import EventLoop
import Glibc
import HealthCore
import Testing

@Suite("What an errno says about a target")
struct SystemFailureTests {
    static let reasons: [(Int32, Reason)] = [
        (ECONNREFUSED, .refused), (EAGAIN, .refused), (ENOENT, .missing), (ENOTDIR, .missing),
        (ETIMEDOUT, .timeout),
        (ECONNRESET, .closed), (EPIPE, .closed), (ENOTCONN, .closed), (EMFILE, .config), (ENFILE, .config),
        (ENOMEM, .config), (ENOBUFS, .config), (EHOSTUNREACH, .unreachable), (ENETUNREACH, .unreachable),
        (EACCES, .unreachable), (EADDRNOTAVAIL, .unreachable), (EAFNOSUPPORT, .unreachable),
    ]

    @Test("each has its reason and says something", arguments: reasons)
    func reason(number: Int32, reason: Reason) {
        let failure = SystemFailure.failure(number)
        #expect(failure.reason == reason)
        #expect(!failure.message.isEmpty)
        #expect(failure.address == nil)
    }

    @Test(
        "what this machine has run out of passes: it is said, and not permanent",
        arguments: [EMFILE, ENFILE, ENOMEM, ENOBUFS])
    func shortage(number: Int32) {
        let failure = SystemFailure.failure(number)
        #expect(failure.message.hasPrefix("out of resources: no "))
        #expect(!failure.isPermanent)
        #expect(failure.advice != Reason.config.advice)
        #expect(SystemFailure.shortage(number) == failure)
        #expect(SystemFailure.shortage(ECONNREFUSED) == nil)
    }

    @Test(
        "a descriptor that is not watched is no fault of the settings",
        arguments: [ENOSPC, EPERM, ENOMEM, EBADF])
    func unwatched(number: Int32) {
        let failure = SystemFailure.unwatched(number)
        #expect(failure.reason == .config && !failure.isPermanent && !failure.message.isEmpty)
    }

    @Test("a socket without an error has nothing pending, and no socket has")
    func pending() {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(SystemFailure.pending(on: ends[0]) == nil)
        #expect(SystemFailure.pending(on: -1)?.reason == .unreachable)
    }
}
