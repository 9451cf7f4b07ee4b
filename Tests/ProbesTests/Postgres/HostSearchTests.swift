import EventLoop
import Synchronization
import Testing

@testable import HealthCore
@testable import Probes

/// How one place answered, by its host.
private typealias Answers = [String: Reason]

@Suite("libpq's list of hosts")
struct HostSearchTests {
    /// Who was asked, in which role, and until when.
    private struct Question: Sendable, Equatable {
        var host: String
        var address: String?
        var attributes: String
    }

    private struct Found: Sendable {
        var questions: [Question]
        var result: Result<String, Failure>
    }

    private func place(_ host: String, address: String? = nil) -> PostgresService.Place {
        .init(host: host, port: 5432, address: address)
    }

    private func service(_ others: [String], attributes: String? = nil) -> PostgresService {
        var service = PostgresService(
            user: "app", userOrigin: .target, database: "app", databaseOrigin: .target,
            places: (["a"] + others).map { place($0) })
        if let attributes {
            service.parameters = [.init(key: "target_session_attrs", value: Secret(attributes.utf8))]
        }
        return service
    }

    /// Looks through `a` and the others; a host without a reason is the one.
    private func search(_ service: PostgresService, _ answers: Answers) -> Found {
        let loop = EventLoop()
        return loop.run {
            var questions: [Question] = []
            let search = HostSearch(service: service, loop: loop)
            do throws(Failure) {
                let host = try await search.first(until: loop.now.advanced(by: .seconds(60))) {
                    place, service, _ throws(Failure) in
                    let host = place.endpoint.host
                    questions.append(
                        Question(
                            host: host, address: place.address, attributes: service.sessionAttributes))
                    if let reason = answers[host] { throw Failure(reason, "of \(host)") }
                    return host
                }
                return Found(questions: questions, result: .success(host))
            } catch {
                return Found(questions: questions, result: .failure(error))
            }
        }
    }

    private static let passed: Set<Reason> = [
        .dns, .refused, .unreachable, .timeout, .closed, .protocol, .missing, .tls, .starting, .shuttingDown,
        .recovering, .role,
    ]

    @Test("the first that will do is taken, and nobody after it is asked")
    func first() {
        let found = search(service(["b", "c"]), ["a": .refused])
        #expect(found.result == .success("b"))
        #expect(found.questions.map(\.host) == ["a", "b"])
    }

    @Test(
        "absent, starting or of another role leaves it to the next; any other refusal ends the search (L-28)")
    func passesOn() {
        for reason in Reason.allCases {
            let found = search(service(["b"]), ["a": reason])
            let goesOn = Self.passed.contains(reason)
            #expect(found.questions.map(\.host) == (goesOn ? ["a", "b"] : ["a"]), "\(reason)")
            #expect(
                found.result == (goesOn ? .success("b") : .failure(Failure(reason, "of a"))), "\(reason)")
        }
    }

    @Test("where none will do, the failure is the last one's")
    func last() {
        let found = search(service(["b", "c"]), ["a": .refused, "b": .role, "c": .starting])
        #expect(found.result == .failure(Failure(.starting, "of c")))
    }

    @Test("prefer-standby asks everybody for a standby, and then for anybody (L-29)")
    func prefersStandby() {
        let found = search(service(["b"], attributes: "prefer-standby"), ["a": .role, "b": .role])
        #expect(found.questions.map(\.host) == ["a", "b", "a", "b"])
        #expect(found.questions.map(\.attributes) == ["standby", "standby", "any", "any"])
    }

    @Test("with one host, prefer-standby is left to libpq, and its failure is the host's")
    func oneHost() {
        let found = search(service([], attributes: "prefer-standby"), ["a": .refused])
        #expect(found.questions.map(\.attributes) == ["prefer-standby"])
        #expect(found.result == .failure(Failure(.refused, "of a")))
    }

    @Test("each place is dialled at its own address")
    func addresses() {
        var service = service([])
        service.places = [place("a", address: "10.0.0.1"), place("b", address: "10.0.0.2")]
        let found = search(service, ["a": .refused, "b": .refused])
        #expect(found.questions.map(\.address) == ["10.0.0.1", "10.0.0.2"])
    }

    @Test("each place has its share of the time that is left, and the last one all of it")
    func shares() {
        let loop = EventLoop()
        let service = service(["b", "c"])
        let (began, deadline) = (loop.now, loop.now.advanced(by: .seconds(60)))
        let shares = loop.run {
            var shares: [(from: Instant, asked: Instant, until: Instant)] = []
            let search = HostSearch(service: service, loop: loop)
            var before = began
            _ = try? await search.first(until: deadline) { _, _, share throws(Failure) in
                shares.append((before, loop.now, share))
                before = loop.now
                throw Failure(.refused, "no")
            }
            return shares
        }
        for (index, share) in shares.enumerated() {
            // The share was made at some time between two that are known.
            let (left, parts) = ({ $0.duration(to: deadline) } as (Instant) -> Duration, 3 - index)
            let earliest = share.from.advanced(by: left(share.from) / parts)
            let latest = share.asked.advanced(by: left(share.asked) / parts)
            #expect((earliest...latest).contains(share.until), "place \(index)")
        }
        #expect(shares.count == 3 && shares.last?.until == deadline)
    }
}
