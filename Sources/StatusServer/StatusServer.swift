package import EventLoop
package import HealthCore

/// The agent's HTTP server: it answers from memory, and a request never starts a probe.
package struct StatusServer: Sendable {
    /// The limits on what clients may use.
    package struct Limits: Sendable {
        /// Connections at once; one more displaces the oldest connection.
        package var connections = 256
        /// Bytes of all long answers together, of the state that they are made from, and of answers that are not read.
        package var memory = 512 << 10
        /// Bytes of a request's head.
        package var head = 8192
        /// The time from the first byte of a head to its last.
        package var headTime = Duration.seconds(5)
        /// The time from one request to the next, and for taking one answer.
        package var idleTime = Duration.seconds(30)

        package init() {}
    }

    private let routes: Routes
    private let allowedHosts: Set<String>
    private let limits: Limits
    private let loop: EventLoop

    /// - Parameters:
    ///   - version: the version in `waitfor_build_info`.
    ///   - exposesAll: whether clients on other machines see addresses and messages, too.
    ///   - allowedHosts: the names besides `localhost` by which clients on this machine may ask.
    ///   - snapshot: the agent's state at this moment; called for each request.
    ///   - usage: the process's resource usage at this moment; called for each scrape.
    ///   - unixMilliseconds: the wall-clock time since the epoch.
    package init(
        version: String, exposesAll: Bool, allowedHosts: Set<AllowedHost> = [], limits: Limits,
        loop: EventLoop,
        snapshot: @escaping @Sendable () -> AgentSnapshot, usage: @escaping @Sendable () -> ProcessUsage,
        unixMilliseconds: @escaping @Sendable () -> Int64
    ) {
        routes = Routes(
            version: version, exposesAll: exposesAll, snapshot: snapshot, usage: usage,
            date: DateField(unixMilliseconds: unixMilliseconds))
        self.allowedHosts = Set(allowedHosts.map(\.name))
        (self.limits, self.loop) = (limits, loop)
    }

    /// Serves until the task is cancelled.
    package func serve(_ listeners: [Listener]) async {
        let connections = OpenConnections(limit: limits.connections, heldLimit: limits.memory)
        await withDiscardingTaskGroup { group in
            for listener in listeners {
                group.addTask { await accept(from: listener, connections) }
            }
        }
    }

    private func accept(from listener: Listener, _ connections: OpenConnections) async {
        var routes = routes
        routes.exposesAll = routes.exposesAll || listener.address.isPrivate
        if listener.address.isLoopback { routes.allowedHosts = allowedHosts }
        await withDiscardingTaskGroup { group in
            while let socket = await listener.accept() {
                if listener.address.isAbstract, !socket.isOfOwnUser {
                    // Who is refused again and again must not keep everybody else waiting.
                    await Task.yield()
                    continue
                }
                let (place, displaced) = connections.table.enter(socket, at: loop.now)
                group.addTask { [routes] in
                    var connection = Connection(
                        socket: socket, place: place, connections: connections, routes: routes,
                        limits: limits, loop: loop)
                    await connection.serve()
                }
                guard let displaced else { continue }
                displaced.shutDown()
                // The displaced connection closes in the next turn: a flood must not take every descriptor before.
                _ = await loop.sleep(until: loop.now)
            }
        }
    }
}

/// The table that all connections share.
///
/// `@unchecked Sendable`, because only tasks on the loop's thread use it, and no access spans an `await`.
final class OpenConnections: @unchecked Sendable {
    var table: ConnectionTable<Socket>

    init(limit: Int, heldLimit: Int) {
        table = ConnectionTable(limit: limit, heldLimit: heldLimit)
    }
}
