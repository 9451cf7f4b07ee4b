internal import EventLoop
internal import HealthCore

/// What a peer sends, in pieces of one size, and then its end.
final class MemoryStream: ByteStream {
    private var left: ArraySlice<UInt8>
    private let size: Int

    init(_ bytes: [UInt8], by size: Int) {
        left = bytes[...]
        self.size = size
    }

    func send(_ bytes: [UInt8], until deadline: Instant) async throws(Failure) {}

    func receive(atMost limit: Int, until deadline: Instant) async throws(Failure) -> [UInt8] {
        let piece = left.prefix(min(limit, size))
        left = left.dropFirst(piece.count)
        return Array(piece)
    }

    func finish() {}
}

/// How a conversation ended.
enum Ending<Value: Sendable & Equatable>: Sendable, Equatable {
    case value(Value)
    case failure(Failure)

    /// Without the words, in which as much is quoted as had come.
    var verdict: Ending {
        guard case .failure(let failure) = self else { return self }
        return .failure(Failure(failure.reason, "", isPermanent: failure.isPermanent))
    }
}

let loop = EventLoop()

/// Holds a conversation to its end.
func converse<Value>(_ body: @escaping @Sendable () async throws(Failure) -> Value) -> Ending<Value> {
    loop.run {
        do throws(Failure) {
            return .value(try await body())
        } catch {
            return .failure(error)
        }
    }
}
