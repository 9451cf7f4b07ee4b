internal import HealthCore

/// The open connections. When there are too many, idle connections are displaced first; when too many bytes wait for
/// clients that do not read, the slowest client is.
struct ConnectionTable<Handle> {
    /// A row, and the generation of its user.
    struct Place {
        fileprivate let index: Int
        fileprivate let generation: Int
    }

    private struct Row {
        var generation = 0
        var handle: Handle?
        var isIdle = true
        var since: Instant
        /// The bytes of the long answer that is being made, and of answers that wait for the client to read.
        var answer = 0
        var waiting = 0
        var waitingSince = Instant(nanoseconds: 0)
        /// The connection is being closed because its client does not read.
        var isLeaving = false

        var held: Int { answer + waiting }
    }

    private let limit: Int
    private var rows: [Row] = []

    /// The bytes that all connections may hold together, and hold.
    private let heldLimit: Int
    private var held = 0
    private var heldByLeaving = 0

    init(limit: Int, heldLimit: Int) {
        self.limit = max(1, limit)
        self.heldLimit = heldLimit
    }

    /// Adds an idle connection. Also returns the connection that it displaced: the one that has been idle for longest,
    /// or, if none is idle, the one whose request began first.
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

    /// Notes that a connection waits for a request since `now`, or is about to be closed.
    mutating func becomeIdle(_ place: Place, at now: Instant) {
        change(place, isIdle: true, now)
    }

    /// Notes that a connection's request began at `now`.
    mutating func becomeBusy(_ place: Place, at now: Instant) {
        change(place, isIdle: false, now)
    }

    /// Removes a connection; a displaced connection is removed already.
    mutating func leave(_ place: Place) {
        guard rows[place.index].generation == place.generation else { return }
        hold(place) { ($0.answer, $0.waiting) = (0, 0) }
        rows[place.index].handle = nil
        rows[place.index].generation += 1
    }

    // MARK: Memory

    /// Reserves the bytes of a long answer until `endAnswer`. False if there is no room for the answer now.
    mutating func beginAnswer(_ bytes: Int, _ place: Place) -> Bool {
        guard rows[place.index].generation == place.generation, held > 0, held + bytes > heldLimit else {
            hold(place) { $0.answer = bytes }
            return true
        }
        return false
    }

    /// Releases the bytes of a long answer.
    mutating func endAnswer(_ place: Place) { hold(place) { $0.answer = 0 } }

    /// Notes that bytes wait for the client to read. Returns the connections to close: those whose clients have not
    /// read for longest, but a single slow client may be as slow as it likes.
    mutating func beginWaiting(_ bytes: Int, _ place: Place, at now: Instant) -> [Handle] {
        hold(place) { row in (row.waiting, row.waitingSince) = (bytes, now) }
        var leaving: [Handle] = []
        while held - heldByLeaving > heldLimit, slow.count > 1, let next = makeRoom() { leaving.append(next) }
        return leaving
    }

    /// Notes that the client has read.
    mutating func endWaiting(_ place: Place) { hold(place) { $0.waiting = 0 } }

    /// The connection to close for a long answer without room: nil if another one is being closed already, or if all
    /// clients read.
    mutating func displaced() -> Handle? { heldByLeaving > 0 ? nil : makeRoom() }

    private var slow: [Int] { rows.indices.filter { rows[$0].waiting > 0 && !rows[$0].isLeaving } }

    private mutating func makeRoom() -> Handle? {
        guard let slowest = slow.min(by: { rows[$0].waitingSince < rows[$1].waitingSince }) else {
            return nil
        }
        rows[slowest].isLeaving = true
        heldByLeaving += rows[slowest].held
        return rows[slowest].handle
    }

    private mutating func hold(_ place: Place, _ change: (inout Row) -> Void) {
        guard rows[place.index].generation == place.generation else { return }
        hold(place.index, change)
    }

    private mutating func hold(_ index: Int, _ change: (inout Row) -> Void) {
        let before = rows[index].held
        change(&rows[index])
        held += rows[index].held - before
        if rows[index].isLeaving { heldByLeaving += rows[index].held - before }
    }

    private mutating func use(_ index: Int, _ handle: Handle, _ now: Instant) -> Place {
        let generation = rows[index].generation + 1
        hold(index) { ($0.answer, $0.waiting) = (0, 0) }
        rows[index] = Row(generation: generation, handle: handle, since: now)
        return Place(index: index, generation: generation)
    }

    private mutating func change(_ place: Place, isIdle: Bool, _ now: Instant) {
        guard rows[place.index].generation == place.generation else { return }
        rows[place.index].isIdle = isIdle
        rows[place.index].since = now
    }
}
