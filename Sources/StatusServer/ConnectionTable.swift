internal import HealthCore

/// Who is connected, and who has to go when there are too many: those who wait for nothing first.
struct ConnectionTable<Handle> {
    /// A row, and which of its users is meant.
    struct Place {
        fileprivate let index: Int
        fileprivate let generation: Int
    }

    private struct Row {
        var generation = 0
        var handle: Handle?
        var isIdle = true
        var since: Instant
    }

    private let limit: Int
    private var rows: [Row] = []

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Adds a connection, idle so far. Returns as well whom it displaced: the one that has been idle for
    /// longest, or if none is idle the one whose request began first.
    mutating func enter(_ handle: Handle, at now: Instant) -> (place: Place, displaced: Handle?) {
        if let free = rows.firstIndex(where: { $0.handle == nil }) { return (use(free, handle, now), nil) }
        guard rows.count == limit else {
            rows.append(Row(since: now))
            return (use(rows.count - 1, handle, now), nil)
        }
        let oldest = rows.indices.min { left, right in
            (rows[left].isIdle ? 0 : 1, rows[left].since) < (rows[right].isIdle ? 0 : 1, rows[right].since)
        }
        guard let oldest else { preconditionFailure("the limit is at least one") }
        let displaced = rows[oldest].handle
        return (use(oldest, handle, now), displaced)
    }

    /// It waits for a request since `now`, or is only about to be closed.
    mutating func becomeIdle(_ place: Place, at now: Instant) {
        change(place, isIdle: true, now)
    }

    /// Its request began at `now`.
    mutating func becomeBusy(_ place: Place, at now: Instant) {
        change(place, isIdle: false, now)
    }

    /// It is gone; one that was displaced is so already.
    mutating func leave(_ place: Place) {
        guard rows[place.index].generation == place.generation else { return }
        rows[place.index].handle = nil
        rows[place.index].generation += 1
    }

    private mutating func use(_ index: Int, _ handle: Handle, _ now: Instant) -> Place {
        let generation = rows[index].generation + 1
        rows[index] = Row(generation: generation, handle: handle, since: now)
        return Place(index: index, generation: generation)
    }

    private mutating func change(_ place: Place, isIdle: Bool, _ now: Instant) {
        guard rows[place.index].generation == place.generation else { return }
        rows[place.index].isIdle = isIdle
        rows[place.index].since = now
    }
}
