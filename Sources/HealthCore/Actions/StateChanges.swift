/// A change of a target's state, and the command that is told of it.
package struct StateChange: Sendable {
    package let command: ExecService
    package let record: TargetRecord

    /// What running the command is called, as a label of its metric.
    package static let word = "on_change"

    /// The names of the variables that the command gets.
    package static let variables = [
        "WAITFOR_TARGET", "WAITFOR_STATE", "WAITFOR_REASON", "WAITFOR_SINCE", "WAITFOR_MESSAGE",
    ]

    /// The variables' values, in the order of their names: each is one printable line, which may be empty.
    package func values(_ clock: WallClock) -> [String] {
        [
            record.name, record.state.rawValue, record.lastOutcome?.failure?.reason.rawValue ?? "",
            clock.text(record.since), record.placedMessage ?? record.lastOutcome?.message ?? "",
        ]
    }
}

/// What the commands of `on_change` are told, and when. Pure: whether a state counts is an argument.
///
/// A state is told that is another than the one last told, and never `starting`. One command runs at a time for a target,
/// and only so many for all: of what happens to a target meanwhile, its newest state is told afterwards.
package struct StateChanges: Sendable {
    /// The most commands that run at a time: each start holds the loop for as long as the kernel takes.
    private static let limit = 8

    private struct Watched {
        var target: Target
        var told = TargetRecord.State.starting
    }

    private var watched: [String: Watched] = [:]
    /// The targets whose commands run; one may not be watched any more.
    private var running: Set<String> = []
    /// The newest records of targets whose state is not told yet, the longest waiting first.
    private var queue: [TargetRecord] = []
    /// Whether the program ends: nothing more is told.
    private var isOver = false

    package init() {}

    /// Whether there is somebody to tell.
    package var isEmpty: Bool { watched.isEmpty }

    /// How often which target's command was run, and how often it failed. Shared by every snapshot.
    package private(set) var counts: [Actions.Count] = []

    /// Tells of these targets from now on. What is not told yet of one that is not as it was is dropped: it begins anew.
    package mutating func watch(_ targets: [Target]) {
        let before = watched
        watched = [:]
        for target in targets where target.settings.onChange != nil {
            watched[target.name] = before[target.name] ?? Watched(target: target)
            watched[target.name]?.target = target
        }
        let known = Dictionary(uniqueKeysWithValues: counts.map { ($0.target, $0) })
        counts = targets.filter { $0.settings.onChange != nil }.map { target in
            known[target.name]
                ?? Actions.Count(target: target.name, action: StateChange.word, count: 0, failures: 0)
        }
        let kept = watched
        queue.removeAll { kept[$0.name] == nil || kept[$0.name]?.target != before[$0.name]?.target }
    }

    /// Takes what is known of a target after a probe.
    package mutating func observe(_ record: TargetRecord) {
        guard let told = watched[record.name]?.told, !isOver else { return }
        let place = queue.firstIndex { $0.name == record.name }
        guard record.state != told, record.state != .starting else {
            if let place { queue.remove(at: place) }
            return
        }
        if let place { queue[place] = record } else { queue.append(record) }
    }

    /// The commands to run now. `ended` has to be told of each.
    ///
    /// - Parameter counts: whether the state of a target can be told.
    package mutating func takeDue(where counts: (String) -> Bool) -> [StateChange] {
        guard !queue.isEmpty, running.count < Self.limit else { return [] }
        var due: [StateChange] = []
        var left: [TargetRecord] = []
        for record in queue {
            guard running.count < Self.limit, !running.contains(record.name), counts(record.name),
                let command = watched[record.name]?.target.settings.onChange
            else {
                left.append(record)
                continue
            }
            running.insert(record.name)
            watched[record.name]?.told = record.state
            count(record.name, hasFailed: false)
            due.append(StateChange(command: command, record: record))
        }
        queue = left
        return due
    }

    /// Notes that the command of a target has ended.
    package mutating func ended(_ name: String, hasFailed: Bool) {
        running.remove(name)
        if hasFailed { count(name, hasFailed: true) }
    }

    private mutating func count(_ name: String, hasFailed: Bool) {
        guard let index = counts.firstIndex(where: { $0.target == name }) else { return }
        if hasFailed { counts[index].failures += 1 } else { counts[index].count += 1 }
    }

    /// Tells nothing more.
    package mutating func stop() {
        isOver = true
        queue = []
    }
}
