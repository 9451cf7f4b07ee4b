import HealthCore
import Testing

/// `--signal FROM:TO`, and the names of signals.
struct SignalRewritesTests {
    @Test("a signal is written by its number or its name, with or without SIG, in any case")
    func names() {
        for (text, number) in [
            ("TERM", 15), ("SIGTERM", 15), ("sigterm", 15), ("15", 15), ("HUP", 1), ("SYS", 31), ("34", 34),
            ("64", 64),
        ] as [(String, Int32)] {
            #expect(SignalName.number(text) == number, "\(text)")
        }
        for text in ["", "0", "-1", "65", "SIG", "SIGSIGTERM", "TERMINATE", "1.5", "RTMIN", "٣"] {
            #expect(SignalName.number(text) == nil, "\(text)")
        }
        for number in 1...31 as ClosedRange<Int32> {
            #expect(SignalName.number(SignalName.text(of: number)) == number)
        }
        #expect(SignalName.text(of: 15) == "SIGTERM" && SignalName.text(of: 34) == "signal 34")
        #expect(SignalName.text(of: 0) == "signal 0" && SignalName.text(of: .min).hasPrefix("signal -"))
    }

    @Test("a signal is sent as it came, or as what replaces it, or not at all")
    func rewrites() throws {
        var rewrites = SignalRewrites()
        #expect(rewrites.sent(for: 15) == 15)
        try rewrites.add("20:19,hup:0")
        try rewrites.add("TERM:QUIT")
        #expect(rewrites.sent(for: 20) == 19 && rewrites.sent(for: 15) == 3 && rewrites.sent(for: 2) == 2)
        #expect(rewrites.sent(for: 1) == nil)
    }

    @Test("what is no pair of signals, replaces one twice or one that is not passed on is a mistake")
    func mistakes() {
        for text in [
            "", "15", "TERM:", ":TERM", "15:3:4", "TERM:QUIT,", "TERM:65", "0:15", "a:b", "TERM: QUIT",
        ] {
            var rewrites = SignalRewrites()
            #expect(throws: SettingError.self, "\(text)") { try rewrites.add(text) }
        }
        for text in [
            "KILL:TERM", "STOP:TERM", "SEGV:TERM", "CHLD:TERM", "TTIN:TERM", "32:1", "TERM:INT,15:2",
        ] {
            var rewrites = SignalRewrites()
            #expect(throws: SettingError.self, "\(text)") { try rewrites.add(text) }
        }
    }
}
