import CTestSupport
import Glibc
import Synchronization

/// A link between two namespaces that misbehaves as it is told: a TUN device in each, and between them a
/// thread that loses, delays, doubles, cuts and resets packets, at random with a seed.
///
/// Only 198.18.0.0/15 (for benchmarks) is used, so nothing real is hit.
package final class BadLink: Sendable {
    /// The end that asks, and the end with the servers.
    package static let client = "198.18.40.1", server = "198.18.40.2"

    private let state: Shared
    private let wakeUp: Int32
    private let thread: WorkerThread

    /// Which way a packet goes.
    package enum Direction: Int, CaseIterable, Sendable {
        /// To the servers.
        case there
        /// Back to who asks.
        case back
    }

    private struct State {
        var weather = [Weather(), Weather()]
        var carried = [0, 0]
    }

    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Connects the two; the link does what it should until it is told otherwise.
    package init(from client: Namespace, to server: Namespace, seed: UInt64 = 1) throws {
        let devices = try zip([client, server], [BadLink.client, BadLink.server]).map { place, address in
            let device = try place.run { try check("TUN device", support_tun("wire")) }
            try place.ip("addr add \(address)/24 dev wire")
            try place.ip("link set wire up")
            return device
        }
        var ends: [Int32] = [-1, -1]
        try check("pipe", support_pipe(&ends))
        let (state, wakeRead) = (Shared(), ends[0])
        self.state = state
        wakeUp = ends[1]
        thread = WorkerThread {
            BadLink.carry(between: devices, until: wakeRead, state, FixedGenerator(seed: seed))
            (devices + [wakeRead]).forEach { _ = close($0) }
        }
    }

    deinit {
        close(wakeUp)
        thread.join()
    }

    /// The weather in both directions from now on; packets that are under way arrive.
    package func set(_ weather: Weather) {
        set(there: weather, back: weather)
    }

    /// The weather in each direction from now on.
    package func set(there: Weather = Weather(), back: Weather = Weather()) {
        state.state.withLock { $0.weather = [there, back] }
    }

    /// How many packets came onto the link in a direction.
    package func carried(_ direction: Direction) -> Int {
        state.state.withLock { $0.carried[direction.rawValue] }
    }

    /// A packet that is under way to the device.
    private struct Travelling {
        var arrival: Double
        var device: Int32
        var bytes: [UInt8]
    }

    private static func carry(
        between devices: [Int32], until wakeUp: Int32, _ shared: Shared, _ seeded: FixedGenerator
    ) {
        var random = seeded
        var travelling: [Travelling] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let next = travelling.map(\.arrival).min().map { max(0, $0 - Monotonic.seconds()) }
            var polled = ([wakeUp] + devices).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            poll(&polled, 3, next.map { Int32(($0 * 1000).rounded(.up)) } ?? -1)
            if polled[0].revents != 0 { return }
            for direction in Direction.allCases {
                let from = devices[direction.rawValue], to = devices[1 - direction.rawValue]
                while case let count = read(from, &buffer, buffer.count), count > 0 {
                    let packet = Packet(bytes: Array(buffer[..<count]))
                    let weather = shared.state.withLock { state in
                        state.carried[direction.rawValue] += 1
                        return state.weather[direction.rawValue]
                    }
                    let now = Monotonic.seconds()
                    if weather.resets, let reset = packet.reset {
                        travelling.append(Travelling(arrival: now, device: from, bytes: reset.bytes))
                        continue
                    }
                    for wait in weather.arrivals(ofLength: count, &random) {
                        travelling.append(Travelling(arrival: now + wait, device: to, bytes: packet.bytes))
                    }
                }
            }
            let now = Monotonic.seconds()
            for packet in travelling.filter({ $0.arrival <= now }).sorted(by: { $0.arrival < $1.arrival }) {
                // A device that is down takes nothing: lost, too.
                _ = write(packet.device, packet.bytes, packet.bytes.count)
            }
            travelling.removeAll { $0.arrival <= now }
        }
    }
}
