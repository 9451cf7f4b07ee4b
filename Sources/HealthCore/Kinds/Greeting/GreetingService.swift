/// A server that speaks first, whose greeting says whether it is ready. Nobody logs in.
package struct GreetingService: Kind {
    package static let word = "smtp"
    package static let title = "SMTP"

    package let greeter: Greeter
    /// Whether the address has a password, of which nothing else is kept.
    package private(set) var hasWrittenSecret = false

    package static var forms: [TargetForm] {
        Greeter.allCases.flatMap { greeter in
            [form(greeter, isEncrypted: false), form(greeter, isEncrypted: true)]
        }
    }

    private static func form(_ greeter: Greeter, isEncrypted: Bool) -> TargetForm {
        let (plain, encrypted) = greeter.ports
        let (port, letter) = isEncrypted ? (encrypted, "s") : (plain, "")
        let host = greeter == .ftp ? "files" : "mail"
        return TargetForm(
            "\(greeter.rawValue)\(letter)", of: Self.self, word: greeter.rawValue, title: greeter.title,
            like: "\(greeter.rawValue)\(letter)://\(host)",
            // To mailers `+tls` is STARTTLS, behind a greeting in the clear.
            aliases: isEncrypted
                ? ["\(greeter.rawValue)+ssl"] : ["\(greeter.rawValue)+tls", "\(greeter.rawValue)+starttls"],
            isEncrypted: isEncrypted
        ) { text, _ throws(TargetError) in try reading(text, greeter, port: port, isEncrypted)
        }
    }

    package var reasons: [Reason] { [.protocol, .starting, .busy, .denied, .config, .error] }

    package var adviceOnTLS: String { "there is no TLS: write \(greeter.rawValue)s://" }

    /// Reads `//host[:port]`. An app's own address has a login and parameters too, which a greeting needs none of.
    private static func reading(
        _ text: ArraySlice<UInt8>, _ greeter: Greeter, port usual: UInt16, _ isEncrypted: Bool
    ) throws(TargetError) -> Reading {
        let parts = try URIParts(text)
        guard parts.path.dropFirst().isEmpty else {
            let scheme = "\(greeter.rawValue)\(isEncrypted ? "s" : "")"
            throw TargetError(
                .path, at: parts.path.startIndex,
                "a greeting is all that is asked for, so no path is: write \(scheme)://HOST:PORT")
        }
        let (host, port) = try HostText.split(parts.authority)
        var reading = Reading(
            endpoint: .network(host: try HostText.host(host), port: try port.map(HostText.port) ?? usual),
            service: GreetingService(greeter: greeter, hasWrittenSecret: parts.password?.isEmpty == false))
        if parts.user != nil {
            reading.warnings.append("nobody logs in for a greeting: the user in the address is dropped")
        }
        // In the clear nobody is trusted with anything.
        reading.warnings += try parts.droppedParameters(of: Self.self, trustsNobody: !isEncrypted)
        return reading
    }
}
