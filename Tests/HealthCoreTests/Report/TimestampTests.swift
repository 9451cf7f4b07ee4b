import HealthCore
import Testing

@Suite("Moments of the calendar")
struct TimestampTests {
    static let known: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00.000Z"), (1_234_567_890_123, "2009-02-13T23:31:30.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (951_868_800_000, "2000-03-01T00:00:00.000Z"),
        (1_709_208_000_007, "2024-02-29T12:00:00.007Z"), (1_735_689_599_999, "2024-12-31T23:59:59.999Z"),
        (1_735_689_600_000, "2025-01-01T00:00:00.000Z"), (2_147_483_647_000, "2038-01-19T03:14:07.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-1, "1969-12-31T23:59:59.999Z"), (-86_400_000, "1969-12-31T00:00:00.000Z"),
        (-86_400_001, "1969-12-30T23:59:59.999Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (-2_203_977_600_000, "1900-02-28T00:00:00.000Z"), (-11_676_096_000_000, "1600-01-01T00:00:00.000Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ]

    @Test(
        "RFC 3339 in UTC with milliseconds, on known dates, in leap years and before 1970", arguments: known)
    func dates(milliseconds: Int64, text: String) {
        #expect(Timestamp.text(unixMilliseconds: milliseconds) == text)
        #expect(Timestamp.unixMilliseconds(of: text) == milliseconds)
    }

    @Test(
        "HTTP's dates have the day of the week (RFC 9110 §5.6.7)",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (1_735_689_600, "Wed, 01 Jan 2025 00:00:00 GMT"),
            (2_147_483_647, "Tue, 19 Jan 2038 03:14:07 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)])
    func http(seconds: Int64, text: String) {
        #expect(Timestamp.ofHTTP(unixSeconds: seconds) == text)
    }

    @Test("every day around the turns of three centuries follows the one before")
    func calendar() {
        var (year, month, day, days) = (1896, 1, 1, Int64(-27_028))
        while year <= 2104 {
            let text = Timestamp.text(unixMilliseconds: days * 86_400_000)
            let expected =
                "\(year)-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)T00:00:00.000Z"
            guard text == expected, Timestamp.unixMilliseconds(of: text) == days * 86_400_000 else {
                Issue.record("\(text) is not \(expected)")
                return
            }
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            let length = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
            (day, days) = (day + 1, days + 1)
            if day > length { (day, month) = (1, month + 1) }
            if month > 12 { (month, year) = (1, year + 1) }
            // Only years close to the turn of a century are of interest.
            if (5..<96).contains(year % 100) {
                let skipped = (year..<(year / 100 * 100 + 96)).map { $0 % 4 == 0 ? Int64(366) : 365 }
                (year, days) = (year / 100 * 100 + 96, days + skipped.reduce(0, +))
            }
        }
        #expect(year == 2196)
        #expect(days == 82_545)
    }

    @Test(
        "what is no moment is not read",
        arguments: [
            "", "2026-02-30T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
            "2026-01-01T24:00:00.000Z", "2026-01-01T00:60:00.000Z", "2026-01-01T00:00:00Z",
            "2026-01-01 00:00:00.000Z", "2026-01-01T00:00:00.000+", "x026-01-01T00:00:00.000Z",
        ])
    func refuses(text: String) {
        #expect(Timestamp.unixMilliseconds(of: text) == nil)
    }

    @Test("an instant is shown by its distance from the moment when both clocks were read")
    func wallClock() {
        let clock = WallClock(.at(.seconds(100)), unixMilliseconds: 1_000)
        #expect(clock.text(.at(.seconds(100))) == "1970-01-01T00:00:01.000Z")
        #expect(clock.text(.at(.milliseconds(161_234))) == "1970-01-01T00:01:02.234Z")
        #expect(clock.text(.at(.seconds(98))) == "1969-12-31T23:59:59.000Z")
    }
}
