import TestSupport

/// Servers that speak Redis's protocol, and answer what a test says.
enum FakeRedis {
    /// All that a check of a Redis without a password sends.
    static let question = "*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nINFO\r\n$11\r\npersistence\r\n"

    /// A server that answers each command by its words, in whatever pieces they come.
    static func server(_ answer: @escaping @Sendable ([String]) -> String) throws -> LoopbackServer {
        try LoopbackServer { serve($0, answer) }
    }

    /// Serves one connection.
    static func serve(_ connection: LoopbackConnection, _ answer: ([String]) -> String) {
        while case let bytes = connection.read(within: 10), !bytes.isEmpty {
            let words = String(decoding: bytes, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            var place = 0
            while place < words.count, words[place].first == "*",
                let count = Int(words[place].dropFirst())
            {
                let command = (0..<count).map { String(words[place + 2 + 2 * $0]) }
                connection.write(answer(command))
                place += 1 + 2 * count
            }
        }
    }

    /// Answers by the first word of a command.
    static func answer(_ answers: [String: String], otherwise: String) -> @Sendable ([String]) -> String {
        { words in "\(answers[words.first ?? ""] ?? otherwise)\r\n" }
    }
}
