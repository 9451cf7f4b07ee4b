import Glibc

extension PostgresServer {
    /// A server that answers 57P03 "the database system is starting up" until `releaseStartup`.
    ///
    /// It recovers from an archive whose first answer it waits for.
    package static func holdInStartup(
        superuser: String = "postgres", settings: [String: String] = [:]
    ) throws -> PostgresServer {
        let server = try PostgresServer(superuser: superuser, settings: settings)
        try server.directory.write("hold", "")
        let wait = "while test -e \(server.directory.file("hold")); do sleep 0.05; done; exit 1"
        try server.configure(["restore_command": wait])
        try server.writeData("recovery.signal", "")
        try server.start(waitForReady: false)
        guard eventually(within: 30, { server.query("SELECT 1").errors.contains("starting up") }) else {
            throw SupportError("the server does not say that it is starting up:\n\(server.log)")
        }
        return server
    }

    /// Lets a server of `holdInStartup` become ready, which takes a moment.
    package func releaseStartup() {
        unlink(directory.file("hold"))
    }

    /// A standby that answers 57P03 "the database system is not yet accepting connections" for ever.
    ///
    /// Its label claims a backup whose end is in WAL that never comes.
    package static func standbyNotConsistent(
        superuser: String = "postgres", settings: [String: String] = [:]
    ) throws -> PostgresServer {
        let server = try PostgresServer(superuser: superuser, settings: settings)
        let control = try Program.run(
            "\(PostgresTemplate.binaries)/pg_controldata", [server.directory.file("data")]
        ).output
        let field = { (name: String) in
            let line = control.split(separator: "\n").first { $0.hasPrefix("\(name):") } ?? ""
            return trimmed(String(line.dropFirst(name.utf8.count + 1)))
        }
        let file = field("Latest checkpoint's REDO WAL file")
        try server.writeData(
            "backup_label",
            """
            START WAL LOCATION: \(field("Latest checkpoint's REDO location")) (file \(file))
            CHECKPOINT LOCATION: \(field("Latest checkpoint location"))
            BACKUP METHOD: streamed
            BACKUP FROM: primary
            START TIME: 2020-01-01 00:00:00 UTC
            LABEL: never finished
            START TIMELINE: 1

            """)
        try server.writeData("standby.signal", "")
        try server.start(waitForReady: false)
        guard eventually(within: 30, { server.query("SELECT 1").errors.contains("not yet accepting") }) else {
            throw SupportError("the standby is not in the state wanted:\n\(server.log)")
        }
        return server
    }

    /// A hot standby: it accepts queries, and every session is read-only.
    package static func hotStandby(superuser: String = "postgres") throws -> PostgresServer {
        let server = try PostgresServer(superuser: superuser)
        try server.writeData("standby.signal", "")
        try server.start()
        return server
    }

    /// A server that is asked to shut down but waits for the session returned with it: it answers
    /// 57P03 "the database system is shutting down".
    package static func shuttingDown() throws -> (server: PostgresServer, session: PostgresSessions) {
        let server = try PostgresServer.started()
        let session = try server.openSessions(1)
        try server.stop(.smart, waits: false)
        guard eventually(within: 10, { server.query("SELECT 1").errors.contains("shutting down") }) else {
            throw SupportError("the server does not say that it is shutting down:\n\(server.log)")
        }
        return (server, session)
    }

    /// A server that is not started yet and whose messages are German.
    ///
    /// The image has the translations but not the locale, so that is compiled here.
    package static func german(
        settings: [String: String] = [:], hba: [String]? = nil
    ) throws -> PostgresServer {
        return try PostgresServer(
            settings: settings.merging(["lc_messages": "de_DE.UTF-8"]) { chosen, _ in chosen }, hba: hba,
            environment: ["LOCPATH": germanLocale.get().path])
    }

    private static let germanLocale = Result {
        let directory = try TemporaryDirectory()
        let made = try Program.run(
            "/usr/bin/localedef", ["-i", "de_DE", "-f", "UTF-8", directory.file("de_DE.UTF-8")], within: 60)
        guard made.exitCode == 0 else { throw SupportError("localedef: \(made)") }
        return directory
    }
}
