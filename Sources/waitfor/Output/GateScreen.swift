import EventLoop
import HealthCore
import Synchronization

/// What a gate shows on a terminal while it waits, below its log: a line for each target, with the time spent.
final class GateScreen: Sendable {
    /// The pauses between two looks, and before the first: most gates are over by then.
    private static let interval = Duration.milliseconds(500)

    private let terminal: TerminalWindow
    private let progress: Mutex<GateProgress>

    init(_ terminal: TerminalWindow, _ progress: GateProgress) {
        self.terminal = terminal
        self.progress = Mutex(progress)
    }

    /// Takes how far the gate has come.
    func take(_ progress: GateProgress) { self.progress.withLock { $0 = progress } }

    /// Draws the lines until the task is cancelled, and takes them away.
    func draw(on loop: EventLoop) async {
        while await loop.sleep(until: loop.now.advanced(by: Self.interval)) != .cancelled {
            guard let size = terminal.size else { continue }
            let progress = progress.withLock { $0 }
            Output.showLive(Self.lines(progress, at: loop.now, size))
        }
        Output.endLive()
    }

    /// A line for each target, no wider than the window; those that are waited for come first where there are more than
    /// it has rows.
    static func lines(_ progress: GateProgress, at now: Instant, _ size: TerminalWindow.Size) -> [String] {
        let records = progress.records
        let room = max(1, size.rows / 2)
        let isCut = records.count > room
        let pending = records.filter { $0.state != .healthy }
        let chosen =
            isCut ? Array((pending + records.filter { $0.state == .healthy }).prefix(room - 1)) : records
        let widest = max(8, size.columns / 4)
        let names = chosen.map { TextColumns.cut($0.name, to: widest) }
        let width = names.map(TextColumns.width).max() ?? 0
        let lines = zip(chosen, names).map { record, name in
            let end = record.state == .healthy ? record.lastSuccess ?? now : now
            let time = DurationText.inTwoUnits(progress.startedAt.duration(to: end))
            return
                "  \(TextColumns.padded(name, to: width))  \(TextColumns.padded(time, to: 7))  \(what(record))"
        }
        let rest = records.count - chosen.count
        // One column is left free: some terminals go to the next line when the last one is written.
        return (lines + (rest > 0 ? ["  and \(rest) more"] : [])).map {
            TextColumns.cut($0, to: size.columns - 1)
        }
    }

    private static func what(_ record: TargetRecord) -> String {
        guard record.state != .healthy else { return record.goal }
        switch record.lastOutcome?.result {
        case nil: return "not asked yet"
        case .ready: return "answered; asking again"
        case .notReady(let failure):
            return "\(failure.reason.rawValue): \(record.placedMessage ?? failure.message)"
        }
    }
}
