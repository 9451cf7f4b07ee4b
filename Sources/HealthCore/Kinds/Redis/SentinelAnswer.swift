/// A Sentinel's answer: the address of a master.
package enum SentinelAnswer {
    /// The endpoint of the master: a host name or a numeric address, and a port.
    package static func place(host: [UInt8], port: [UInt8]) throws(Failure) -> Endpoint {
        do throws(TargetError) {
            return .network(host: try HostText.host(host[...]), port: try HostText.port(port[...]))
        } catch {
            throw Failure(
                .protocol,
                "the Sentinel names no host and port: \(PrintableText.line(host)), \(PrintableText.line(port))"
            )
        }
    }
}
