import Glibc
import HealthCore
import TestSupport
import Testing

@testable import EventLoop

/// A write to a full descriptor comes back, however the kernel has to be asked.
/// One at a time: the disposition of the timer's signal is the process's, and two would take it from each other.
@Suite(.serialized)
struct OutputDescriptorTests {
    private let page = Array(repeating: UInt8(ascii: "x"), count: 4096)[...]

    /// F_SETPIPE_SZ, which wants _GNU_SOURCE.
    private let setPipeSize: Int32 = 1031

    private func timed(_ body: () -> OutputDescriptor.Result) -> (OutputDescriptor.Result, Double) {
        let began = Monotonic.seconds()
        return (body(), Monotonic.seconds() - began)
    }

    /// Writes until nothing goes any more; returns how many bytes went.
    private func fill(_ descriptor: inout OutputDescriptor) -> Int {
        var total = 0
        while case .wrote(let count) = descriptor.write(page, patience: .milliseconds(20)) { total += count }
        return total
    }

    @Test("a full pipe is full at once by the flag, and after its patience by the timer")
    func pipes() {
        for way in [OutputDescriptor.Way.flag, .timer] {
            var ends: [Int32] = [-1, -1]
            #expect(Glibc.pipe(&ends) == 0)
            defer { for end in ends { close(end) } }
            var output = OutputDescriptor(ends[1])
            output.way = way
            #expect(fill(&output) >= 4096)
            let (result, seconds) = timed { output.write(page, patience: .milliseconds(20)) }
            #expect(result == .full && seconds < 0.2, "\(way): \(result) after \(seconds)")
        }
    }

    @Test(
        "a write that was let in and then has to wait is broken off by the timer, with what went until then")
    func brokenOff() {
        var ends: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        #expect(fcntl(ends[1], setPipeSize, 8192) == 8192)
        var output = OutputDescriptor(ends[1])
        output.way = .timer
        #expect(output.write(page, patience: .milliseconds(20)) == .wrote(4096))
        let (result, seconds) = timed { output.write(page + page, patience: .milliseconds(20)) }
        #expect(result == .wrote(4096) && (0.015..<0.5).contains(seconds), "\(result) after \(seconds)")
    }

    @Test("the timer's signal leaves its disposition and its place in the mask as they were")
    func signalRestored() {
        let signal = OutputDescriptor.signal
        var ignored = sigaction()
        var before = sigaction()
        ignored.__sigaction_handler.sa_handler = SIG_IGN
        sigaction(signal, &ignored, &before)
        defer { sigaction(signal, &before, nil) }
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        var output = OutputDescriptor(null)
        output.way = .timer
        var (mask, maskAfter) = (sigset_t(), sigset_t())
        pthread_sigmask(SIG_BLOCK, nil, &mask)
        #expect(output.write(page, patience: .milliseconds(20)) == .wrote(4096))
        pthread_sigmask(SIG_BLOCK, nil, &maskAfter)
        var after = sigaction()
        sigaction(signal, nil, &after)
        #expect(
            unsafeBitCast(after.__sigaction_handler.sa_handler, to: Int.self)
                == unsafeBitCast(SIG_IGN, to: Int.self))
        #expect(sigismember(&mask, signal) == sigismember(&maskAfter, signal))
    }

    @Test("a socket that is full is full, with the flag and without")
    func sockets() {
        for way in [OutputDescriptor.Way.flag, .socket] {
            var ends: [Int32] = [-1, -1]
            #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            defer { for end in ends { close(end) } }
            var output = OutputDescriptor(ends[0])
            output.way = way
            #expect(fill(&output) > 4096)
            let (result, seconds) = timed { output.write(page, patience: .milliseconds(20)) }
            #expect(result == .full && seconds < 0.2, "\(way): \(result) after \(seconds)")
        }
    }

    @Test("a terminal that nobody reads is full")
    func terminal() throws {
        let terminal = try Terminal()
        var output = OutputDescriptor(terminal.descriptor)
        #expect(fill(&output) > 0)
        let (result, seconds) = timed { output.write(page, patience: .milliseconds(20)) }
        #expect(result == .full && seconds < 0.2, "\(result) after \(seconds)")
    }

    @Test("a file takes everything; what cannot be written to says so")
    func others() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("log")
        var file = OutputDescriptor(open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600))
        for _ in 0..<3 { #expect(file.write(page, patience: .milliseconds(20)) == .wrote(4096)) }
        close(file.number)
        #expect(readText(path).utf8.count == 3 * 4096)
        var gone = OutputDescriptor(file.number)
        #expect(gone.write(page, patience: .milliseconds(20)) == .failed(EBADF))
        var full = OutputDescriptor(open("/dev/full", O_WRONLY | O_CLOEXEC))
        #expect(full.write(page, patience: .milliseconds(20)) == .failed(ENOSPC))
        close(full.number)
    }
}
