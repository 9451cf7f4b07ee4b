extension [UInt8] {
    /// Appends the decimal digits of a number without making a string.
    package mutating func append(decimal number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let start = count
        var rest = number.magnitude
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// Appends `number / unit` with all its decimals, `decimals` of them at least; `unit` is a power of ten.
    package mutating func append(decimal number: Int64, per unit: Int64, atLeast decimals: Int) {
        if number < 0 { append(UInt8(ascii: "-")) }
        let size = Int64(clamping: number.magnitude)
        append(decimal: size / unit)
        var (rest, weight, missing) = (size % unit, unit / 10, decimals)
        if rest > 0 || missing > 0 { append(UInt8(ascii: ".")) }
        while rest > 0 || missing > 0, weight > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / weight))
            (rest, weight, missing) = (rest % weight, weight / 10, missing - 1)
        }
    }
}

extension String {
    /// `number / unit` with all its decimals.
    init(decimal number: Int64, per unit: Int64, atLeast decimals: Int = 0) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number, per: unit, atLeast: decimals)
        self.init(decoding: bytes, as: UTF8.self)
    }
}
