internal import Glibc
internal import HealthCore

/// `file://`: ready is a file that exists, of whatever type.
struct FileProbe: Probe {
    let path: String

    func attempt(until deadline: Instant) async -> Outcome {
        let address = Endpoint.local(path).description
        var information = stat()
        // `stat` is one call, which only a network file system could block.
        if stat(path, &information) == 0 { return .ready(address: address, detail: "is there") }
        let reason: Reason =
            switch errno {
            case ENOENT, ENOTDIR: .missing
            case EACCES: .denied
            default: .error
            }
        let message = reason == .missing ? "no such file" : String(cString: strerror(errno))
        return .notReady(Failure(reason, message, address: address))
    }
}
