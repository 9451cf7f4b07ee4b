/// The parts of a request's head that this server uses.
struct RequestHead: Sendable, Equatable {
    enum Method: Sendable {
        case get, head, options
        /// Any other token.
        case other
    }

    var method: Method
    var target: RequestTarget
    /// Whom the client takes this server for.
    var host = RequestHost.local
    /// Whether the client speaks HTTP/1.0, which has no chunked bodies.
    var isVersionZero: Bool
    /// The values of all `Accept` lines as one list; empty without any.
    var accept: [UInt8] = []
    /// Whether the client may send another request on this connection.
    var keepsAlive: Bool
    /// Whether a body follows, which is not read.
    var hasBody = false
}

/// Why a request is refused.
struct RequestRefusal: Error, Equatable {
    var status: Status
    /// The answer's text after the name of the status, which never quotes the client.
    var detail: String

    init(_ status: Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    init(_ detail: String) {
        self.init(.badRequest, detail)
    }
}
