extension [UInt8] {
    /// The number in decimal digits, without a string in between.
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

    /// A number of units, of which a power of ten make one, with as many decimals as it has, or as are asked for.
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
    /// The same as text.
    init(decimal number: Int64, per unit: Int64, atLeast decimals: Int = 0) {
        var bytes: [UInt8] = []
        bytes.append(decimal: number, per: unit, atLeast: decimals)
        self.init(decoding: bytes, as: UTF8.self)
    }
}
