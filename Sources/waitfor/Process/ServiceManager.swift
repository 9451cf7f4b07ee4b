import EventLoop
internal import Glibc
import HealthCore

/// What systemd wants to hear (sd_notify): one datagram for each message, and nothing where nobody listens.
struct ServiceManager {
    /// The address as the kernel wants it; nil without a service manager.
    private let address: [UInt8]?
    /// Half of the time after which the service manager takes silence for death.
    let watchdogInterval: Duration?

    init(_ variable: (String) -> String?) {
        address = variable("NOTIFY_SOCKET").flatMap(Self.address)
        let isOurs = variable("WATCHDOG_PID").map { $0 == "\(getpid())" } ?? true
        let microseconds = variable("WATCHDOG_USEC").flatMap(Int64.init) ?? 0
        watchdogInterval = isOurs && microseconds > 1 ? .microseconds(microseconds / 2) : nil
    }

    /// Whether anybody listens.
    var isThere: Bool { address != nil }

    /// Started, or ready: whatever it waits for has come.
    func ready() { send("READY=1") }

    /// A reload begins; `ready` ends it.
    func reloading() {
        send("RELOADING=1\nMONOTONIC_USEC=\(EventLoop.now.nanoseconds / 1000)")
    }

    /// The end has begun.
    func stopping() { send("STOPPING=1") }

    /// One line for people.
    func status(_ text: String) { send("STATUS=\(text)") }

    /// A sign of life.
    func alive() { send("WATCHDOG=1") }

    private func send(_ message: String) {
        guard let address else { return }
        let type = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // By convention nobody cares whether it arrives.
        address.withUnsafeBytes { raw in
            raw.withMemoryRebound(to: sockaddr.self) { place in
                _ = sendto(
                    descriptor, message, message.utf8.count, CInt(MSG_NOSIGNAL), place.baseAddress,
                    socklen_t(raw.count))
            }
        }
    }

    /// A path, or with `@` a name outside of the file system, whose length counts.
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
