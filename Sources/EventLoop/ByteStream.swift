package import HealthCore

/// A connection that bytes go through, plain or encrypted.
package protocol ByteStream {
    /// Sends everything.
    func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure)
    /// Receives at least one byte and at most `limit`; empty when the peer has closed.
    func receive(atMost limit: Int, until deadline: Instant) async throws(Failure) -> [UInt8]
    /// The peer has read all that was sent and is owed nothing: closing need not be agreed upon.
    func finish()
}

extension Socket: ByteStream {}
