internal import HealthCore

/// An answer before it is sent.
struct Response: Sendable {
    var status = Status.ok
    var contentType = ContentType.text
    var body: Body
    /// Whether the methods are told that the server answers.
    var tellsMethods = false
    /// The `Date` line.
    var date: [UInt8] = []

    /// The `Content-Type` of the body.
    enum ContentType: String, Sendable {
        case text = "text/plain; charset=utf-8"
        case json = "application/json"
        case page = "text/html; charset=utf-8"
        case health = "application/health+json"
        case metrics = "text/plain; version=0.0.4; charset=utf-8"
        case openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }

    enum Body: Sendable {
        case short(String)
        case long(LongText)
    }

    init(_ status: Status = .ok, text: String) {
        self.status = status
        body = .short(text)
    }

    init(_ status: Status = .ok, as contentType: ContentType, _ text: LongText) {
        self.status = status
        self.contentType = contentType
        body = .long(text)
    }

    /// The answer to a refused request.
    init(refusing refusal: RequestRefusal) {
        self.init(refusal.status, text: "\(refusal.status.rawValue): \(refusal.detail)\n")
    }

    /// How the end of the body is known.
    enum Framing: Equatable {
        case length(Int)
        case chunks
        /// The end of the connection, the only end that HTTP/1.0 has for a body of unknown length.
        case end
    }

    /// The `Connection` field; without one, HTTP/1.1 keeps the connection.
    enum Connection: Sendable {
        case goesOn, keptAlive, closes
    }

    /// Appends the head: status line and fields.
    func appendHead(to bytes: inout [UInt8], _ framing: Framing, _ connection: Connection) {
        bytes.append("HTTP/1.1 ")
        bytes.append(status.rawValue)
        bytes.append("\r\n")
        bytes += date
        bytes.append("Content-Type: ")
        bytes.append(contentType.rawValue)
        bytes.append("\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n")
        if contentType == .page {
            bytes.append("Content-Security-Policy: ")
            bytes.append(PageHTML.policy)
            bytes.append("\r\n")
        }
        if tellsMethods || status == .methodNotAllowed { bytes.append("Allow: GET, HEAD, OPTIONS\r\n") }
        switch connection {
        case .goesOn: break
        case .keptAlive: bytes.append("Connection: keep-alive\r\n")
        case .closes: bytes.append("Connection: close\r\n")
        }
        switch framing {
        case .length(let length):
            bytes.append("Content-Length: ")
            bytes.append(decimal: Int64(clamping: length))
            bytes.append("\r\n\r\n")
        case .chunks: bytes.append("Transfer-Encoding: chunked\r\n\r\n")
        case .end: bytes.append("\r\n")
        }
    }
}
