internal import Glibc
package import HealthCore

/// `file://`: ready is what is there, of whatever type.
package struct FileProbe: Probe {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    package func attempt(until deadline: Instant) async -> Outcome {
        let address = Endpoint.local(path).description
        var information = stat()
        // One call, which only a file system over a network could keep waiting.
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
