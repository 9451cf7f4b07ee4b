import HealthCore
import Testing

/// Frames of AMQP 0-9-1, their arguments, and the targets.
struct AMQPFrameTests {
    /// The frames of some bytes, or the reason at which they end.
    private func reading(_ bytes: [UInt8], by size: Int) -> (frames: [AMQPFrame], reason: Reason?) {
        var (buffer, frames, rest) = ([UInt8](), [AMQPFrame](), bytes[...])
        do throws(Failure) {
            while !rest.isEmpty {
                buffer += rest.prefix(size)
                rest = rest.dropFirst(size)
                while let frame = try AMQPFrame.take(from: &buffer) { frames.append(frame) }
            }
            return (frames, nil)
        } catch {
            return (frames, error.reason)
        }
    }

    @Test("frames come in whatever pieces")
    func pieces() {
        let frames = [
            AMQPFrame(1, channel: 0, Array("hello".utf8)), AMQPFrame(8, channel: 0, []),
            AMQPFrame(2, channel: 1, [UInt8](repeating: 0xCE, count: 300)),
        ]
        for size in [1, 7, 1000] {
            let (read, reason) = reading(frames.flatMap(\.bytes), by: size)
            #expect(read == frames && reason == nil)
        }
    }

    @Test(
        "what is none is told at once",
        arguments: [
            [0x42], [4, 0, 0, 0, 0, 0, 0, 0xCE], [1, 0, 0, 0, 2, 0, 1], [1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF],
            [1, 0, 0, 0, 0, 0, 1, 0, 0], Array("AMQP\0\u{1}\0\0".utf8), Array("AMQX".utf8),
            [0x15, 3, 3, 0, 2, 2, 70],
        ] as [[UInt8]])
    func foreign(bytes: [UInt8]) {
        for size in [1, 100] {
            let (frames, reason) = reading(bytes, by: size)
            #expect(frames == [] && reason == .protocol, "\(bytes)")
        }
    }

    @Test("texts of a table are found among values of all types")
    func tables() {
        var table = AMQPWriter()
        for (type, count) in [
            ("t", 1), ("b", 1), ("B", 1), ("s", 2), ("u", 2), ("U", 2), ("I", 4), ("i", 4), ("f", 4),
            ("D", 5), ("l", 8),
            ("L", 8), ("d", 8), ("T", 8), ("V", 0),
        ] as [(Character, Int)] {
            table.add(row: "x", type, [UInt8](repeating: 0, count: count))
        }
        var (text, inner) = (AMQPWriter(), AMQPWriter())
        text.add(long: "3.10.8".utf8)
        inner.add(long: [])
        for type in "xAF" { table.add(row: "y", type, inner.bytes) }
        table.add(row: "version", "S", text.bytes)
        var whole = AMQPWriter()
        whole.add(long: table.bytes)
        var arguments = AMQPArguments(whole.bytes[...])
        let texts = arguments.texts() ?? []
        #expect(texts.map(\.name) == ["version"] && texts.map(\.text) == ["3.10.8"] && arguments.isEmpty)
        for count in 0..<whole.bytes.count {
            var cut = AMQPArguments(whole.bytes[..<count])
            #expect(cut.texts() == nil, "\(count)")
        }
    }

    @Test(
        "an address names a vhost, or the usual one",
        arguments: [
            ("amqp://queue", 5672, "/"), ("amqp://queue/", 5672, "/"), ("amqp://queue//", 5672, "/"),
            ("amqp://queue/%2F", 5672, "/"), ("amqp://a:secret@queue:1/shop", 1, "shop"),
            ("amqps://a:secret@queue/a%2Fb", 5671, "a/b"),
            ("pyamqp://a:secret@queue/x?heartbeat=5", 5672, "x"),
        ] as [(String, UInt16, String)])
    func addresses(text: String, port: UInt16, vhost: String) throws {
        let target = try TargetReader(context: ReadingContext(variable: { _ in nil })).read(
            Array(text.utf8), named: "x")
        let service = try #require(target.service as? AMQPService)
        #expect(target.endpoint == .network(host: "queue", port: port) && service.virtualHost == vhost)
        #expect(service.level == (text.contains("@") ? .login : .ping) && !"\(target)".contains("secret"))
        #expect(HealthPolicy(target).interval == (text.contains("@") ? .seconds(10) : .seconds(60)))
    }
}
