import HealthCore
import Testing

@Suite("Durations as people write them")
struct DurationTextTests {
    static let read: [(String, Duration)] = [
        ("1m30s", .seconds(90)), ("1h5m30s20ms", .milliseconds(3_930_020)),
        ("1.5h", .seconds(5400)), (".5s", .milliseconds(500)), ("5.s", .seconds(5)),
        ("0", .zero), ("+0", .zero), ("-0", .zero), ("0s", .zero),
        ("1ns", .nanoseconds(1)), ("1us", .microseconds(1)), ("1\u{B5}s", .microseconds(1)),
        ("1\u{3BC}s", .microseconds(1)), ("1ms", .milliseconds(1)), ("1s", .seconds(1)),
        ("1m", .seconds(60)), ("1h", .seconds(3600)), ("1d", .seconds(86_400)), ("1w", .seconds(604_800)),
        ("1w2d3h", .seconds(604_800 + 2 * 86_400 + 3 * 3600)), ("-5s", .seconds(-5)), ("+5s", .seconds(5)),
        ("1s1m1s", .seconds(62)), ("1.25ms", .microseconds(1250)), ("00300ms", .milliseconds(300)),
        ("9223372036.854775807s", .nanoseconds(Int64.max)),
        ("9223372036854775807ns", .nanoseconds(Int64.max)),
    ]

    @Test("the grammar is Go's plus d and w (C-8, CD-1…CD-3, CD-7, CD-10)", arguments: read)
    func reads(text: String, duration: Duration) {
        #expect(DurationText.parse(text, bareSeconds: false) == duration)
        #expect(DurationText.parse(text, bareSeconds: true) == duration)
    }

    @Test(
        "what Go would not read is refused (CD-6, CD-8)",
        arguments: [
            "", "+", "-", ".", "s", ".s", "1 m", " 5s", "5s ", "1e3s", "1M", "1S", "1_0s", "1x", "1m30",
            "--5s",
            "+-5s", "1..5s", "1.5.5s", "0x5s", "5,5s", "٣s", "1m-5s", "inf", "nan", "1\0s",
        ])
    func refuses(text: String) {
        #expect(DurationText.parse(text, bareSeconds: false) == nil)
        #expect(DurationText.parse(text, bareSeconds: true) == nil)
    }

    @Test(
        "what does not fit into 2^63-1 ns is refused (CD-11)",
        arguments: [
            "9223372036854775808ns", "9223372036.854775808s", "99999999999999999999ns", "15251w", "106752d",
            "9223372036s1s", "300y",
        ])
    func refusesTooMuch(text: String) {
        #expect(DurationText.parse(text, bareSeconds: true) == nil)
    }

    @Test("a bare integer means seconds on the command line and is refused elsewhere (CD-5)")
    func bareSeconds() {
        #expect(DurationText.parse("30", bareSeconds: true) == .seconds(30))
        #expect(DurationText.parse("-30", bareSeconds: true) == .seconds(-30))
        #expect(DurationText.parse("30", bareSeconds: false) == nil)
        #expect(DurationText.parse("1.5", bareSeconds: true) == nil)
        #expect(DurationText.parse("9223372037", bareSeconds: true) == nil)
    }

    static let described: [(Duration, String)] = [
        (.zero, "0ms"), (.microseconds(1250), "1.3ms"), (.milliseconds(1), "1ms"),
        (.microseconds(9949), "9.9ms"), (.microseconds(9999), "10ms"), (.milliseconds(850), "850ms"),
        (.nanoseconds(999_999_999), "999ms"), (.seconds(1), "1s"), (.milliseconds(1540), "1.5s"),
        (.seconds(60), "60s"), (.milliseconds(119_900), "119.9s"), (.seconds(120), "2m"),
        (.seconds(150), "2m30s"), (.seconds(3600), "1h"), (.seconds(3661), "1h1m1s"),
        (.seconds(90_000), "25h"),
    ]

    static let exact: [(Duration, String)] = [
        (.zero, "0ms"), (.nanoseconds(1), "0.000001ms"), (.microseconds(1250), "1.25ms"),
        (.microseconds(999_999), "999.999ms"), (.milliseconds(850), "850ms"), (.seconds(1), "1s"),
        (.milliseconds(1001), "1.001s"), (.milliseconds(1050), "1.05s"), (.milliseconds(1250), "1.25s"),
        (.nanoseconds(1_000_000_001), "1.000000001s"), (.seconds(60), "60s"),
        (.nanoseconds(119_999_999_999), "119.999999999s"), (.seconds(120), "2m"),
        (.milliseconds(120_500), "2m0.5s"), (.seconds(150), "2m30s"), (.seconds(3600), "1h"),
        (.milliseconds(3_660_010), "1h1m0.01s"), (.seconds(3601), "1h1s"), (.seconds(90_000), "25h"),
        (.nanoseconds(Int64.max), "2562047h47m16.854775807s"),
    ]

    @Test("an exact duration is the same when it is read again", arguments: exact)
    func exactly(duration: Duration, text: String) {
        #expect(DurationText.exact(duration) == text)
        #expect(DurationText.parse(text, bareSeconds: false) == duration)
    }

    @Test("a duration is described as a person reads it, and can be read again", arguments: described)
    func describes(duration: Duration, text: String) throws {
        #expect(DurationText.describe(duration) == text)
        #expect(DurationText.parse(text, bareSeconds: false) != nil)
    }
}
