/// A pair of readings of the monotonic and the real-time clock, to convert instants to calendar time.
package struct WallClock: Sendable {
    private let instant: Instant
    private let unixMilliseconds: Int64

    package init(_ instant: Instant, unixMilliseconds: Int64) {
        self.instant = instant
        self.unixMilliseconds = unixMilliseconds
    }

    /// This reading, or the earlier one if both agree to 10 ms, so that a past event keeps its timestamp: the two
    /// clocks are never read at quite the same moment.
    package func steadied(by earlier: WallClock?) -> WallClock {
        guard let earlier, (earlier.unixMilliseconds(instant) &- unixMilliseconds).magnitude < 10 else {
            return self
        }
        return earlier
    }

    /// An instant as RFC 3339 in UTC with milliseconds.
    package func text(_ moment: Instant) -> String {
        Timestamp.text(unixMilliseconds: unixMilliseconds(moment))
    }

    /// An instant in milliseconds since the epoch.
    package func unixMilliseconds(_ moment: Instant) -> Int64 {
        unixMilliseconds + instant.duration(to: moment).nanoseconds / 1_000_000
    }
}

/// Timestamps in UTC, because there is no time zone database.
package enum Timestamp {
    package static func text(unixMilliseconds: Int64) -> String {
        let milliseconds = floorModulo(unixMilliseconds, 86_400_000)
        let (year, month, day) = date(days: (unixMilliseconds - milliseconds) / 86_400_000)
        let seconds = milliseconds / 1000
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { String($0, width: 2) }
        return "\(String(year, width: 4))-\(String(month, width: 2))-\(String(day, width: 2))T"
            + time.joined(separator: ":") + ".\(String(milliseconds % 1000, width: 3))Z"
    }

    /// Reads what `text` writes; nil for any other text, and for a day or a time that there is not.
    package static func unixMilliseconds(of text: String) -> Int64? {
        let form = "0000-00-00T00:00:00.000Z"
        guard text.utf8.count == form.utf8.count,
            zip(text.utf8, form.utf8).allSatisfy({
                $1 == UInt8(ascii: "0") ? ASCII.isDigit($0) : $0 == $1
            })
        else { return nil }
        let numbers = text.utf8.split { !ASCII.isDigit($0) }.map { digits in
            digits.reduce(Int64(0)) { $0 * 10 + Int64(clamping: $1 - UInt8(ascii: "0")) }
        }
        guard numbers.count == 7 else { return nil }
        let days = days(year: numbers[0], month: numbers[1], day: numbers[2])
        let seconds = (days * 24 + numbers[3]) * 3600 + numbers[4] * 60 + numbers[5]
        let milliseconds = seconds * 1000 + numbers[6]
        // The 31st of April is another text.
        return self.text(unixMilliseconds: milliseconds) == text ? milliseconds : nil
    }

    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// An HTTP date: `Sun, 31 Jan 2027 08:49:37 GMT` (RFC 9110 §5.6.7).
    package static func ofHTTP(unixSeconds: Int64) -> String {
        let seconds = floorModulo(unixSeconds, 86_400)
        let days = (unixSeconds - seconds) / 86_400
        let (year, month, day) = date(days: days)
        // The epoch was a Thursday.
        let weekday = weekdays[Int(truncatingIfNeeded: floorModulo(days, 7))]
        let name = months[Int(truncatingIfNeeded: month - 1)]
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { String($0, width: 2) }
        return "\(weekday), \(String(day, width: 2)) \(name) \(String(year, width: 4)) "
            + time.joined(separator: ":") + " GMT"
    }

    /// A date: `2027-01-31`.
    package static func date(unixSeconds: Int64) -> String {
        String(text(unixMilliseconds: unixSeconds * 1000).prefix { $0 != "T" })
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01, by eras of 400 years that
    /// begin in March, so that the leap day is the last of its year.
    private static func date(days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let dayOfEra = floorModulo(shifted, 146_097)
        let era = (shifted - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    /// The day of a date, counted from 1970-01-01: the inverse of `date(days:)`.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let yearOfEra = floorModulo(shifted, 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (shifted - yearOfEra) / 400 * 146_097 + dayOfEra - 719_468
    }

    private static func floorModulo(_ value: Int64, _ divisor: Int64) -> Int64 {
        let rest = value % divisor
        return rest < 0 ? rest + divisor : rest
    }
}
