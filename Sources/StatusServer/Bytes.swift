extension [UInt8] {
    mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// The number in decimal digits, without a string in between.
    mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let start = count
        var rest = number.magnitude
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// Seconds with as many decimals as they have, at least one.
    mutating func append(seconds duration: Int64, per unit: Int64) {
        if duration < 0 { append(UInt8(ascii: "-")) }
        let size = Int64(clamping: duration.magnitude)
        append(decimal: size / unit)
        append(UInt8(ascii: "."))
        var (rest, weight) = (size % unit, unit / 10)
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / weight))
            (rest, weight) = (rest % weight, weight / 10)
        } while rest > 0
    }

    /// The number in hexadecimal digits.
    mutating func append(hexadecimal number: Int) {
        append(String(number, radix: 16))
    }
}
