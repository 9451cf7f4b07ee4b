/// Something that speaks TLS on a free loopback port before a server that does not.
package final class TLSFront: Sendable {
    package let port: UInt16
    private let running: RunningProgram

    private static let script = """
        import socket, ssl, sys, threading
        port, server, certificate, key = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        listener = socket.create_server(("127.0.0.1", port))
        print("listening", flush=True)
        def move(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
            except OSError:
                pass
            sink.close()
        def serve(client):
            with socket.create_connection(("127.0.0.1", server)) as inner, context.wrap_socket(client, server_side=True) as outer:
                threading.Thread(target=move, args=(inner, outer), daemon=True).start()
                move(outer, inner)
        while True:
            threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    /// Starts it, and returns when it listens.
    package init(before server: UInt16, _ pair: Certificates.Pair) throws {
        port = try FreePort.make()
        running = try Program(
            "/usr/bin/python3", ["-c", Self.script, "\(port)", "\(server)", pair.certificate, pair.key]
        ).start()
        guard running.waitUntil(within: 10, { $0.standardOutput.contains("listening") }) else {
            throw SupportError("no TLS before a server: \(running.standardError)")
        }
    }

    deinit {
        running.stop()
    }
}
