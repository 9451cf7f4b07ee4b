/// A question over HTTP, from the URL of a check.
struct HTTPQuestion {
    var question: CheckQuestion
    /// Whether a status from 400 on is a failure.
    var failsByStatus = true
    var follows = false
    var headers: [ComposeText] = []

    /// Nil where the URL is none of HTTP's, or has no value.
    init?(_ word: ShellWord, _ command: CheckCommand) {
        let uri = ConnectionURI(word)
        let scheme = uri.scheme.isEmpty ? "http" : uri.scheme
        guard scheme == "http" || scheme == "https", let host = uri.host else { return nil }
        let isEncrypted = scheme == "https"
        question = CheckQuestion("http")
        let usual: UInt16 = isEncrypted ? 443 : 80
        var place = ComposeText(command.service.place)
        var isOwn = true
        if question.needs(host) {
            (place, isOwn) = (host.text, false)
        } else if let value = host.value {
            question.saysLoopback = command.service.isLoopback(value)
            if !command.service.isItself(value) {
                (place, isOwn) = (CheckCommand.bracketed(host.text), false)
            }
        } else {
            question.leaveOut(
                "the host is taken to be \(PrintableText.line(place.value)): \(CheckQuestion.list(host.unknown)) has no value here"
            )
        }
        var port = ComposeText("")
        if let word = uri.port {
            port = ComposeText(":").appending(
                CheckCommand.number(word, or: ShellWord(ComposeText("\(usual)")), &question))
        }
        // A server may know its own host by one name only: it is asked by the one that the check says.
        if isOwn, let name = host.value, name.lowercased() != place.value.lowercased(), !name.utf8.isEmpty {
            let isUsual = port.value == ":\(usual)"
            headers.append(
                ComposeText("Host: ").appending(CheckCommand.bracketed(host.text)).appending(
                    isUsual ? ComposeText("") : port))
            if isEncrypted { question.set("server_name", host.text) }
        }
        var address = ComposeText("\(scheme)://")
        if let user = uri.user, !user.pieces.isEmpty {
            address = address.appending(credentials(user, uri.password))
        }
        address = address.appending(place).appending(port)
        address = address.appending("/")
        if let path = uri.path { address = address.appending(part(path, "the path")) }
        if let query = uri.query { address = address.appending("?").appending(part(query, "the query")) }
        question.address = address
    }

    /// A part of the URL; one without a value is left empty.
    private mutating func part(_ word: ShellWord, _ what: String) -> ComposeText {
        if word.value == nil {
            question.leaveOut("\(what) has no \(CheckQuestion.list(word.unknown)): it has no value here")
        }
        return word.text.mapValues(Self.encoded)
    }

    /// `user:password@`, for `Authorization: Basic`.
    private mutating func credentials(_ user: ShellWord, _ password: ShellWord?) -> ComposeText {
        guard user.value != nil, password.map({ $0.value != nil }) ?? true else {
            question.leaveOut(
                "the login is not named: \(CheckQuestion.list(user.unknown + (password?.unknown ?? []))) has no value here"
            )
            return ComposeText("")
        }
        var text = user.text.mapValues(Self.escaped)
        if let password { text = text.appending(":").appending(password.text.mapValues(Self.escaped)) }
        if !(text.value == user.text.value + (password.map { ":" + $0.text.value } ?? "")), text.hasVariables
        {
            question.note("the login's variables have to be percent-encoded")
        }
        return text.appending("@")
    }

    /// Puts `user:password@` into the address.
    mutating func takeLogin(_ word: ShellWord) {
        let (user, password) = word.cut(at: ASCII.colon)
        let login = credentials(user, password)
        let text = question.address
        guard let scheme = ["http://", "https://"].first(where: { text.value.hasPrefix($0) }),
            let rest = ShellWord(text).dropping(prefix: scheme)
        else { return }
        question.address = ComposeText(scheme).appending(login).appending(rest.text)
    }

