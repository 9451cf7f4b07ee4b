import EventLoop
internal import Glibc
import HealthCore

/// The notifications to systemd (sd_notify): one datagram for each message, and none without a service manager.
struct ServiceManager {
    /// The socket address in the kernel's form; nil without a service manager.
    private let address: [UInt8]?
    /// Half of the watchdog's timeout, after which the service manager takes silence for death.
    let watchdogInterval: Duration?

    init(_ variable: (String) -> String?) {
        address = variable("NOTIFY_SOCKET").flatMap(Self.address)
        let isOurs = variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        let microseconds = variable("WATCHDOG_USEC").flatMap(Int64.init) ?? 0
        watchdogInterval = isOurs && microseconds > 1 ? .microseconds(microseconds / 2) : nil
    }

    /// Whether there is a service manager.
    var isThere: Bool { address != nil }

    /// Says that the agent has started, or is ready, as `--notify` asks.
    func ready() { send("READY=1") }

    /// Says that a reload begins; `ready` ends the reload.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(EventLoop.now.nanoseconds / 1000)")
    }

    /// Says that the agent is shutting down.
    func stopping() { send("STOPPING=1") }

    /// Sends one line of status for people.
    func status(_ text: String) { send("STATUS=\(text)") }

    /// Sends a sign of life to the watchdog.
    func alive() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        guard let address else { return }
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // By convention a lost notification is ignored.
        address.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { place in
                _ = sendto(
                    descriptor, message, message.utf8.count, CInt(MSG_NOSIGNAL), place.baseAddress,
                    socklen_t(raw.count))
            }
        }
    }

    /// The socket address of a path, or with `@` of an abstract name, which has no NUL at its end.
    private static func address(_ text: String) -> [UInt8]? {
        var name = Array(text.utf8)
        guard name.count > 1, name.count < 108 else { return nil }
        switch name[0] {
        case UInt8(ascii: "/"): name.append(0)
        case UInt8(ascii: "@"): name[0] = 0
        default: return nil
        }
        var family = sa_family_t(AF_UNIX)
        return withUnsafeBytes(of: &family) { Array($0) } + name
    }
}
