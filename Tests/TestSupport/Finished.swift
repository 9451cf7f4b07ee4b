/// How a program ended, and what it left.
package struct Finished: Sendable {
    /// The way a program ended.
    package enum Status: Equatable, Sendable {
        /// It returned this code.
        case exited(Int32)
        /// This signal ended it.
        case signalled(Int32)
        /// It was killed because the test's own limit passed.
        case timedOut
    }

    /// The way it ended.
    package let status: Status
    /// Everything it wrote to standard output.
    package let outputBytes: [UInt8]
    /// Everything it wrote to standard error.
    package let errorBytes: [UInt8]
    /// Seconds from just before its start to its end.
    package let elapsed: Double
    /// The highest resident set seen, in KiB.
    ///
    /// It is VmHWM, read every few milliseconds: wait4's `ru_maxrss` begins at the peak of the
    /// process that started the program, which is the test process.
    package let peakResidentKiB: Int

    /// The exit code, if it exited.
    package var exitCode: Int32? {
        if case .exited(let code) = status { code } else { nil }
    }

    /// Standard output as text, invalid UTF-8 repaired.
    package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    /// Standard error as text, invalid UTF-8 repaired.
    package var errors: String { String(decoding: errorBytes, as: UTF8.self) }
    /// Standard output without the line ends and spaces at both ends.
    package var trimmedOutput: String { trimmed(output) }
}

extension Finished: CustomStringConvertible {
    /// Everything that a failed expectation should show.
    package var description: String {
        "\(status) after \(elapsed) s\n--- output\n\(output.suffix(4000))\n--- errors\n\(errors.suffix(4000))"
    }
}

func trimmed(_ text: String) -> String {
    var rest = text[...]
    while rest.last?.isWhitespace == true { rest.removeLast() }
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    return String(rest)
}
