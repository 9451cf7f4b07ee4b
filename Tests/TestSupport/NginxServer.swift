/// A real nginx on loopback ports and a Unix socket of its own, in a temporary directory.
package final class NginxServer: Sendable {
    package let port: UInt16
    /// The port that speaks TLS, if there is a certificate.
    package let securePort: UInt16
    package let directory: TemporaryDirectory
    private let running: RunningProgram

    /// Starts it with `locations` in its server, and returns when it answers.
    package init(_ locations: String, certificate: Certificates.Pair? = nil, tls: String = "") throws {
        let securePort = try FreePort.make()
        (port, self.securePort) = (try FreePort.make(), securePort)
        directory = try TemporaryDirectory()
        let secure =
            certificate.map {
                "listen 127.0.0.1:\(securePort) ssl; ssl_certificate \($0.certificate); ssl_certificate_key \($0.key); \(tls)"
            } ?? ""
        let configuration = try directory.write(
            "nginx.conf",
            """
            daemon off; master_process off; pid \(directory.path)/pid; error_log stderr info;
            events { worker_connections 64; }
            http {
              access_log \(directory.path)/access.log;
              client_body_temp_path \(directory.path)/1; proxy_temp_path \(directory.path)/2;
              fastcgi_temp_path \(directory.path)/3; uwsgi_temp_path \(directory.path)/4; scgi_temp_path \(directory.path)/5;
              root \(directory.path);
              server { listen 127.0.0.1:\(port); listen unix:\(directory.path)/http.sock; \(secure)
            \(locations)
              }
            }
            """)
        running = try Program("/usr/sbin/nginx", ["-c", configuration, "-e", "stderr"]).start()
        let place = HTTPPlace.port(port)
        let isUp = eventually(within: 10) { running.finished != nil || (try? place.get("/")) != nil }
        guard isUp, running.finished == nil else {
            throw SupportError("nginx did not start:\n\(running.standardError)")
        }
    }

    deinit {
        running.stop()
    }

    /// Whether a plain listener with `http2` takes HTTP/1 as well, as it does since nginx 1.25.1.
    package static let speaksBoth: Bool = {
        let said = (try? Program.run("/usr/sbin/nginx", ["-v"]))?.errors ?? ""
        let version = said.split(separator: "/").last?.split(separator: ".").compactMap {
            Int($0.prefix { $0.isNumber })
        }
        return !(version ?? []).lexicographicallyPrecedes([1, 25, 1])
    }()

    /// Its Unix socket.
    package var socket: String { directory.file("http.sock") }

    /// The requests that it has answered.
    package var accessLog: String { readText(directory.file("access.log")) }

    package var errorLog: String { running.standardError }
}
