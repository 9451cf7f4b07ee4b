internal import HealthCore

/// What always holds; where it does not, the process ends, and libFuzzer keeps the input.
enum Invariant {
    static func hold(_ isTrue: Bool, _ what: @autoclosure () -> String) {
        if !isTrue { fatalError("does not hold: \(what())") }
    }

    /// One line of printable UTF-8, judged without the code that makes such lines.
    static func isLine(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            if scalar.isASCII { return (0x20...0x7E).contains(scalar.value) }
            return switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                false
            default: true
            }
        }
    }

    /// What a peer said, as it is shown.
    static func shown(_ text: String) {
        hold(isLine(text), "a message is one printable line: \(text.debugDescription)")
        hold(text.utf8.count <= 200, "a message has at most 200 bytes, not \(text.utf8.count)")
    }

    static func shown(_ failure: Failure) {
        shown(failure.message)
        if let address = failure.address { shown(address) }
    }

    /// The same, whatever way the bytes came.
    static func same<Value: Equatable>(_ values: [Value], _ what: String) {
        for value in values.dropFirst() {
            hold(value == values[0], "\(what): \(values[0]) and \(value)")
        }
    }
}

/// The ways in which bytes come: one by one, by seven, at once.
func pieces(_ bytes: [UInt8], by size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
}

let pieceSizes = [1, 7, 1 << 20]

extension [UInt8] {
    /// The text, or nothing where it is not UTF-8.
    var wholeText: String? { String(validating: self, as: UTF8.self) }

    /// The parts between zeros: as many as are asked for, the last with what is left.
    func parts(_ count: Int) -> [[UInt8]] {
        let parts = split(separator: 0, maxSplits: count - 1, omittingEmptySubsequences: false).map(
            Array.init)
        return parts + [[UInt8]](repeating: [], count: count - parts.count)
    }
}

/// Stands where a password does: it is never shown.
let marker = "S3cr3tM4rk"

extension [UInt8] {
    /// How often the marker stands in them.
    var markers: Int {
        let mark = Array(marker.utf8)
        guard count >= mark.count else { return 0 }
        return (0...(count - mark.count)).count { self[$0..<($0 + mark.count)].elementsEqual(mark) }
    }
}

extension String {
    var hasMarker: Bool { Array(utf8).markers > 0 }
}