    /// Without what no URL may have as it is.
    private static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 <= 0x20 || $0 >= 0x7F || $0 == ASCII.percent }) else { return text }
        var (result, rest) = ([UInt8](), bytes[...])
        while let byte = rest.popFirst() {
            let isInvalid =
                byte == ASCII.percent && rest.prefix(2).filter { ASCII.hexadecimal($0) != nil }.count < 2
            if byte <= 0x20 || byte >= 0x7F || isInvalid {
                result += Self.escape(byte)
            } else {
                result.append(byte)
            }
        }
        return result[...].text
    }

    /// With everything encoded that is not unreserved (RFC 3986 §2.3).
    static func escaped(_ text: String) -> String {
        text.utf8.flatMap { byte -> [UInt8] in
            ASCII.isLetter(byte) || ASCII.isDigit(byte) || "-._~".utf8.contains(byte) ? [byte] : escape(byte)
        }[...].text
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = String(byte, radix: 16, uppercase: true)
        return Array("%\(digits.utf8.count < 2 ? "0" : "")\(digits)".utf8)
    }

    /// What has to be in the answer; the statuses that count are those without a failure, or those of `statuses`.
    mutating func expect(_ output: CheckOutput, prints: Printed) {
        switch (output, prints) {
        case (.ignored, _): break
        case (.json(let pointer, let value), .body):
            question.set("expect_json", "\(pointer)\(value.map { "=\($0)" } ?? "")")
            if value == nil {
                question.leaveOut("that `\(PrintableText.line(pointer))` is not false is not asked")
            }
        case (.equals(let text), .body) where !text.isEmpty:
            question.set("expect_body", text)
            question.leaveOut("that nothing else is in the body is not asked")
        case (.matches(let pattern), .body):
            if let text = pattern.literal, !text.isEmpty {
                question.set("expect_body", text)
            } else {
                let text = pattern.fragment
                if !text.isEmpty { question.set("expect_body", text) }
                question.leaveOut("the pattern of its grep is asked as far as it is a text")
            }
        case (.equals(let text), .status) where StatusRanges(text) != nil:
            question.set("expect_status", text)
            failsByStatus = true
        case (.matches(let pattern), .status), (.matches(let pattern), .head):
            takeStatuses(of: pattern, isHead: prints == .head)
        default: question.leaveOut("what it prints is not looked at")
        }
    }

    /// What the command prints.
    enum Printed { case body, status, head, nothing }

    /// The statuses whose line a pattern finds.
    private mutating func takeStatuses(of pattern: GrepPattern, isHead: Bool) {
        let found = (100...599).filter { status in
            pattern.isFound(in: isHead ? Self.statusLines(status) : ["\(status)"])
        }
        // A word like `200` is in every status that begins so, and in none but a status otherwise.
        guard let first = found.first, found.count < 500 else {
            return question.leaveOut("what it looks for in the head of the answer is not asked")
        }
        var (ranges, start, last) = ([String](), first, first)
        for status in found.dropFirst() + [1000] {
            if status != last + 1 {
                ranges.append(start == last ? "\(start)" : "\(start)-\(last)")
                start = status
            }
            last = status
        }
        question.set("expect_status", ranges.joined(separator: ","))
        failsByStatus = true
        // The head of the redirect is looked at as well.
        if isHead, found.contains(302) { follows = false }
    }

    /// The first line of an answer, by the versions of HTTP.
    static func statusLines(_ status: Int) -> [String] {
        let reason = reasons.first { $0.status == status }?.words ?? "Reason"
        return ["HTTP/1.0 \(status) \(reason)", "HTTP/1.1 \(status) \(reason)", "HTTP/2 \(status)"]
    }

    private static let reasons: [(status: Int, words: String)] = [
        (200, "OK"), (201, "Created"), (202, "Accepted"), (204, "No Content"), (301, "Moved Permanently"),
        (302, "Found"), (303, "See Other"), (307, "Temporary Redirect"), (308, "Permanent Redirect"),
        (400, "Bad Request"), (401, "Unauthorized"), (403, "Forbidden"), (404, "Not Found"),
        (405, "Method Not Allowed"), (500, "Internal Server Error"), (502, "Bad Gateway"),
        (503, "Service Unavailable"),
    ]

    /// The whole question.
    func finished() -> CheckQuestion {
        var question = question
        if !failsByStatus {
            question.set("expect_status", "100-599")
            question.note("its program takes every status for a success, and so does this")
        }
        if follows { question.set("follow_redirects", "true") }
        // A later field of the same name counts.
        var lines = headers
        if headers.filter({ $0.value.lowercased().hasPrefix("host:") }).count > 1 { lines.removeFirst() }
        if !lines.isEmpty {
            question.set("headers", lines.dropFirst().reduce(lines[0]) { $0.appending("\n").appending($1) })
        }
        return question
    }
}
