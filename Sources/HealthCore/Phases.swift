/// The parts of one attempt, and when each of them began, where somebody asked for that.
package struct Phases: Sendable, Equatable {
    /// A part of an attempt.
    package enum Phase: String, Sendable {
        case name, connect, tls, login, query
    }

    private struct Beginning: Equatable {
        let phase: Phase
        let at: Instant
    }

    private var beginnings: [Beginning] = []

    package init() {}

    /// Whether nothing was measured.
    package var isEmpty: Bool { beginnings.isEmpty }

    /// Ends the phase before, and begins this one.
    package mutating func enter(_ phase: Phase, at now: Instant) {
        if beginnings.last?.phase != phase { beginnings.append(Beginning(phase: phase, at: now)) }
    }

    /// How long each phase took until the attempt ended, in the order of their first beginnings.
    package func durations(endingAt end: Instant) -> [(phase: Phase, duration: Duration)] {
        var durations: [(phase: Phase, duration: Duration)] = []
        for (place, beginning) in beginnings.enumerated() {
            let ended = beginnings.dropFirst(place + 1).first?.at ?? end
            let duration = max(.zero, beginning.at.duration(to: ended))
            if durations.contains(where: { $0.phase == beginning.phase }) {
                durations = durations.map {
                    $0.phase == beginning.phase ? ($0.phase, $0.duration + duration) : $0
                }
            } else {
                durations.append((beginning.phase, duration))
            }
        }
        return durations
    }
}
