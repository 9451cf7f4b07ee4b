/// The answer to a call of `Check`, as HTTP/2 delivers it piece by piece.
package struct GRPCAnswer: Sendable {
    /// The most bytes of an answer, fields and message: no honest one comes near this limit.
    package static let limit = 64 * 1024

    private var size = 0
    private var httpStatus: [UInt8] = []
    private var contentType: [UInt8] = []
    private var status: [UInt8]?
    private var statusMessage: [UInt8] = []
    private var message: [UInt8] = []

    package init() {}

    /// A block of fields begins. The call's status is in the last block: an earlier one does not count.
    package mutating func beginFields() {
        (status, statusMessage) = (nil, [])
    }

    /// Takes a field of the current block.
    package mutating func take(field name: some Collection<UInt8>, _ value: [UInt8]) throws(Failure) {
        try count(name.count + value.count)
        if name.elementsEqual(":status".utf8) {
            httpStatus = value
        } else if name.elementsEqual("content-type".utf8) {
            contentType = value
        } else if name.elementsEqual("grpc-status".utf8) {
            status = value
        } else if name.elementsEqual("grpc-message".utf8) {
            statusMessage = value
        }
    }

    /// Takes bytes of the message. A status before them was none.
    package mutating func take(data bytes: [UInt8]) throws(Failure) {
        try count(bytes.count)
        beginFields()
        message += bytes
    }

    private mutating func count(_ bytes: Int) throws(Failure) {
        size += bytes
        guard size <= Self.limit else { throw Self.tooLong }
    }

    package static let tooLong = Failure(
        .protocol, "an answer of more than \(limit / 1024) KiB: not gRPC health")

    /// The verdict about the whole answer: the detail of a success.
    package func verdict() throws(Failure) -> String {
        guard let status else { throw withoutStatus }
        guard !status.isEmpty, status.allSatisfy(ASCII.isDigit),
            let code = Int(String(decoding: status, as: UTF8.self), radix: 10)
        else { throw Failure(.protocol, "a grpc-status that is no number: \(PrintableText.line(status))") }
        guard code == 0 else {
            let text = (try? PercentEncoding.decoded(statusMessage[...])) ?? statusMessage
            throw GRPCStatus.failure(code, saying: text)
        }
        return try health()
    }

    /// The failure of an answer that has no status: most often it is none of gRPC's, but a proxy's or a web server's.
    private var withoutStatus: Failure {
        if httpStatus.elementsEqual("200".utf8), contentType.starts(with: "application/grpc".utf8) {
            return Failure(.protocol, "the answer ended without a grpc-status")
        }
        let shown = "it answers HTTP \(PrintableText.line(httpStatus)) without gRPC"
        switch String(decoding: httpStatus, as: UTF8.self) {
        // The codes that gRPC's own clients make of these statuses.
        case "401": return Failure(.auth, shown).advising(.callToken)
        case "403": return Failure(.denied, shown).advising(.callToken)
        case "429", "502", "503", "504": return Failure(.busy, shown).advising(.noBackend)
        default: return Failure(.protocol, shown).advising(.noGRPC)
        }
    }

    /// The health in the message, which has a flag and its length before it.
    private func health() throws(Failure) -> String {
        guard let flag = message.first, message.count >= 5 else {
            throw Failure(.protocol, "a grpc-status of OK, and no whole message")
        }
        guard flag == 0 else { throw Failure(.protocol, "a compressed message, which nobody asked for") }
        let length = message.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int(clamping: $1) }
        let response = message.dropFirst(5)
        guard length == response.count, let status = ProtobufFields.last(varint: 1, in: response) else {
            throw Failure(.protocol, "a message that is no HealthCheckResponse")
        }
        switch status ?? 0 {
        case 0: throw Failure(.busy, "UNKNOWN").advising(.notServing)
        case 1: return "SERVING"
        case 2: throw Failure(.busy, "NOT_SERVING").advising(.notServing)
        case 3: throw Failure(.busy, "SERVICE_UNKNOWN").advising(.noSuchService)
        case let other: throw Failure(.error, "a status that the health protocol does not have: \(other)")
        }
    }
}
