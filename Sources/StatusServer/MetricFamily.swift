internal import HealthCore

/// The two formats of Prometheus (M-1…M-11).
enum MetricFormat: Sendable {
    /// Text format 0.0.4.
    case plain
    /// OpenMetrics 1.0.0.
    case openMetrics
}

/// The description of a family of samples, and the samples of one source.
struct MetricFamily<Source: Sendable>: Sendable {
    enum Kind: String, Sendable {
        case counter, gauge, histogram, info
    }

    /// The name without the suffix of its kind: `_total`, `_info`.
    let name: String
    let kind: Kind
    let help: String
    let append: @Sendable (Source, inout MetricWriter) -> Void

    init(
        _ name: String, _ kind: Kind, _ help: String,
        _ append: @escaping @Sendable (Source, inout MetricWriter) -> Void
    ) {
        (self.name, self.kind, self.help, self.append) = (name, kind, help, append)
    }

    /// A family with a single sample of each source, which has no labels of its own.
    static func single(
        _ name: String, _ kind: Kind, _ help: String, _ value: @escaping @Sendable (Source) -> MetricValue
    ) -> Self {
        Self(name, kind, help) { source, writer in writer.sample(value: value(source)) }
    }

    /// The name of the samples, to which a histogram's samples add a suffix.
    private var sampleName: String {
        switch kind {
        case .counter: name + "_total"
        case .info: name + "_info"
        case .gauge, .histogram: name
        }
    }

    /// The family's unit, where its name ends in one.
    private var unit: String? {
        ["seconds", "bytes"].first { name.hasSuffix("_\($0)") }
    }

    /// Appends the lines before the first sample.
    func appendHeader(to bytes: inout [UInt8], _ format: MetricFormat) {
        switch format {
        case .plain:
            // The plain format has no info: an info is a gauge that is always 1.
            let type = kind == .info ? Kind.gauge : kind
            bytes.append("# HELP \(sampleName) \(help)\n# TYPE \(sampleName) \(type.rawValue)\n")
        case .openMetrics:
            bytes.append("# TYPE \(name) \(kind.rawValue)\n")
            if let unit { bytes.append("# UNIT \(name) \(unit)\n") }
            bytes.append("# HELP \(name) \(help)\n")
        }
    }

    /// Appends the samples of one source, which may be a target.
    func appendSamples(of source: Source, target: String? = nil, to bytes: inout [UInt8]) {
        var writer = MetricWriter(name: sampleName, target: target)
        swap(&writer.bytes, &bytes)
        append(source, &writer)
        swap(&writer.bytes, &bytes)
    }
}

/// The value of a sample.
enum MetricValue: Sendable {
    case flag(Bool)
    case whole(Int)
    case number(Double)
    /// Written in seconds.
    case time(Duration)
    /// A moment, which is written in seconds since the epoch.
    case unixMilliseconds(Int64)
}

/// Appends the samples of a family.
struct MetricWriter {
    let name: String
    /// The first label of each sample of a target.
    var target: String?
    var bytes: [UInt8] = []

    /// Appends one sample.
    mutating func sample(_ labels: (String, String)..., suffix: String = "", value: MetricValue) {
        begin(suffix, labels)
        switch value {
        case .flag(let flag): bytes.append(flag ? "1" : "0")
        case .whole(let number): bytes.append(decimal: Int64(clamping: number))
        case .number(let number): bytes.append("\(number)")
        case .time(let time): bytes.append(decimal: time.nanoseconds, per: 1_000_000_000, atLeast: 1)
        case .unixMilliseconds(let time): bytes.append(decimal: time, per: 1000, atLeast: 1)
        }
        bytes.append(ASCII.lineFeed)
    }

    private mutating func begin(_ suffix: String, _ labels: [(String, String)]) {
        bytes.append(name)
        bytes.append(suffix)
        var separator = UInt8(ascii: "{")
        func append(_ label: String, _ value: String) {
            bytes.append(separator)
            bytes.append(label)
            bytes.append("=\"")
            appendEscaped(value)
            bytes.append(ASCII.quote)
            separator = UInt8(ascii: ",")
        }
        if let target { append("target", target) }
        for (label, value) in labels { append(label, value) }
        bytes.append(labels.isEmpty && target == nil ? " " : "} ")
    }

    /// M-3: backslash, quote and line feed.
    private mutating func appendEscaped(_ value: String) {
        let isPlain = value.utf8.allSatisfy {
            $0 != ASCII.backslash && $0 != ASCII.quote && $0 != ASCII.lineFeed
        }
        guard !isPlain else { return bytes.append(value) }
        for byte in value.utf8 {
            if byte == ASCII.backslash || byte == ASCII.quote { bytes.append(ASCII.backslash) }
            if byte == ASCII.lineFeed { bytes.append("\\n") } else { bytes.append(byte) }
        }
    }
}
