import Glibc

/// A real gRPC server with its health service (PyPI's grpcio), on a free loopback port or a Unix socket.
package final class GRPCServer: Sendable {
    package let port: UInt16
    private let running: RunningProgram

    /// Starts one, and returns when it accepts. One that is bare has no health service.
    package init(
        socket: String? = nil, certificate: Certificates.Pair? = nil, isBare: Bool = false,
        environment: [String: String] = Program.minimalEnvironment
    ) throws {
        port = try FreePort.make()
        let address = socket.map { "unix:\($0)" } ?? "127.0.0.1:\(port)"
        let words = (isBare ? ["bare"] : []) + (certificate.map { [$0.certificate, $0.key] } ?? [])
        running = try Self.program(
            "grpc-health-server", [address] + words, environment: environment, standardInput: .open
        ).start()
        let isThere = running.waitUntil(within: 30) { $0.standardOutput.contains("started") }
        guard isThere else { throw SupportError("grpcio did not start: \(running.standardError)") }
    }

    deinit {
        running.stop()
    }

    private static func program(
        _ name: String, _ arguments: [String], environment: [String: String] = Program.minimalEnvironment,
        standardInput: Program.StandardInput = .empty
    ) throws -> Program {
        let python = "\(Project.path)/.build/venv/bin/python"
        guard access(python, X_OK) == 0 else { throw SupportError("\(python) is missing: ./dev setup") }
        return Program(
            python, ["\(Project.path)/Tests/\(name)"] + arguments, environment: environment,
            standardInput: standardInput)
    }

    /// What a client like `grpc_health_probe` says of the server on a port.
    package static func probe(_ port: UInt16, _ service: String = "") throws -> Finished {
        let words = service.isEmpty ? [] : [service]
        return try program("grpc-health-client", ["127.0.0.1:\(port)"] + words).run(within: 20)
    }

    /// What it has written to its log so far.
    package var log: String { running.standardError }

    /// Has a command of `Tests/grpc-health-server` done.
    package func command(_ text: String) throws {
        let known = running.standardOutput.count(of: "done")
        running.write(text + "\n")
        let isDone = running.waitUntil(within: 10) { $0.standardOutput.count(of: "done") > known }
        guard isDone else { throw SupportError("\(text): \(running.standardError)") }
    }

    /// Stops its process where it stands.
    package func freeze() { running.send(SIGSTOP) }

    /// Ends its process.
    package func stop() { running.stop() }
}
