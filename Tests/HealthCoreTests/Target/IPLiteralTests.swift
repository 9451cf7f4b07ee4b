import Glibc
import HealthCore
import TestSupport
import Testing

@Suite("Numeric addresses")
struct IPLiteralTests {
    @Test(
        "known ones are judged as inet_pton does",
        arguments: [
            "0.0.0.0", "255.255.255.255", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.04", "1.2.3.",
            ".1.2.3",
            "1..2.3", "1.2.3.4 ", "1.2.3.+4", "0x1.2.3.4", "", "::", "::1", "1::", ":::", "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::",
            "1::2::3", "::ffff:1.2.3.4", "::1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
            "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "fE80::aBcD", "12345::", "g::", "::1%lo", ":1", "1:",
            "1::2:",
            ":1::2", "٣::",
        ])
    func known(text: String) {
        #expect(IPLiteral.isIPv4(text) == isTaken(text, AF_INET))
        #expect(IPLiteral.isIPv6(text) == isTaken(text, AF_INET6))
    }

    @Test("any text of their shape is judged as inet_pton does")
    func random() {
        var generator = FixedGenerator(seed: 20_260)
        let numbers = ["0", "1", "25", "255", "256", "01", ""]
        let groups = ["0", "1", "ff", "ABCD", "12345", "", "", "1.2.3.4"]
        var (four, six) = (0, 0)
        for _ in 0..<1000 {
            let dotted = (0..<Int.random(in: 3...5, using: &generator)).compactMap { _ in
                numbers.randomElement(using: &generator)
            }.joined(separator: ".")
            let colons = (0..<Int.random(in: 2...9, using: &generator)).compactMap { _ in
                groups.randomElement(using: &generator)
            }.joined(separator: ":")
            for text in [dotted, colons] {
                #expect(IPLiteral.isIPv4(text) == isTaken(text, AF_INET), "\(text)")
                #expect(IPLiteral.isIPv6(text) == isTaken(text, AF_INET6), "\(text)")
            }
            if IPLiteral.isIPv4(dotted) { four += 1 }
            if IPLiteral.isIPv6(colons) { six += 1 }
        }
        // Enough of both to mean something.
        #expect(four >= 20)
        #expect(six >= 20)
    }

    private func isTaken(_ text: String, _ family: Int32) -> Bool {
        var address = in6_addr()
        return inet_pton(family, text, &address) == 1
    }
}
