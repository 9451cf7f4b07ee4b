import CLinux
import HealthCore
internal import Synchronization

/// The lines of `-v` about single attempts: with the time, the number and the timing of each. Attempts that end like
/// the one before are folded into one line.
final class AttemptLines: Sendable {
    /// The most attempts that are folded into one line.
    private static let foldLimit = 20

    private struct Run {
        var sentence: String
        var last: Int
        var folded = 0
    }

    private let folds: Bool
    private let runs = Mutex<[String: Run]>([:])

    init(folding folds: Bool) {
        self.folds = folds
    }

    /// The line about what is folded of a target until now; none where nothing is.
    func pending(_ name: String) -> [String] {
        runs.withLock { runs in
            guard var run = runs[name] else { return [] }
            defer { runs[name] = run }
            return Self.summary(of: &run)
        }
    }

    /// The lines that an attempt adds: none while it is folded.
    func lines(about record: TargetRecord, _ sentence: String) -> [String] {
        let line = "\(Self.time) attempt \(record.attempts): \(sentence) [\(record.timing)]"
        guard folds else { return [line] }
        return runs.withLock { runs in
            guard var run = runs[record.name] else {
                runs[record.name] = Run(sentence: sentence, last: record.attempts)
                return [line]
            }
            if run.sentence == sentence {
                run.folded += 1
                run.last = record.attempts
                let lines = run.folded == Self.foldLimit ? Self.summary(of: &run) : []
                runs[record.name] = run
                return lines
            }
            let summary = Self.summary(of: &run)
            runs[record.name] = Run(sentence: sentence, last: record.attempts)
            return summary + [line]
        }
    }

    /// What was folded, as a line.
    private static func summary(of run: inout Run) -> [String] {
        defer { run.folded = 0 }
        switch run.folded {
        case 0: return []
        case 1: return ["attempt \(run.last): the same"]
        default: return ["attempts \(run.last - run.folded + 1) to \(run.last): the same"]
        }
    }

    /// The time of day in UTC: `12:00:01.250`.
    private static var time: String {
        String(Timestamp.text(unixMilliseconds: clinux_unix_milliseconds()).dropFirst(11).dropLast())
    }
}
