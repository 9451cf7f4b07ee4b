import HealthCore

/// Options of the tools that people come from (wait-for-it, dockerize, wait4x, pg_isready), and what to write instead.
enum ForeignOption {
    /// What is said of an option of another tool; nil where none has it. `arguments` are all, for the translation.
    static func advice(on name: String, _ arguments: [[UInt8]]) -> String? {
        switch name {
        case "host", "port", "h", "p": "the target has both: write `waitfor \(place(arguments)) -- COMMAND`"
        case "strict", "s", "child": "leave it out: waitfor always ends so"
        case "wait", "w": "write the target alone: `waitfor tcp://db:5432 -- COMMAND`"
        case "wait-retry-interval": "write -i DURATION"
        case "template", "stdout", "stderr", "delims", "no-overwrite", "poll":
            "waitfor only waits: leave it out"
        case "wait-http-header", "request-header", "header", "H": "write --set NAME.headers='Field: value'"
        case "expect-status-code": "write --set NAME.expect_status=2xx"
        case "expect-body-regex", "expect-body-xpath": "write --set NAME.expect_body=TEXT"
        case "expect-body-json": "write --set NAME.expect_json=/PLACE=VALUE"
        case "expect-key": "write --set NAME.expect_key=KEY"
        case "insecure-skip-tls-verify", "insecure", "k": "write --set NAME.insecure=true"
        case "user", "username", "U", "password", "dbname", "database", "d":
            "the target has it: postgres://USER@HOST/DATABASE, with --password-file PATH"
        case "url", "target": "write the target alone"
        default: nil
        }
    }

    /// `redis:6379`, as far as the arguments say it in words that can be shown.
    private static func place(_ arguments: [[UInt8]]) -> String {
        let words = arguments.prefix { !$0.elementsEqual("--".utf8) }.map {
            String(decoding: $0, as: UTF8.self)
        }
        let host = value(of: ["--host", "-h"], words)
        let port = value(of: ["--port", "-p"], words)
        let isHost = host?.utf8.allSatisfy {
            ASCII.isLetter($0) || ASCII.isDigit($0) || "_.-".utf8.contains($0)
        }
        let isPort = port?.utf8.allSatisfy(ASCII.isDigit) == true && port?.isEmpty == false
        return "\(isHost == true ? host ?? "" : "HOST"):\(isPort ? port ?? "" : "PORT")"
    }

    private static func value(of spellings: [String], _ words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            if spellings.contains(word) { return words.dropFirst(index + 1).first }
            for spelling in spellings where word.hasPrefix("\(spelling)=") {
                return String(word.dropFirst(spelling.count + 1))
            }
        }
        return nil
    }
}
