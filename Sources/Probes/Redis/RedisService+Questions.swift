internal import HealthCore

extension RedisService {
    /// The bytes of PING, which hiredis would otherwise format each time the program starts.
    static let ping = Array("*1\r\n$4\r\nPING\r\n".utf8)

    /// The questions in their order: only PING reports LOADING, and every other command answers while loading.
    func questions(_ password: Secret?) -> [RedisQuestion] {
        var questions: [RedisQuestion] = []
        if let password {
            let plain = password.reveal { ReplyReader.command([Array("AUTH".utf8), $0]) }
            let command = user.map { user in
                password.reveal { ReplyReader.command([Array("AUTH".utf8), Array(user.utf8), $0]) }
            }
            var login = RedisQuestion(command ?? plain, answeredBy: "OK")
            login.forgivesNoPassword = passwordIsAmbient
            login.subject = .login
            if command != nil { login.commandWithoutUser = plain }
            questions.append(login)
        }
        if database != 0 {
            let words = ["SELECT", "\(database)"].map { Array($0.utf8) }
            var selection = RedisQuestion(ReplyReader.command(words), answeredBy: "OK")
            selection.subject = .selection
            questions.append(selection)
        }
        questions.append(RedisQuestion(Self.ping, answeredBy: "PONG"))
        if role != nil || requiresLink {
            questions.append(
                RedisQuestion(["INFO", "replication"]) { reply throws(Failure) in
                    let state = RedisState(try reply.requireText())
                    var seen: [String] = []
                    if let role {
                        try state.require(role)
                        seen.append("a \(role.rawValue)")
                    }
                    if requiresLink, try state.requireLink() { seen.append("its link is up") }
                    return seen
                })
        }
        if requiresCluster {
            questions.append(
                RedisQuestion(["CLUSTER", "INFO"]) { reply throws(Failure) in
                    try RedisState(try reply.requireText()).requireCluster()
                    return ["the cluster is ok"]
                })
        }
        if let expectedKey {
            var question = Self.question(about: expectedKey)
            question.subject = .key
            questions.append(question)
        }
        return questions
    }

    private static func question(about key: ExpectedKey) -> RedisQuestion {
        guard let value = key.value else {
            return RedisQuestion(["EXISTS", key.name]) { reply throws(Failure) in
                if reply == .integer(0) { throw missing(key) }
                guard reply == .integer(1) else { throw reply.unexpected }
                return [keyIsThere]
            }
        }
        return RedisQuestion(["GET", key.name]) { reply throws(Failure) in
            if reply == .missing { throw missing(key) }
            guard Secret(try reply.requireText()) == value else {
                throw Failure(.bodyMismatch, "the key \(PrintableText.line(key.name)) has another value")
            }
            return [keyIsThere]
        }
    }

    private static let keyIsThere = "the key is there"

    private static func missing(_ key: ExpectedKey) -> Failure {
        Failure(.missing, "there is no key \(PrintableText.line(key.name))").advising(.noKey).spokenByServer()
    }
}

extension ReplyReader.Reply {
    /// The bytes of a text reply; throws for any other reply.
    fileprivate func requireText() throws(Failure) -> [UInt8] {
        guard case .text(let text) = self else { throw unexpected }
        return text
    }
}
