extension CheckCommand {
    var service: ComposeService { variables.service }

    /// Where a server is, as others in the project reach it: `db:5432`. Nil, and a note, if the host has no value.
    func address(
        host: ShellWord?, port: ShellWord?, of server: KnownServer, _ question: inout CheckQuestion
    ) -> ComposeText {
        var place = ComposeText(service.place)
        var isOwn = true
        if let host {
            if let value = host.value, service.isLoopback(value) { question.saysLoopback = true }
            if question.needs(host) {
                (place, isOwn) = (host.text, false)
            } else if let value = host.value, !value.isEmpty, !value.utf8.contains(UInt8(ascii: "$")) {
                // A folder is that of a socket.
                if !value.hasPrefix("/"), !service.isItself(value) {
                    place = Self.bracketed(host.text)
                    isOwn = false
                } else if value.hasPrefix("/") {
                    question.note("its socket cannot be reached from outside: its port is asked")
                }
            } else {
                question.leaveOut(
                    "the host is taken to be \(PrintableText.line(place.value)): \(CheckQuestion.list(host.unknown))"
                        + " has no value here")
            }
        }
        let usual = isOwn ? service.port(of: server) : ShellWord(ComposeText("\(server.port)"))
        return place.appending(":").appending(Self.number(port, or: usual, &question))
    }

    /// A port as written; the usual one, and a note, if it has no value.
    static func number(_ port: ShellWord?, or usual: ShellWord, _ question: inout CheckQuestion)
        -> ComposeText
    {
        guard let port, !question.needs(port) else { return port?.text ?? usual.text }
        if let number = port.value.flatMap({ UInt16($0, radix: 10) }), number > 0 { return port.text }
        let why =
            port.unknown.isEmpty ? "it is no number" : "\(CheckQuestion.list(port.unknown)) has no value here"
        question.leaveOut("the port is taken to be \(usual.text.value): \(why)")
        return usual.text
    }

    /// An IPv6 address in brackets.
    static func bracketed(_ host: ComposeText) -> ComposeText {
        guard IPLiteral.isIPv6(host.value) else { return host }
        return ComposeText("[").appending(host).appending("]")
    }

    /// A limit that an option says in seconds.
    static func limit(of word: ShellWord?) -> Duration? {
        guard let text = word?.value, let limit = DurationText.parse(text, bareSeconds: true),
            limit >= .seconds(1)
        else { return nil }
        return limit
    }
}
