// Total conversions: those of the standard library trap on a number that does not fit.

extension Int64 {
    /// The nearest integer, clamped to the range; 0 for NaN.
    package init(nearest value: Double) {
        self = Int64(exactly: value.rounded()) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}

extension String {
    /// A non-negative number, padded with zeros to a width.
    package init(_ number: Int64, width: Int, radix: Int = 10) {
        let digits = String(number, radix: radix)
        self = String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}

extension Double {
    /// The nearest floating-point number; integers above 2^53 lose their last digits.
    package init(nearest value: some BinaryInteger) {
        self = Double(value)  // total: a whole number of at most 64 bits is always in the range of a Double
    }
}
