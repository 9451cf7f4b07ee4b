internal import EventLoop
internal import Files
internal import HealthCore

/// A login that goes by the plugins which the server asks for. It always ends with the server's own word, unless there
/// is no time left: servers count the handshakes that nobody ends, and block a host that makes too many.
struct MySQLLogin {
    /// The most replies until a login is judged: another plugin, and two messages of that, are usual.
    private static let mostReplies = 8

    let service: MySQLService
    let password: Secret?
    let channel: MySQLChannel

    /// Logs in, and throws the server's refusal, or why no password was sent.
    func perform(
        _ greeting: MySQLGreeting, over conversation: MySQLConversation, _ capabilities: MySQLCapabilities,
        until deadline: Instant
    ) async throws(Failure) {
        var plugin = MySQLPlugin(rawValue: greeting.plugin) ?? .native
        // A plugin that sends the password as it is, is asked for later.
        if plugin == .clear { plugin = .native }
        var nonce = greeting.nonce
        let answer = password.map { plugin.answer($0, nonce) } ?? []
        let login = MySQLRequest.login(
            capabilities, user: service.user, database: service.database, plugin: plugin, answer: answer)
        try await conversation.send(login, until: deadline)
        conversation.hasSentLogin = true
        var refusal: Failure?
        for _ in 0..<Self.mostReplies {
            let reply = try MySQLReply(try await conversation.next(until: deadline))
            switch reply {
            case .welcome:
                guard let refusal else { return }
                // It lets in whom it has not asked for a password.
                await conversation.quit(until: deadline)
                throw refusal
            case .refused(let error): throw refusal ?? failure(of: error)
            case .change(let name, let fresh):
                nonce = fresh
                let asked = self.plugin(name)
                guard asked == nil || asked == .clear || nonce.count == greeting.nonce.count else {
                    throw Failure(
                        .protocol, "a nonce of \(nonce.count) bytes, for a login by \(asked?.rawValue ?? "")")
                }
                if asked == nil, password != nil, refusal == nil { refusal = MySQLRefusal.failure(of: name) }
                plugin = asked ?? plugin
                let isMeant = refusal == nil && asked != nil
                let answer = isMeant ? password.map { plugin.answer($0, nonce) } ?? [] : []
                try await conversation.send(answer, until: deadline)
            case .message([3]) where plugin == .cachingSHA2: break
            case .message([4]) where plugin == .cachingSHA2:
                var secret: [UInt8]?
                if refusal == nil, let password {
                    secret = try await whole(password, nonce, over: conversation, until: deadline)
                    if secret == nil { refusal = MySQLRefusal.needsTLS }
                }
                // No password is one byte long and empty.
                try await conversation.send(secret ?? [0], until: deadline)
            case .message(let message):
                throw Failure(
                    .protocol, "a plugin says what it should not: \(PrintableText.line(message, atMost: 40))")
            }
        }
        throw Failure(.protocol, "it asks for one login after the other")
    }

    /// What the server refuses, about the user that was sent. MySQL demands TLS also where it has no certificate.
    private func failure(of error: MySQLError) -> Failure {
        let failure = error.failure(of: service.user)
        let isUnmet = failure.reason == .tls && channel == .plain && service.mode == .preferred
        return isUnmet ? failure.advising(.demandsUnofferedTLS) : failure
    }

    /// The plugin of a name, if it is spoken here, and if its password may go over this channel.
    private func plugin(_ name: String) -> MySQLPlugin? {
        guard let plugin = MySQLPlugin(rawValue: name) else { return nil }
        return plugin == .clear && !channel.isProven ? nil : plugin
    }

    /// The whole password for `caching_sha2_password`: as it is where nobody listens, else encrypted with the server's
    /// key; nil where there is no such key.
    private func whole(
        _ password: Secret, _ nonce: [UInt8], over conversation: MySQLConversation, until deadline: Instant
    ) async throws(Failure) -> [UInt8]? {
        let text = password.reveal { $0 + [0] }
        if channel.isPrivate { return text }
        var key: [UInt8]
        if let path = service.publicKeyFile {
            guard let contents = try SecretFile.current(path) else {
                throw Failure(.config, "cannot read \(path): \(SecretFile.whyUnreadable(path))")
            }
            key = contents
        } else if service.asksPublicKey {
            try await conversation.send([2], until: deadline)
            switch try MySQLReply(try await conversation.next(until: deadline)) {
            case .message(let sent): key = sent
            case .refused(let error): throw failure(of: error)
            default: throw MySQLRefusal.noKey
            }
        } else {
            return nil
        }
        guard let secret = PublicKey.encrypted(text.scrambled(with: nonce), withKeyIn: key) else {
            guard let path = service.publicKeyFile else { throw MySQLRefusal.noKey }
            throw Failure(.config, "no RSA key for this password is in \(path)")
        }
        return secret
    }
}

extension MySQLPlugin {
    /// The answer to a nonce.
    fileprivate func answer(_ password: Secret, _ nonce: [UInt8]) -> [UInt8] {
        password.reveal { password in
            switch self {
            case .native:
                let once = Digest.sha1.of(password)
                return once.scrambled(with: Digest.sha1.of(nonce + Digest.sha1.of(once)))
            case .cachingSHA2:
                let once = Digest.sha256.of(password)
                return once.scrambled(with: Digest.sha256.of(Digest.sha256.of(once) + nonce))
            case .clear: return password + [0]
            }
        }
    }
}

extension [UInt8] {
    /// The bytes, each combined with one of a mask, which begins anew at its end.
    fileprivate func scrambled(with mask: [UInt8]) -> [UInt8] {
        guard !mask.isEmpty else { return [] }
        return zip(self, repeatElement(mask, count: count / mask.count + 1).joined()).map { $0 ^ $1 }
    }
}
