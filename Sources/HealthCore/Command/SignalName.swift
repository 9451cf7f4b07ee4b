/// The names of Linux's signals, by their numbers on x86_64 and aarch64.
package enum SignalName {
    private static let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
        "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
        "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ]
    /// The largest number of a signal.
    package static let largest: Int32 = 64

    /// `SIGTERM`, or `signal 34` where a number has no name.
    package static func text(of number: Int32) -> String {
        let name = number > 0 ? names.dropFirst(Int(clamping: number) - 1).first : nil
        return name.map { "SIG" + $0 } ?? "signal \(number)"
    }

    /// The number of a signal that is written as `TERM`, `SIGTERM` or `15`; nil for none.
    package static func number(_ text: some StringProtocol) -> Int32? {
        if let number = Int32(text, radix: 10) { return (1...largest).contains(number) ? number : nil }
        let upper = text.uppercased()
        let word = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
        return names.firstIndex(of: word).map { Int32(clamping: $0) + 1 }
    }
}
