import EventLoop
import Glibc
import HealthCore
import Synchronization
import TestSupport
import Testing

@Suite("Listening on a Unix socket")
struct SocketFileTests {
    private let loop = EventLoop()

    private func listen(_ path: String) throws -> Listener {
        try Listener(.unixSocket(path: path), on: loop)
    }

    private func refusal(_ path: String) -> String? {
        do {
            _ = try Listener(.unixSocket(path: path), on: loop)
            return nil
        } catch {
            return error.message
        }
    }

    /// Whether a connection to the path is accepted by the listener.
    private func accepts(_ listener: Listener, at path: String) throws -> Bool {
        let (loop, address) = (self.loop, try #require(SocketAddress(unixPath: path)))
        return loop.run {
            guard let client = try? Socket.connecting(to: address, on: loop) else { return false }
            defer { withExtendedLifetime(client) {} }
            return await withTaskGroup(of: Bool.self) { group in
                group.addTask { await listener.accept() != nil }
                group.addTask {
                    _ = await loop.sleep(until: loop.after(.seconds(20)))
                    return false
                }
                defer { group.cancelAll() }
                return await group.next() ?? false
            }
        }
    }

    private func information(_ path: String) -> stat? {
        var information = stat()
        return lstat(path, &information) == 0 ? information : nil
    }

    /// A socket file that nobody listens on: its process has died.
    private func leaveOver(_ path: String) throws {
        let server = try LoopbackServer(unixSocket: path) { _ in }
        server.stop()
        try #require(information(path) != nil)
    }

    private let live = "somebody listens there: is another agent running?"

    @Test("connections are accepted, and the file is a socket for owner and group: 0660, whatever the umask")
    func mode() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            let loop = self.loop
            for mask in [0o022, 0, 0o077] as [UInt32] {
                let (listener, after) = try withOwnUmask(mask) {
                    (try Listener(.unixSocket(path: path), on: loop), umask(0))
                }
                #expect(after == mask)
                #expect(try accepts(listener, at: path))
                let mode = try #require(information(path)).st_mode
                #expect(mode & S_IFMT == S_IFSOCK)
                #expect(mode & 0o7777 == 0o660)
            }
        }
    }

    @Test("others may not connect from the start: where the umask takes nothing, the mode is not changed")
    func modeFromTheStart() throws {
        try withTemporaryDirectory { directory in
            let (loop, path) = (self.loop, directory.file("s"))
            let watcher = inotify_init1(Int32(IN_NONBLOCK))
            defer { close(watcher) }
            try #require(inotify_add_watch(watcher, directory.path, UInt32(IN_ATTRIB)) >= 0)
            func changes() -> Int {
                var events = [UInt8](repeating: 0, count: 4096)
                return read(watcher, &events, events.count)
            }
            let listener = try withOwnUmask(0) { try Listener(.unixSocket(path: path), on: loop) }
            defer { withExtendedLifetime(listener) {} }
            #expect(changes() == -1)
            #expect(chmod(path, 0o666) == 0 && changes() > 0, "it would have been seen")
        }
    }

    @Test("listening leaves the umask alone, which is every thread's")
    func umaskOfTheProcess() throws {
        func processMask() -> Substring? {
            String(decoding: readFile("/proc/self/status") ?? [], as: UTF8.self).split(separator: "\n")
                .first { $0.hasPrefix("Umask:") }
        }
        try withTemporaryDirectory { directory in
            let before = try #require(processMask())
            let made = Atomic<Int>(0)
            let threads = (0..<4).map { thread in
                WorkerThread {
                    let loop = EventLoop()
                    for number in 0..<100 {
                        let path = directory.file("\(thread).\(number)")
                        guard (try? Listener(.unixSocket(path: path), on: loop)) != nil else { return }
                        made.add(1, ordering: .relaxed)
                    }
                }
            }
            for thread in threads { thread.join() }
            #expect(made.load(ordering: .relaxed) == 400)
            #expect(processMask() == before)
        }
    }

    @Test("a file that is left over is replaced")
    func leftOver() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            try leaveOver(path)
            let listener = try listen(path)
            #expect(try accepts(listener, at: path))
        }
    }

    @Test(
        "a listener of the tests that was stopped is gone, also while a process being forked has a copy of it"
    )
    func leftOverWhileForking() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            let server = try LoopbackServer(unixSocket: path) { _ in }
            let copy = fcntl(server.listener, F_DUPFD_CLOEXEC, 0)
            defer { close(copy) }
            server.stop()
            let listener = try listen(path)
            #expect(try accepts(listener, at: path))
        }
    }

    @Test("a socket that somebody listens on is refused, and goes on listening")
    func alive() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            let first = try listen(path)
            #expect(refusal(path) == live)
            #expect(try accepts(first, at: path))
            #expect(information(path) != nil)
        }
    }

    @Test("a socket whose queue is full is alive")
    func full() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            let address = try #require(SocketAddress(unixPath: path))
            let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var bytes = sockaddr_un()
            bytes.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &bytes.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let isBound = withUnsafeBytes(of: &bytes) {
                $0.baseAddress.map {
                    bind(
                        descriptor, $0.assumingMemoryBound(to: sockaddr.self),
                        socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            try #require(isBound == 0 && Glibc.listen(descriptor, 0) == 0)
            let waiting = (0..<5).compactMap { _ in try? Socket.connecting(to: address, on: loop) }
            #expect(waiting.count < 5)
            #expect(refusal(path) == live)
            withExtendedLifetime(waiting) {}
        }
    }

    @Test("a file that is no socket is refused and left alone")
    func regularFile() throws {
        try withTemporaryDirectory { directory in
            let path = try directory.write("s", "precious")
            #expect(refusal(path) == "there is a file that is no socket: remove it")
            #expect(readText(path) == "precious")
            // A link is no socket either, wherever it points.
            let (link, target) = (directory.file("link"), directory.file("left over"))
            try leaveOver(target)
            try #require(symlink(target, link) == 0)
            #expect(refusal(link) == "there is a file that is no socket: remove it")
            #expect(information(target) != nil)
        }
    }

    @Test("what cannot be made says why, and leaves nothing")
    func impossible() throws {
        try withTemporaryDirectory { directory in
            #expect(refusal(directory.file("no/s")) == "the folder of the socket does not exist")
            let long = directory.file(String(repeating: "a", count: 108))
            #expect(refusal(long) == "the path is too long")
        }
    }

    @Test("the file goes with the listener")
    func removed() throws {
        try withTemporaryDirectory { directory in
            let path = directory.file("s")
            do {
                let listener = try listen(path)
                #expect(try accepts(listener, at: path))
            }
            #expect(information(path) == nil)
        }
    }

    @Test("a file that has taken its place stays, socket or not")
    func replaced() throws {
        try withTemporaryDirectory { directory in
            let (path, aside) = (directory.file("s"), directory.file("aside"))
            do {
                let first = try listen(path)
                // The first one keeps its inode, so that the second cannot have the same.
                try #require(rename(path, aside) == 0)
                try directory.write("s", "another's")
                withExtendedLifetime(first) {}
            }
            #expect(readText(path) == "another's")
            try #require(unlink(path) == 0)
            let second: Listener
            do {
                let first = try listen(path)
                try #require(rename(path, directory.file("aside too")) == 0)
                second = try listen(path)
                withExtendedLifetime(first) {}
            }
            #expect(try accepts(second, at: path))
        }
    }
}
