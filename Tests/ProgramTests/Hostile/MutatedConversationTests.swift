import Glibc
import HealthCore
import Synchronization
import TestSupport
import Testing

/// A link that turns, drops, doubles, delays and cuts bytes between the program and real servers. However it does, the
/// program ends on its own and in time, and says *ready* only if the bytes of the verdict came as they were sent.
///
/// WAITFOR_MUTATIONS asks for more cases than the usual ones, WAITFOR_MUTATION_SEED begins elsewhere: a case that fails
/// prints its seed, and is there again with `WAITFOR_MUTATION_SEED=SEED WAITFOR_MUTATIONS=1`.
@Suite(.serialized)
struct MutatedConversationTests {
    private static let milliseconds = 600
    private static let allowance = 0.020
    private static let workers = 6

    @Test("No spoiled conversation ends the program, keeps it beyond its deadline or makes it say yes")
    func spoiled() throws {
        let count = number("WAITFOR_MUTATIONS").map(Int.init) ?? (isSanitized ? 200 : 2000)
        let first = number("WAITFOR_MUTATION_SEED") ?? 1
        let servers = try SpoiledServers()
        // Kinds that say nothing have nothing that could be spoiled.
        let spoken = Set(Kinds().map { $0.word }).subtracting(["tcp", "dns", "file", "exec"])
        let sample = try servers.peers()
        #expect(Set(sample.compactMap(\.kind)) == spoken, "a kind is not behind the proxy")
        sample.forEach { $0.proxy.stop() }
        let next = Mutex(first)
        let tallies = Mutex<[Tally]>([])
        let threads = (0..<min(Self.workers, count)).map { _ in
            WorkerThread {
                var tally = Tally()
                do {
                    let peers = try servers.peers()
                    while let seed = next.withLock({ seed -> UInt64? in
                        defer { seed += 1 }
                        return seed < first + UInt64(count) ? seed : nil
                    }) {
                        try Self.run(seed, peers[Int(seed % UInt64(peers.count))], &tally)
                    }
                    peers.forEach { $0.proxy.stop() }
                } catch {
                    tally.problems.append("\(error)")
                }
                tallies.withLock { $0.append(tally) }
            }
        }
        threads.forEach { $0.join() }
        let all = tallies.withLock { $0 }
        for problem in all.flatMap(\.problems).prefix(20) { Issue.record("\(problem)") }
        let (asked, ready) = (all.map(\.asked).reduce(0, +), all.map(\.ready).reduce(0, +))
        #expect(asked == count || !all.flatMap(\.problems).isEmpty)
        // A link that only ever spoils, or never does, would prove nothing.
        if count >= 200 {
            #expect(ready > asked / 10 && ready < asked * 9 / 10, "\(ready) of \(asked) are ready")
        }
    }

    private struct Tally: Sendable {
        var asked = 0
        var ready = 0
        var problems: [String] = []
    }

    private static func run(_ seed: UInt64, _ peer: SpoiledPeer, _ tally: inout Tally) throws {
        tally.asked += 1
        var overshoots: [String] = []
        // A busy machine may wake a process late now and then; a late program is late every time.
        while overshoots.count < 3 {
            peer.proxy.spoil(seed, size: peer.size)
            let arguments = ["check", "-t", "\(milliseconds)ms", "--output", "json"] + peer.arguments
            let finished = try Program.run(Program.waitfor, arguments)
            let answer = FlatJSON(finished.output)
            let heading = "seed \(seed), \(peer.name): "
            guard finished.exitCode == 0 || finished.exitCode == 1 else {
                return tally.problems.append(heading + "it ended otherwise: \(finished)")
            }
            let isReady = finished.exitCode == 0
            let conversation = peer.proxy.conversation
            if isReady != (answer["state"] == "healthy") {
                return tally.problems.append(heading + "it says two things: \(finished)")
            }
            if isReady, !peer.isTold(conversation) {
                return tally.problems.append(
                    heading
                        + "a yes that nobody said (\(conversation.untouched) of \(peer.size) came as they were):"
                        + " \(finished), \(shown(conversation.delivered))")
            }
            if let message = answer["message"], message.utf8.count > 200 {
                return tally.problems.append(heading + "a long message: \(message)")
            }
            let duration = answer["duration_s"].flatMap(Double.init) ?? .infinity
            if isSanitized || duration < Double(milliseconds) / 1000 + allowance {
                tally.ready += isReady ? 1 : 0
                return
            }
            overshoots.append("\(duration)")
        }
        tally.problems.append(
            "seed \(seed), \(peer.name): beyond its deadline, each time: \(overshoots.joined(separator: ", ")) s"
        )
    }

    private static func shown(_ bytes: [UInt8]) -> String {
        bytes.suffix(400).map { (0x20..<0x7F).contains($0) ? String(Unicode.Scalar($0)) : "·" }.joined()
    }

    private func number(_ variable: String) -> UInt64? {
        getenv(variable).flatMap { UInt64(String(cString: $0)) }
    }
}
