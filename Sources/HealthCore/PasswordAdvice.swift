extension PasswordSource {
    /// The same failure, with an advice if the refused password's file begins or ends in characters that editors add.
    package func advising(_ failure: Failure, about password: Secret?) -> Failure {
        guard failure.reason == .auth, failure.hint == nil, case .file = self, let password else {
            return failure
        }
        return failure.advising(password.reveal(Self.advice))
    }

    private static func advice(_ password: [UInt8]) -> Advice? {
        if password.last == ASCII.carriageReturn { return .passwordEndsInReturn }
        if password.last == ASCII.lineFeed { return .passwordEndsInNewline }
        let ends = [password.first, password.last].compactMap { $0 }
        return ends.contains(where: ASCII.isSpace) ? .passwordHasBlanks : nil
    }
}
