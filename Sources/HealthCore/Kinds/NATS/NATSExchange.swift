/// What is said to a NATS server behind its INFO, and what its answers mean.
package struct NATSExchange {
    private let info: NATSInfo
    private let requiresJetStream: Bool
    private var hasPong = false
    private var hasJetStream = false

    package init(_ info: NATSInfo, requiringJetStream requiresJetStream: Bool) {
        (self.info, self.requiresJetStream) = (info, requiresJetStream)
    }

    /// The request. `inbox` is a name that nobody else has, for the answer of JetStream.
    package static func request(user: String?, password: Secret?, inbox: String?) -> [UInt8] {
        var options: [(key: String, value: JSONText)] = [
            ("verbose", .bool(false)), ("pedantic", .bool(false)), ("lang", .string("waitfor")),
            ("version", .string("1")), ("protocol", .integer(1)), ("headers", .bool(true)),
            ("no_responders", .bool(true)),
        ]
        password?.reveal { bytes in
            let secret = JSONText.string(String(decoding: bytes, as: UTF8.self))
            options += user.map { [("user", .string($0)), ("pass", secret)] } ?? [("auth_token", secret)]
        }
        let question = inbox.map { "SUB _INBOX.\($0) 1\r\nPUB $JS.API.INFO _INBOX.\($0) 0\r\n\r\n" } ?? ""
        return Array("CONNECT \(JSONText.object(options).text)\r\n\(question)PING\r\n".utf8)
    }

    /// Takes a message. Returns what was found, as a person reads it, when the server has answered all.
    package mutating func take(_ message: NATSMessage) throws(Failure) -> String? {
        switch message {
        case .info(let info): try Self.requireStaying(info)
        case .pong: hasPong = true
        case .answer(let headers, let body): try takeAnswer(headers, body)
        case .error(let words): throw Self.failure(words)
        case .other: break
        }
        guard hasPong, hasJetStream || !requiresJetStream else { return nil }
        return "PONG, NATS \(info.version)" + (requiresJetStream ? ", JetStream answers" : "")
    }

    /// Refuses a server that is about to stop.
    package static func requireStaying(_ info: NATSInfo) throws(Failure) {
        if info.isLameDuck { throw Failure(.shuttingDown, "it is in lame duck mode: about to stop") }
    }

    /// The failure that `-ERR` and these words mean.
    package static func failure(_ words: String) -> Failure {
        let text = words.lowercased()
        let said = words.utf8.filter { $0 != UInt8(ascii: "'") }
        let shown = said.isEmpty ? "-ERR, without a word of why" : PrintableText.line(said)
        let known: [(words: String, reason: Reason)] = [
            ("authorization violation", .auth), ("authentication expired", .auth),
            ("authentication revoked", .auth), ("permissions violation", .denied),
            ("connections exceeded", .tooManyConnections), ("server shutdown", .shuttingDown),
            ("tls required", .tls),
        ]
        return Failure(known.first { text.mentions($0.words) }?.reason ?? .error, shown).spokenByServer()
    }

    private mutating func takeAnswer(_ headers: [UInt8], _ body: [UInt8]) throws(Failure) {
        // Nobody listens there: JetStream is off, or not there yet.
        if headers.starts(with: "NATS/1.0 503".utf8) {
            throw Failure(.starting, "JetStream does not answer: it is off, or has yet to begin")
                .advising(.noJetStream)
        }
        func value(_ keys: [String]) throws(Failure) -> ArraySlice<UInt8>? {
            do throws(JSONPointer.Malformed) { return try JSONPointer(members: keys).value(in: body) } catch {
                throw Failure(.protocol, "not what a JetStream says: \(PrintableText.line(body))")
            }
        }
        guard try value(["error"]) == nil else {
            let words = PrintableText.line(
                (try value(["error", "description"]) ?? []).filter { $0 != ASCII.quote })
            // The metadata has no leader yet.
            let isPassing = try value(["error", "err_code"])?.elementsEqual("10008".utf8) == true
            throw Failure(isPassing ? .starting : .config, "JetStream: \(words)", isPermanent: !isPassing)
                .advising(.noJetStream).spokenByServer()
        }
        guard try value(["type"])?.text.mentions("account_info_response") == true else {
            throw Failure(.protocol, "not what a JetStream says: \(PrintableText.line(body))")
        }
        hasJetStream = true
    }
}
