/// The variables that a check sees in its container: the service's own.
struct CheckVariables {
    let service: ComposeService

    /// A variable as the word that stands for it.
    func word(_ name: String) -> ShellWord {
        // The name of a container's host is a name of the container.
        if name == "HOSTNAME" { return ShellWord(ComposeText(service.place)) }
        return ShellWord([.variable(name: name, text(name))])
    }

    /// The value of a variable; nil if the file does not say it.
    func text(_ name: String) -> ComposeText? {
        service.environment.last { $0.name == name }?.value
    }

    /// The first of several variables that has a value of its own.
    func first(of names: [String]) -> (name: String, word: ShellWord)? {
        for name in names {
            if let text = text(name), !(text.unset.isEmpty && text.value.isEmpty) {
                return (name, ShellWord([.variable(name: name, text)]))
            }
        }
        return nil
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "_")
    }
}

extension ComposeService {
    /// The name by which others reach it: with `network_mode: service:NAME` it is in another's network.
    var place: String {
        guard let mode = networkMode?.value, mode.hasPrefix("service:") else { return name }
        return String(mode.dropFirst("service:".count))
    }

    /// Whether a host is the container that asks, by an address that no other container reaches.
    func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        return ["localhost", "::1", "[::1]", "ip6-localhost"].contains(host)
            || (host.hasPrefix("127.") && IPLiteral.isIPv4(host))
    }

    /// Whether a host in one of its own checks means itself.
    func isItself(_ host: String) -> Bool {
        let host = host.lowercased()
        return isLoopback(host) || ["0.0.0.0", "::", "[::]"].contains(host)
            || [name, place, hostname?.value, containerName?.value].contains { $0?.lowercased() == host }
    }
}
