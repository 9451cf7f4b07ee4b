internal import EventLoop
package import HealthCore

/// gRPC: ready is a service that `grpc.health.v1.Health/Check` calls SERVING.
package struct GRPCProbe: Probe {
    let service: GRPCService
    let endpoint: Endpoint
    let connector: Connector

    package func attempt(until deadline: Instant) async -> Outcome {
        var secrets: [Secret] = []
        return await Connector.attempt(at: endpoint, withholding: { secrets }) { evidence throws(Failure) in
            var service = service
            service.headers += try HeaderFile.fields(of: service.headerFile, GRPCService.headers)
            secrets = service.secrets
            let stream = try await connector.open(
                endpoint, offering: "h2", until: deadline, recording: &evidence)
            let session = HTTP2Session(
                service.fields(to: endpoint, overTLS: connector.isEncrypted), service.message)
            let answer = try await session.answer(over: stream, until: deadline)
            // Nothing is waited for: the answer is there.
            try? await stream.send(
                session.goodbye(), until: connector.soon(.milliseconds(1), before: deadline))
            return try answer.verdict()
        }
    }
}
