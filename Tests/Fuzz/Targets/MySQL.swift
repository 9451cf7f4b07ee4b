import HealthCore

/// What a MySQL server says means the same however it comes, and what is wrong with it is one line. The first packet is
/// read as a greeting, the others as replies of a login, and all of them as the answer to a query.
@Sendable func fuzzMySQL(_ bytes: [UInt8]) {
    let readings = pieceSizes.map { read(pieces(bytes, by: $0)) }
    Invariant.same(readings, "packets depend on how they come")
    let payloads = readings[0].payloads
    for payload in payloads {
        noting { () throws(Failure) in
            let greeting = try MySQLGreeting(payload)
            Invariant.shown(greeting.version)
            Invariant.hold(greeting.nonce.count == 20, "a nonce of 20 bytes")
        }
        noting { () throws(Failure) in
            if case .refused(let error) = try MySQLReply(payload) { Invariant.shown(error.failure) }
        }
    }
    noting { () throws(Failure) in
        var result = MySQLResult(keeping: 3)
        for payload in payloads where try result.take(payload) { break }
        Invariant.hold(result.rows.count <= 3, "more rows than were asked for")
        Invariant.hold(result.rows.allSatisfy { $0.count == result.columns.count }, "a row that is not whole")
        _ = result.firstValue
        noting { () throws(Failure) in
            let state = try MySQLState(result)
            try state.requireKnown()
            try state.requireWritable()
        }
        noting { () throws(Failure) in try MySQLReplicas(result).requireLag(atMost: .seconds(1)) }
        noting { () throws(Failure) in try MySQLReplicas(result).require(.primary, MySQLState(result)) }
    }
}

private struct MySQLReading: Equatable {
    var payloads: [[UInt8]] = []
    var reason: Reason?
}

private func read(_ pieces: [[UInt8]]) -> MySQLReading {
    var (packets, reading) = (MySQLPackets(), MySQLReading())
    do throws(Failure) {
        for piece in pieces {
            packets.feed(piece)
            while let payload = try packets.next() { reading.payloads.append(payload) }
        }
    } catch {
        Invariant.shown(error)
        reading.reason = error.reason
    }
    return reading
}

/// Reads, and looks at the failure if there is one.
private func noting(_ read: () throws(Failure) -> Void) {
    do throws(Failure) { try read() } catch { Invariant.shown(error) }
}
