import Glibc

extension RedisServer {
    /// A server that answers LOADING for about `seconds`, or until `finishLoading`.
    package static func loading(for seconds: Double) throws -> RedisServer {
        let keys = 5000
        let server = try RedisServer(["rdbcompression": "no"])
        try server.start()
        // Values of 1024 bytes, so that clients are answered after each key.
        server.command(["DEBUG", "POPULATE", "\(keys)", "key", "1024"])
        let saved = server.command(["SAVE"])
        guard saved == "OK" else { throw SupportError("SAVE: \(saved)") }
        server.stop()
        // In microseconds, after each key.
        let delay = Int(seconds * 1e6 / Double(keys))
        try server.start(
            ["key-load-delay": "\(delay)", "loading-process-events-interval-bytes": "1024"],
            waitForReady: false)
        return try server.checked("LOADING")
    }

    /// Lets a server of `loading` become ready, which takes a moment.
    package func finishLoading() {
        command(["CONFIG", "SET", "key-load-delay", "0"])
    }

    /// A replica that answers MASTERDOWN, because nobody listens on its master's port.
    package static func masterDown() throws -> RedisServer {
        let server = try RedisServer([
            "replicaof": "127.0.0.1 \(FreePort.make())", "replica-serve-stale-data": "no",
        ])
        try server.start()
        return try server.checked("MASTERDOWN")
    }

    /// A server that answers MISCONF, because it could not save: its directory is gone.
    package static func misconfigured() throws -> RedisServer {
        let server = try RedisServer(["save": "3600 1", "stop-writes-on-bgsave-error": "yes"])
        let lost = server.directory.file("lost")
        mkdir(lost, 0o700)
        try server.start(["dir": lost])
        rmdir(lost)
        server.command(["BGSAVE"])
        return try server.checked("MISCONF")
    }

    /// A server that answers BUSY, because it runs a script of another client without end.
    package static func busy() throws -> RedisServer {
        let server = try RedisServer(["busy-reply-threshold": "1"])
        try server.start()
        server.keep(
            try Program(redisCli, ["-s", server.unixSocket, "EVAL", "while true do end", "0"]).start())
        return try server.checked("BUSY")
    }

    /// A server that answers "ERR max number of clients reached", because idle clients hold all places.
    package static func clientsExhausted() throws -> RedisServer {
        let places = 3
        let server = try RedisServer(["maxclients": "\(places)"])
        try server.start()
        server.keep(try IdleConnections(places, port: server.port))
        return try server.checked("ERR max number of clients")
    }

    /// A server that answers DENIED to everybody but loopback clients; it needs a `Namespace`
    /// with `addAddress(address)`, and is asked at that address.
    package static func protected(at address: String) throws -> RedisServer {
        let server = try RedisServer(["bind": "127.0.0.1 \(address)", "protected-mode": "yes"])
        try server.start()
        return server
    }

    /// Makes a user who may do everything but PING (NOPERM).
    package func createUserWithoutPing(_ name: String, password: String) throws {
        let answer = command(["ACL", "SETUSER", name, "on", ">\(password)", "~*", "+@all", "-ping"])
        guard answer == "OK" else { throw SupportError("ACL SETUSER: \(answer)") }
    }

    private func checked(_ answer: String) throws -> RedisServer {
        var last = ""
        let isReached = eventually(within: 10) {
            last = command(["PING"])
            return last.hasPrefix(answer)
        }
        guard isReached else { throw SupportError("Redis answers \(last) instead of \(answer):\n\(log)") }
        return self
    }
}
