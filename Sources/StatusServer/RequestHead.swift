/// All that this server looks at of a request.
struct RequestHead: Sendable, Equatable {
    enum Method: Sendable {
        case get, head
        /// Any other token.
        case other
    }

    var method: Method
    var target: RequestTarget
    /// Whether the client speaks HTTP/1.0: then nothing is chunked.
    var isVersionZero: Bool
    /// The values of all `Accept` lines as one list; empty without any.
    var accept: [UInt8] = []
    /// Whether the client may send another request on this connection.
    var keepsAlive: Bool
    /// Whether a body follows, which nobody reads.
    var hasBody = false
}

/// Why a request gets no answer of its own.
struct RequestRefusal: Error, Equatable {
    var status: Status
    /// The answer's text after the name of the status. Never the client's own words.
    var detail: String

    init(_ status: Status, _ detail: String) {
        self.status = status
        self.detail = detail
    }

    init(_ detail: String) {
        self.init(.badRequest, detail)
    }
}
