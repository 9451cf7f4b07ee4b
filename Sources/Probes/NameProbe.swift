internal import EventLoop
internal import HealthCore

/// `dns:`: ready is a name that resolves.
struct NameProbe: Probe {
    let name: String
    let dialer: Dialer

    func attempt(until deadline: Instant) async -> Outcome {
        var evidence = ConnectionEvidence()
        dialer.enter(.name, &evidence)
        var outcome = await look(until: deadline)
        outcome.phases = evidence.phases
        return outcome
    }

    private func look(until deadline: Instant) async -> Outcome {
        do throws(Failure) {
            // The port has no meaning for a name.
            let addresses = try await dialer.addresses(of: .network(host: name, port: 1), until: deadline)
            // A name may have thousands of addresses.
            let hosts = PrintableText.line(addresses.map(\.host).joined(separator: ", "))
            return .ready(address: nil, detail: hosts)
        } catch {
            return .notReady(error.at(name))
        }
    }
}
