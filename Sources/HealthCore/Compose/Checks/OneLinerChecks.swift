/// One line of Python, JavaScript, Ruby or PHP that asks a URL which is written out in it.
enum OneLinerChecks {
    static let families = [
        CheckFamily(
            ["python", "python3", "node", "nodejs", "bun", "deno", "ruby", "php", "perl", "uv"], meaning)
    ]

    private static func meaning(_ command: CheckCommand, _ caller: ComposeService?) -> CheckMeaning {
        let word = word(command.arguments)
        if let meaning = word.flatMap(needing) { return meaning }
        guard let code = word?.value else {
            return .unknown("\(command.shownProgram) runs a file of its image")
        }
        let text = Array(code.utf8)
        if let call = ["create_connection((", "connect((", "fsockopen("].compactMap({
            text.endOfFirst($0.utf8)
        }).first,
            let (host, port) = place(text[call...])
        {
            let question = PortChecks.question(
                host: ShellWord(ComposeText(host)), port: ShellWord(ComposeText(port)), command)
            return question.map { .asks($0) } ?? .unknown("it names no port")
        }
        guard let url = url(in: text) ?? urlOfOptions(text) else {
            return .unknown("no URL is written out in its \(command.shownProgram)")
        }
        guard var http = HTTPQuestion(ShellWord(ComposeText(url)), command) else {
            return .unknown("no URL is written out in its \(command.shownProgram)")
        }
        http.follows = ["urlopen(", "fetch(", "requests", "httpx", "file_get_contents"].contains(
            where: code.mentions)
        if http.question.address.value.hasPrefix("https://"), code.mentions("verify=False") {
            http.question.remove("server_name")
            http.question.set("insecure", "true")
        }
        if let statuses = statuses(code) {
            // Anything else than what counts without it.
            if statuses != StatusRanges.usual.description { http.question.set("expect_status", statuses) }
        } else {
            http.failsByStatus = false
            http.question.leaveOut("what it does with the answer is not asked")
        }
        return .asks(http.finished())
    }

    /// The text that is run: behind `-c`, `-e`, `-r`, `eval`.
    private static func word(_ words: [ShellWord]) -> ShellWord? {
        let place = words.firstIndex { word in
            ["-c", "-e", "-r", "--eval", "eval", "-p", "-pe", "-ne"].contains(word.value)
        }
        guard let place else { return nil }
        return words.dropFirst(place + 1).first
    }

    /// What it comes to where a variable of the file without a value is in a URL of the text.
    private static func needing(_ word: ShellWord) -> CheckMeaning? {
        var before = ""
        for piece in word.pieces {
            let part = ShellWord([piece])
            let isInURL = before.split { "'\"` ".contains($0) }.last?.utf8.endOfFirst("://".utf8) != nil
            if isInURL, let meaning = CheckQuestion.needing(part) { return meaning }
            before += part.text.value
        }
        return nil
    }

    /// `'localhost', 8000` in parentheses.
    private static func place(_ text: ArraySlice<UInt8>) -> (host: String, port: String)? {
        let inside = text.prefix { $0 != UInt8(ascii: ")") }
        let parts = inside.split(separator: UInt8(ascii: ","), maxSplits: 1).map {
            $0.filter { !"'\" ".utf8.contains($0) }
        }
        guard parts.count == 2, let host = parts.first, let last = parts.last else { return nil }
        let port = last.prefix(while: ASCII.isDigit)
        return port.isEmpty ? nil : (host[...].text, port.text)
    }

    /// The one URL between quotes that nothing is added to.
    private static func url(in text: [UInt8]) -> String? {
        var (found, rest) = ([String](), text[...])
        while let end = rest.endOfFirst("http".utf8) {
            let start = end - 4
            rest = rest[end...]
            guard start > text.startIndex, case let quote = text[start - 1], "'\"`".utf8.contains(quote)
            else { continue }
            let url = text[start...].prefix { $0 != quote }
            guard url.endOfFirst("://".utf8) != nil else { continue }
            // A template, or a sum.
            let behind = text[url.endIndex...].dropFirst().drop(while: ASCII.isSpace).first
            guard !url.contains(where: { "{}\\".utf8.contains($0) }), behind != UInt8(ascii: "+"),
                behind != ASCII.percent
            else { return nil }
            if !found.contains(url.text) { found.append(url.text) }
        }
        return found.count == 1 ? found.first : nil
    }

    /// The URL of `{host: 'localhost', port: 80, path: '/'}`.
    private static func urlOfOptions(_ text: [UInt8]) -> String? {
        func value(_ key: String) -> String? {
            guard let end = text.endOfFirst("\(key):".utf8) else { return nil }
            let rest = text[end...].drop { ASCII.isSpace($0) || "'\"`".utf8.contains($0) }
            let value = rest.prefix { !"'\"`,} ".utf8.contains($0) }
            return value.isEmpty ? nil : value.text
        }
        guard let port = value("port"), port.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        let path = value("path") ?? "/"
        let isEncrypted = ["'https'", "\"https\"", "node:https"].contains { text.endOfFirst($0.utf8) != nil }
        return
            "http\(isEncrypted ? "s" : "")://\(value("hostname") ?? value("host") ?? "localhost"):\(port)\(path)"
    }

    /// The statuses that it is content with; nil where that is not understood.
    private static func statuses(_ code: String) -> String? {
        var (exact, low, high) = ([Int](), 100, 599)
        var isCompared = false
        for (sign, number) in comparisons(code) where (100...600).contains(number) {
            isCompared = true
            switch sign {
            case "<": high = min(high, number - 1)
            case "<=": high = min(high, number)
            // What is above is what fails, but for the beginning of the good ones.
            case ">=" where number >= 300: high = min(high, number - 1)
            case ">" where number >= 299: high = min(high, number)
            case ">=": low = max(low, number)
            case ">": low = max(low, number + 1)
            default: exact.append(number)
            }
        }
        if !exact.isEmpty { return exact.map { "\($0)" }.joined(separator: ",") }
        if isCompared { return low <= high && low >= 100 ? "\(low)-\(high)" : nil }
        if code.mentions("raise_for_status") || code.mentions("urlopen(") { return "200-399" }
        if code.mentions("HTTPSuccess") { return "200-299" }
        // `r.ok` is that of requests, too.
        if code.mentions(".ok") { return code.mentions("requests") ? "200-399" : "200-299" }
        return nil
    }

    /// Comparisons of a status with a number: `statusCode === 200`.
    private static func comparisons(_ code: String) -> [(sign: String, number: Int)] {
        var (found, rest) = ([(String, Int)](), Array(code.utf8)[...])
        for word in ["status", "code"] {
            rest = Array(code.utf8)[...]
            while let end = rest.endOfFirst(word.utf8) {
                rest = rest[end...]
                if word == "code",
                    !["status_", "get"].contains(where: {
                        Array(code.utf8)[..<(end - 4)].suffix($0.utf8.count).elementsEqual($0.utf8)
                    })
                {
                    continue
                }
                var tail = rest.drop { ASCII.isLetter($0) || "()_ ".utf8.contains($0) }
                let sign = tail.prefix { "=!<>".utf8.contains($0) }
                tail = tail.dropFirst(sign.count).drop { $0 == ASCII.space }
                guard !sign.isEmpty, let number = Int(tail.prefix(while: ASCII.isDigit).text, radix: 10)
                else { continue }
                // `status_code` has both words.
                if !found.contains(where: { $0 == (sign.text, number) }) { found.append((sign.text, number)) }
            }
        }
        return found
    }
}
