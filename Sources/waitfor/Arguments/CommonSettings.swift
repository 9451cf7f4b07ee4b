import Configuration
import EventLoop
import HealthCore

/// The settings that gate, check and agent have in common: log format, verbosity and address families.
struct CommonSettings: Equatable {
    enum Verbosity {
        case quiet, normal, verbose
    }

    private(set) var log = LogFormat.text
    private(set) var verbosity = Verbosity.normal
    private(set) var families = AddressFamilies.any

    init(_ request: Request, _ file: ConfigurationFile?) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        log = try reader.format("log") ?? file?.choices.logFormat ?? .text
        if request.has("quiet") { verbosity = .quiet }
        if request.has("verbose") { verbosity = .verbose }
        if request.has("ipv4") { families = .ipv4Only }
        if request.has("ipv6") { families = .ipv6Only }
    }
}
