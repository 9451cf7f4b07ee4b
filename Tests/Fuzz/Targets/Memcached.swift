import HealthCore

/// A memcached is ready only for one whole line with a version, and what else it says is shown in one line.
@Sendable func fuzzMemcached(_ bytes: [UInt8]) {
    do throws(Failure) {
        guard let version = try MemcachedAnswer.version(in: bytes) else {
            return Invariant.hold(!bytes.contains(UInt8(ascii: "\n")), "a line with its end is judged")
        }
        Invariant.shown(Outcome.ready(address: nil, detail: version).message)
        Invariant.hold(bytes.starts(with: "VERSION ".utf8), "a yes without a version")
        Invariant.hold(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1, "a yes with something behind it")
    } catch {
        Invariant.shown(error)
    }
}
