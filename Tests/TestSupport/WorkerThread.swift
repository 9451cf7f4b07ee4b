import Glibc

/// A thread of its own for work that blocks, which the pool of Swift's tasks must not do for long.
///
/// It inherits the namespaces of the thread that makes it.
package final class WorkerThread: Sendable {
    private let handle: pthread_t

    /// Starts `body` at once.
    package init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(run: body))
        var handle = pthread_t()
        let failure = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                WorkerThread.blockBrokenPipe()
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, box.toOpaque())
        precondition(failure == 0, "pthread_create: \(String(cString: strerror(failure)))")
        self.handle = handle
    }

    /// Waits for the end of the body. Call it once, and not from the body itself.
    package func join() {
        pthread_join(handle, nil)
    }

    /// Lets the thread end on its own. Call it once, instead of `join`.
    package func detach() {
        pthread_detach(handle)
    }

    // A write to a peer that went away must be an error here, not the end of the test process.
    private static func blockBrokenPipe() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
