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

    /// What 530 means, by RabbitMQ's own words: those in quotes are names, and so is what is not found.
    private var forbidden: Reason {
        if text.hasSuffix(" not found") { return .noDatabase }
        let words = text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset.isMultiple(of: 2) ? String($0.element) : nil }.joined()
        if words.mentions("limit") { return .tooManyConnections }
        return words.mentions("refused") ? .denied : .noDatabase
    }

    /// The failure that the code means, and where one code has several meanings the words of RabbitMQ.
    func failure(isOpen: Bool) -> Failure {
        let reason: Reason =
            switch code {
            case 403: isOpen ? .denied : .auth
            case 530: forbidden
            case 402: .noDatabase
            case 320: .shuttingDown
            case 501...505: .protocol
            default: .error
            }
        return Failure(reason, "\(code) \(text)").advising(reason == .noDatabase ? .noVirtualHost : nil)
            .spokenByServer()
    }
}
