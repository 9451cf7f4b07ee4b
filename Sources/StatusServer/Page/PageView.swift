internal import HealthCore

/// What the page shows at a moment: the agent, and at most a hundred of its targets, the worst first.
struct PageView: Sendable {
    /// The most rows of a page.
    static let size = 100

    let rows: [PageRow]
    /// The question, with the number of a page that there is.
    let query: PageQuery
    let pages: Int
    /// How many targets there are, then how many of each standing.
    let counts: [Int]
    /// How many targets the filter leaves.
    let matching: Int
    let isReady: Bool
    /// The verdict of `/readyz` in a printable line.
    let verdict: String
    /// The health of the agent itself in a line.
    let agent: String
    /// When this was so.
    let time: String

    init(
        _ snapshot: AgentSnapshot, _ usage: ProcessUsage, version: String, _ asked: PageQuery,
        exposesAll: Bool
    ) {
        var counts = [Int](repeating: 0, count: Standing.allCases.count + 1)
        let filter = Filter(asked.filter)
        var chosen: [(rank: Int, index: Int)] = []
        // Access by index: a copy of each target would cost more than all the rest.
        for index in snapshot.targets.indices {
            let standing = snapshot.targets[index].standing(at: snapshot.now)
            counts[0] += 1
            counts[1 + standing.place] += 1
            guard filter.leaves(snapshot.targets[index].record, standing) else { continue }
            chosen.append((Self.rank(snapshot.targets[index].record, standing), index))
        }
        // Equally bad targets keep their order, so that rows do not change places for nothing.
        chosen.sort { ($0.rank, $0.index) < ($1.rank, $1.index) }
        matching = chosen.count
        pages = max(1, (chosen.count + Self.size - 1) / Self.size)
        let page = min(asked.page, pages)
        query = PageQuery(filter: asked.filter, page: page)
        rows = chosen.dropFirst((page - 1) * Self.size).prefix(Self.size).map { choice in
            PageRow(snapshot.targets[choice.index], snapshot, exposesAll: exposesAll)
        }
        self.counts = counts
        isReady = snapshot.isReady
        verdict = PrintableText.line(snapshot.summary, atMost: 800)
        agent = Self.agent(snapshot, usage, version: version, exposesAll: exposesAll)
        time = snapshot.clock.text(snapshot.now)
    }

    /// The title, which says the worst even where a tab shows little of it.
    var title: String { isReady ? "ready – waitfor" : "NOT READY – waitfor" }

    /// Which targets these are.
    var extent: String {
        guard !rows.isEmpty else { return counts[0] == 0 ? "no targets" : "no target matches" }
        let first = (query.page - 1) * Self.size + 1
        return "targets \(first) to \(first + rows.count - 1) of \(matching)"
    }

    /// The references of the pages before and behind this one; empty if there is none.
    var previous: String { query.page > 1 ? query.reference(toPage: query.page - 1) : "" }
    var next: String { query.page < pages ? query.reference(toPage: query.page + 1) : "" }

    private static func rank(_ record: TargetRecord, _ standing: Standing) -> Int {
        standing.rank(isRequired: record.isRequired, isFailing: record.lastOutcome?.failure != nil)
    }

    private static func agent(
        _ snapshot: AgentSnapshot, _ usage: ProcessUsage, version: String, exposesAll: Bool
    ) -> String {
        let stuck = snapshot.checks(of: .livez).compactMap(\.failure).first
        let life = stuck.map { failure in
            "stuck" + (exposesAll ? failure.message.map { ": \($0)" } ?? "" : "")
        }
        var parts = [life ?? (snapshot.isShuttingDown ? "stopping" : "works")]
        if !snapshot.isConfigurationCurrent { parts.append("the newest configuration has mistakes") }
        parts.append("loop lag \(DurationText.describe(snapshot.largestLag))")
        if usage.droppedLogLines > 0 { parts.append("\(usage.droppedLogLines) log lines dropped") }
        parts.append("\(usage.residentBytes / 1_000_000) MB")
        parts.append("version \(version)")
        // Before they are joined: what is not ASCII takes tables of Unicode into memory.
        return "Agent: " + parts.map { PrintableText.line($0) }.joined(separator: " · ")
    }
}

extension Standing {
    /// The place among all of them.
    fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Which targets are shown.
private struct Filter {
    private let text: String
    private let lowercased: [UInt8]

    init(_ text: String) {
        self.text = text
        lowercased = text.utf8.map(ASCII.lowercased)
    }

    /// Whether the target's name contains the text, or its state, kind or reason is that word.
    func leaves(_ record: TargetRecord, _ standing: Standing) -> Bool {
        if text.isEmpty || standing.rawValue == text || record.kind == text
            || record.lastOutcome?.failure?.reason.rawValue == text
        {
            return true
        }
        var rest = PrintableText.line(record.name).utf8[...]
        while rest.count >= lowercased.count {
            if zip(rest, lowercased).allSatisfy({ ASCII.lowercased($0) == $1 }) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
