import Synchronization

/// A relay between the program and a real server that spoils what goes through it, as a seed says: the same seed
/// spoils the same bytes in the same way.
package final class MutatingProxy: Sendable {
    /// What came of one connection.
    package struct Conversation: Sendable {
        /// What the server said.
        package var said: [UInt8] = []
        /// What the program got of it.
        package var delivered: [UInt8] = []

        /// How many bytes came as they were said.
        package var untouched: Int { zip(said, delivered).prefix { $0 == $1 }.count }
    }

    /// What is to be done to conversations, and what came of the first.
    private final class Plan: Sendable {
        let answer: Mutation
        let question: Mutation
        let conversation = Mutex(Conversation())
        let connections = Mutex(0)

        init(answer: Mutation = .none, question: Mutation = .none) {
            (self.answer, self.question) = (answer, question)
        }
    }

    private final class Shared: Sendable {
        let plan = Mutex(Plan())
    }

    private let server: LoopbackServer
    private let shared: Shared

    /// Stands before the server at this port.
    package init(to upstream: UInt16) throws {
        let shared = Shared()
        self.shared = shared
        server = try LoopbackServer { client in
            guard let peer = try? HTTPPlace.port(upstream).connect() else { return }
            MutatingProxy.relay(client, peer, shared.plan.withLock { $0 })
        }
    }

    /// Where the program is to connect.
    package var port: UInt16 { server.port }

    /// What the first connection since `spoil` was.
    package var conversation: Conversation { shared.plan.withLock { $0 }.conversation.withLock { $0 } }

    /// From the next connection on, spoils as the seed says; nil spoils nothing. A conversation has about `size` bytes.
    package func spoil(_ seed: UInt64?, size: Int) {
        var random = FixedGenerator(seed: seed ?? 0)
        // What the server says is what a verdict is made of; one seed in four spoils the question too, or alone.
        let spoilsQuestion = seed != nil && random.next() % 4 == 0
        let spoilsAnswer = seed != nil && (!spoilsQuestion || random.next() % 2 == 0)
        let answer = spoilsAnswer ? Mutation(&random, size: size) : .none
        let question = spoilsQuestion ? Mutation(&random, size: size / 4 + 1) : .none
        shared.plan.withLock { $0 = Plan(answer: answer, question: question) }
    }

    package func stop() {
        server.stop()
    }

    private static func relay(_ client: LoopbackConnection, _ peer: LoopbackConnection, _ plan: Plan) {
        let isFirst = plan.connections.withLock { count in
            count += 1
            return count == 1
        }
        let back = WorkerThread {
            pump(from: peer, to: client, plan.answer) { said, delivered in
                guard isFirst else { return }
                plan.conversation.withLock {
                    $0.said += said
                    $0.delivered += delivered
                }
            }
        }
        pump(from: client, to: peer, plan.question) { _, _ in }
        back.join()
        peer.close()
    }

    private static func pump(
        from source: LoopbackConnection, to sink: LoopbackConnection, _ mutation: Mutation,
        _ note: (_ said: [UInt8], _ delivered: [UInt8]) -> Void
    ) {
        var mutator = Mutator(mutation)
        while case let bytes = source.read(max: 4096, within: 2), !bytes.isEmpty {
            note(bytes, [])
            for action in mutator.take(bytes) {
                switch action {
                case .send(let piece):
                    // Noted first: the program may judge by it at once.
                    note([], piece)
                    sink.write(piece)
                case .pause(let seconds): Monotonic.sleep(seconds)
                case .reset:
                    sink.reset()
                    return source.end()
                case .end:
                    sink.end()
                    return source.end()
                }
            }
        }
        sink.end()
        source.end()
    }
}
