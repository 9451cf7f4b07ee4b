internal import Glibc
@testable import HealthCore
@testable import Probes

/// The first bytes of a PostgreSQL: each is understood, waited for or refused, in one line.
@Sendable func fuzzGreetings(_ bytes: [UInt8]) {
    guard let choice = bytes.first else { return }
    var ends: [Int32] = [-1, -1]
    Invariant.hold(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, "socketpair")
    defer { ends.forEach { _ = close($0) } }
    let answer = Array(bytes.dropFirst().prefix(64))
    write(ends[1], answer, answer.count)
    if choice & 1 != 0 { shutdown(ends[1], Int32(SHUT_WR)) }
    var greeting = ServerGreeting(of: ends[0])
    do throws(Failure) {
        if choice & 2 != 0 {
            guard let accepts = try greeting.acceptsTLS() else { return }
            Invariant.hold(answer.first == UInt8(ascii: accepts ? "S" : "N"), "an S or an N")
            return
        }
        switch try greeting.meaning() {
        case .authenticationRequest:
            Invariant.hold(answer.count >= 9 && answer[0] == UInt8(ascii: "R"), "an R of nine bytes")
            Invariant.hold(answer[5..<9].contains { $0 != 0 }, "a method other than letting us in")
        case .understood:
            Invariant.hold(answer.isEmpty || "REv".utf8.contains(answer[0]), "what libpq does not know")
        case .incomplete: Invariant.hold(answer.count < 9, "what is whole is not waited for")
        }
    } catch {
        Invariant.shown(error)
    }
}
