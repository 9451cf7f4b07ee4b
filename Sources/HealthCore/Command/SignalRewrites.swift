/// Which signals a command gets in place of those that were sent: `--signal 20:19`, or `TERM:QUIT`.
package struct SignalRewrites: Sendable, Equatable {
    /// One signal, and what is sent in its place: 0 for nothing.
    private struct Replacement: Equatable, Sendable {
        let from, to: Int32
    }

    private var replacements: [Replacement] = []

    package init() {}

    /// Adds what an option says: FROM:TO, several with commas between them.
    package mutating func add(_ text: String) throws(SettingError) {
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard sides.count == 2, let from = SignalName.number(sides[0]),
                let to = sides[1] == "0" ? 0 : SignalName.number(sides[1])
            else { throw SettingError("FROM:TO, two signals by number or name, as TERM:QUIT; TO may be 0") }
            guard ForwardedSignals.all.contains(from) else {
                throw SettingError("\(SignalName.text(of: from)) is not passed on, so nothing can replace it")
            }
            guard !replacements.contains(where: { $0.from == from }) else {
                throw SettingError("\(SignalName.text(of: from)) is replaced twice")
            }
            replacements.append(Replacement(from: from, to: to))
        }
    }

    /// The signal to send in place of one; nil for none.
    package func sent(for signal: Int32) -> Int32? {
        let sent = replacements.first { $0.from == signal }?.to ?? signal
        return sent == 0 ? nil : sent
    }
}

/// The signals that somebody may send us and that the command gets.
package enum ForwardedSignals {
    private static let kept: [Int32] = [
        // KILL and STOP reach nobody.
        9, 19,
        // The faults ILL, TRAP, ABRT, BUS, FPE, SEGV and SYS are our own.
        4, 5, 6, 7, 8, 11, 31,
        // CHLD, TTIN and TTOU say something of us.
        17, 21, 22,
        // They are libc's.
        32, 33,
    ]

    /// All of them.
    package static let all = (1...SignalName.largest).filter { !kept.contains($0) }
}
