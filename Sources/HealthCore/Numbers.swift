// Conversions that are total: the standard library's own end the process where a number does not fit.

extension Int64 {
    /// The nearest whole number, an end of the range for what is beyond it, and 0 for what is no number.
    package init(nearest value: Double) {
        self = Int64(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}

extension String {
    /// The digits of a number that is not negative, with zeros before them up to a width.
    init(_ number: Int64, width: Int, radix: Int = 10) {
        let digits = String(number, radix: radix)
        self = String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Double {
    /// The nearest number that there is: of more than 2^53 the last digits are lost.
    package init(nearest value: some BinaryInteger) {
        self = Double(value)  // total: a whole number of at most 64 bits is always in the range of a Double
    }
}
