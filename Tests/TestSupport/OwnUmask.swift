import CTestSupport
import Glibc

/// Calls `body` on a thread with a umask of its own: that of the process is everybody's, and another test
/// may be changing it. Expectations belong after it, about what it returns.
package func withOwnUmask<Value: Sendable>(
    _ mask: UInt32, _ body: @escaping @Sendable () throws -> Value
) throws -> Value {
    let made = Made<Value>()
    WorkerThread {
        made.set(
            Result {
                try check("unshare", support_unshare_directories())
                umask(mask)
                return try body()
            })
    }.join()
    return try made.get()
}
