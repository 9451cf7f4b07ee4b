import Configuration
import EventLoop
import HealthCore

/// What gate, check and agent have in common: how they speak, and which addresses they use.
struct CommonSettings: Equatable {
    typealias Form = LogForm

    enum Chatter {
        case quiet, normal, verbose
    }

    private(set) var log = Form.text
    private(set) var chatter = Chatter.normal
    private(set) var families = AddressFamilies.any

    init(_ request: Request, _ file: ConfigurationFile?) throws(ConfigurationError) {
        let reader = OptionReader(request: request)
        log = try reader.form("log") ?? file?.choices.logForm ?? .text
        if request.has("quiet") { chatter = .quiet }
        if request.has("verbose") { chatter = .verbose }
        if request.has("ipv4") { families = .ipv4Only }
        if request.has("ipv6") { families = .ipv6Only }
    }
}
