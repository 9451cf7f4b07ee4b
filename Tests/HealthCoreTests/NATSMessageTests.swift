import HealthCore
import Testing

/// What NATS servers say, in whatever pieces it comes.
struct NATSMessageTests {
    /// The messages of a text, or the reason at which it ends.
    private func reading(_ text: String, by size: Int) -> (messages: [NATSMessage], reason: Reason?) {
        var (reader, messages, rest) = (NATSReader(), [NATSMessage](), Array(text.utf8)[...])
        do throws(Failure) {
            while !rest.isEmpty {
                reader.feed(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
                while let message = try reader.next() { messages.append(message) }
            }
            return (messages, nil)
        } catch {
            return (messages, error.reason)
        }
    }

    @Test("messages are lines, and some have a payload")
    func messages() throws {
        let text =
            "INFO {\"version\":\"2.9.10\",\"tls_required\":true,\"auth_required\":true} \r\n+OK\r\nPING\r\n"
            + "-ERR 'No'\r\nMSG a 1 3\r\na\r\n\r\nHMSG _INBOX.a 1 x 4 6\r\nNATS{}\r\nPONG\r\n"
        for size in [1, 2, 7, 1000] {
            let (messages, reason) = reading(text, by: size)
            try #require(messages.count == 7 && reason == nil, "\(messages)")
            guard case .info(let info) = messages[0] else { return #expect(Bool(false), "\(messages)") }
            #expect(info.version == "2.9.10" && info.requiresTLS && info.offersTLS && info.asksLogin)
            #expect(!info.isLameDuck)
            #expect(
                Array(messages.dropFirst()) == [
                    .other, .other, .error("'No'"), .answer(headers: [], body: Array("a\r\n".utf8)),
                    .answer(headers: Array("NATS".utf8), body: Array("{}".utf8)), .pong,
                ])
        }
    }

    @Test(
        "what is none is told at once",
        arguments: [
            "HTTP/1.1 400\r\n", "\r\n", "INFO\r\n", "INFO x\r\n", "INFO {\"a\":1\r\n", "MSG a 1\r\n",
            "MSG a 1 x\r\n",
            "MSG a 1 3\r\nabcd\r\n", "MSG a 1 70000\r\n", "HMSG a 1 5 4\r\n", "HMSG 4\r\n",
            "HMSG a 1 -1 4\r\n",
            String(repeating: "x", count: 70000),
        ])
    func foreign(text: String) {
        for size in [1, 100_000] {
            let (messages, reason) = reading(text, by: size)
            #expect(messages == [] && reason == .protocol)
        }
    }

    @Test(
        "-ERR has its reason",
        arguments: [
            ("'Authorization Violation'", Reason.auth), ("'User Authentication Expired'", .auth),
            ("'Permissions Violation for Publish to \"a\"'", .denied),
            ("'maximum connections exceeded'", .tooManyConnections),
            ("'maximum account active connections exceeded'", .tooManyConnections),
            ("'Server Shutdown'", .shuttingDown), ("'Secure Connection - TLS Required'", .tls),
            ("'Authentication Timeout'", .error), ("", .error),
        ])
    func errors(words: String, reason: Reason) {
        let failure = NATSExchange.failure(words)
        #expect(failure.reason == reason)
        #expect(words.isEmpty == (failure.message == "-ERR, without a word of why"))
    }

    private func verdict(_ messages: [NATSMessage], _ isWanted: Bool = true) -> (
        found: String?, reason: Reason?
    ) {
        do throws(Failure) {
            let info = try NATSInfo(Array(#"{"version":"2.9.10"}"#.utf8))
            var exchange = NATSExchange(info, requiringJetStream: isWanted)
            for message in messages {
                if let found = try exchange.take(message) { return (found, nil) }
            }
            return (nil, nil)
        } catch {
            return (nil, error.reason)
        }
    }

    @Test("JetStream is asked only where it is wanted, and what it says has its reason")
    func jetStream() {
        func answer(_ body: String, _ headers: String = "") -> NATSMessage {
            .answer(headers: Array(headers.utf8), body: Array(body.utf8))
        }
        let good = answer(#"{"type":"io.nats.jetstream.api.v1.account_info_response","memory":0}"#)
        #expect(verdict([.pong], false) == ("PONG, NATS 2.9.10", nil))
        #expect(verdict([.pong]) == (nil, nil) && verdict([good]) == (nil, nil))
        #expect(verdict([.pong, good]) == ("PONG, NATS 2.9.10, JetStream answers", nil))
        #expect(verdict([good, .other, .pong]).found != nil)
        #expect(verdict([answer("", "NATS/1.0 503\r\n\r\n")]) == (nil, .starting))
        let error =
            #"{"type":"io.nats.jetstream.api.v1.account_info_response","error":{"code":503,"err_code":"#
        #expect(verdict([answer(error + #"10039,"description":"not enabled"}}"#)]) == (nil, .config))
        #expect(verdict([answer(error + #"10008,"description":"unavailable"}}"#)]) == (nil, .starting))
        for body in ["", "{}", "x", #"{"type":"other"}"#] {
            #expect(verdict([answer(body)]) == (nil, .protocol), "\(body)")
        }
    }

    @Test("a login is written as JSON, whatever it is made of")
    func request() {
        func text(_ user: String?, _ password: String?, _ inbox: String? = nil) -> String {
            String(
                decoding: NATSExchange.request(
                    user: user, password: password.map { Secret($0.utf8) }, inbox: inbox), as: UTF8.self)
        }
        #expect(text(nil, nil).hasPrefix("CONNECT {") && text(nil, nil).hasSuffix("}\r\nPING\r\n"))
        #expect(text("a\"b", "c\\\r\nPUB").contains(#""user":"a\"b","pass":"c\\\u000d\nPUB"}"#))
        #expect(text(nil, "t").contains(#""auth_token":"t"}"#))
        #expect(
            text(nil, nil, "x").contains("\r\nSUB _INBOX.x 1\r\nPUB $JS.API.INFO _INBOX.x 0\r\n\r\nPING\r\n"))
    }
}
