internal import HealthCore

/// Answers requests from the agent's state at that moment, with as much detail as the client may see.
struct Routes: Sendable {
    let version: String
    /// Whether answers show addresses and messages.
    var exposesAll: Bool
    /// The names besides `localhost` that this server answers to; nil if it answers to every name.
    var allowedHosts: Set<String>?
    let snapshot: @Sendable () -> AgentSnapshot
    let usage: @Sendable () -> ProcessUsage
    let date: DateField

    /// The answer to a request whose head is well-formed.
    func response(to head: RequestHead) -> Response {
        dated(undatedResponse(to: head))
    }

    /// The answer to a request that is refused.
    func response(refusing refusal: RequestRefusal) -> Response {
        dated(Response(refusing: refusal))
    }

    private func dated(_ response: Response) -> Response {
        var dated = response
        dated.date = date.line
        return dated
    }

    /// The answer to OPTIONS, with which HAProxy's `option httpchk` asks: the status of a GET, for whoever takes it for
    /// a verdict, and no body. `*` is the server itself.
    private func options(_ head: RequestHead) -> Response {
        var asked = head
        asked.method = .get
        var response = Response(
            head.target.segments.isEmpty ? .ok : undatedResponse(to: asked).status, text: "")
        response.tellsMethods = true
        return response
    }

    private func undatedResponse(to head: RequestHead) -> Response {
        guard head.method != .other else {
            return Response(
                refusing: RequestRefusal(.methodNotAllowed, "this server answers GET, HEAD and OPTIONS"))
        }
        if let allowedHosts, !head.host.isAnswered(allowedHosts) { return Self.misdirected }
        if head.method == .options { return options(head) }
        let segments = head.target.segments
        if let endpoint = HealthEndpoint(rawValue: segments[0]) {
            switch segments.count {
            case 1: return verdict(endpoint, head)
            case 2: return verdict(endpoint, on: segments[1], head)
            default: return notFound
            }
        }
        if segments.count == 2, segments[0] == "status" { return status(of: segments[1]) }
        guard segments.count == 1 else { return notFound }
        switch segments[0] {
        case "status": return Response(as: .json, StatusJSON(snapshot(), exposesAll: exposesAll).text)
        case "metrics": return metrics(head)
        case "history": return PageJSON(view: view(head)).response
        case "":
            // Only who asks for HTML before plain text is a browser: `*/*` is everybody's.
            let prefersPage = Self.prefers("text", "html", head.accept)
            return prefersPage ? PageHTML(view: view(head)).response : Response(text: Self.index)
        default: return notFound
        }
    }

    private var notFound: Response { Response(.notFound, text: "404 Not Found: see / for what there is\n") }

    /// The answer to who calls this server by a name that may be anybody's.
    private static let misdirected = Response(
        refusing: RequestRefusal(
            .misdirected,
            "this agent listens for its own machine: ask for 127.0.0.1 or localhost, or name the Host with --allowed-hosts"
        ))

    private static let index = """
        waitfor answers:
        /livez    the agent itself works
        /startupz every required target has been healthy once
        /readyz   every required target is healthy; /readyz/NAME asks for one, ?verbose tells of each
        /healthz  the same verdict, for load balancers and people
        /status   what is known, as JSON; /status/NAME of one target
        /metrics  what is known, for Prometheus
        /history  the last probes, for the page that browsers get here

        """

    /// The answer to `/status/db`.
    private func status(of name: String) -> Response {
        guard let json = StatusJSON(snapshot(), only: name, exposesAll: exposesAll) else { return notFound }
        return Response(as: .json, json.text)
    }

    private func verdict(_ endpoint: HealthEndpoint, _ head: RequestHead) -> Response {
        let snapshot = snapshot()
        let wantsJSON = Self.prefers("application", "health+json", head.accept)
        // The most frequent question and answer take no detour.
        if !wantsJSON, head.target.query.isEmpty, endpoint == .readyz || endpoint == .healthz,
            snapshot.isReady
        {
            return Response(text: "ok")
        }
        let verdict = HealthVerdict(
            endpoint, snapshot, query: head.target.query, exposesAll: exposesAll)
        return wantsJSON ? HealthJSON(verdict, snapshot).response : CheckText(verdict: verdict).response
    }

    /// The answer to `/readyz/db`: the verdict on one check, which counts as required.
    private func verdict(_ endpoint: HealthEndpoint, on name: String, _ head: RequestHead) -> Response {
        let snapshot = snapshot()
        guard let verdict = HealthVerdict(endpoint, snapshot, only: name, exposesAll: exposesAll) else {
            return notFound
        }
        return Self.prefers("application", "health+json", head.accept)
            ? HealthJSON(verdict, snapshot).response : CheckText(verdict: verdict).singleResponse
    }

    /// Whether a client wants a media type rather than plain text.
    private static func prefers(_ type: String, _ subtype: String, _ accept: [UInt8]) -> Bool {
        guard !accept.isEmpty else { return false }
        let header = AcceptHeader(accept)
        return header.quality(type, subtype) > header.quality("text", "plain")
    }

    /// What a page shows, of the state at the moment of its first piece. A snapshot that waited for that would have the
    /// targets copied that are probed meanwhile.
    private func view(_ head: RequestHead) -> @Sendable () -> PageView {
        let query = PageQuery(head.target.query)
        return { PageView(snapshot(), usage(), version: version, query, exposesAll: exposesAll) }
    }

    private func metrics(_ head: RequestHead) -> Response {
        let header = AcceptHeader(head.accept)
        let isOpen =
            header.quality("application", "openmetrics-text", version: "1.0.0")
            > header.quality("text", "plain", version: "0.0.4")
        let text = MetricsText(
            snapshot: snapshot(), usage: usage(), version: version, format: isOpen ? .openMetrics : .plain)
        return Response(as: isOpen ? .openMetrics : .metrics, text.text)
    }
}
