/// Why a server closes a connection or a channel: Connection.Close, Channel.Close (§1.4.2.9).
struct AMQPRefusal {
    private let code: UInt16
    private let text: String

    init(_ arguments: inout AMQPArguments) throws(Failure) {
        guard let code = arguments.short(), let text = arguments.shortText() else {
            throw AMQPExchange.malformed
        }
        (self.code, self.text) = (code, PrintableText.line(text))
    }

    /// The failure that the code means, and where one code has several meanings the words of RabbitMQ.
    func failure(isOpen: Bool) -> Failure {
        let reason: Reason =
            switch code {
            case 403: isOpen ? .denied : .auth
            case 530 where text.mentions("limit"): .tooManyConnections
            case 530 where text.mentions("refused"): .denied
            case 402, 530: .noDatabase
            case 320: .shuttingDown
            case 501...505: .protocol
            default: .error
            }
        return Failure(reason, "\(code) \(text)").advising(reason == .noDatabase ? .noVirtualHost : nil)
    }
}
