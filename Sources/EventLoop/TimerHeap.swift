internal import HealthCore

/// Deadlines of numbered waiters, earliest first, with real removal: deleting lazily leaves every
/// cancelled deadline behind until it would have passed, which under load is megabytes.
struct TimerHeap {
    private var heap: [Entry] = []
    /// The place of each waiter in the heap; -1 for a waiter without a deadline.
    private var places: [Int] = []

    /// A struct: the type of an array of tuples would be made when the program runs.
    private struct Entry {
        let deadline: Instant
        let waiter: Int
    }

    /// The earliest deadline.
    var first: Instant? { heap.first?.deadline }

    /// Adds a waiter that has no deadline yet.
    mutating func insert(_ waiter: Int, at deadline: Instant) {
        while places.count <= waiter { places.append(-1) }
        heap.append(Entry(deadline: deadline, waiter: waiter))
        places[waiter] = heap.count - 1
        siftUp(heap.count - 1)
    }

    /// Takes a waiter's deadline away, if it has one.
    mutating func remove(_ waiter: Int) {
        guard waiter < places.count, places[waiter] >= 0 else { return }
        let place = places[waiter]
        places[waiter] = -1
        let last = heap.removeLast()
        guard place < heap.count else { return }
        set(place, last)
        siftUp(place)
        siftDown(place)
    }

    /// Takes out the earliest waiter whose deadline has come.
    mutating func removeFirst(dueAt now: Instant) -> Int? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        remove(first.waiter)
        return first.waiter
    }

    private mutating func set(_ place: Int, _ entry: Entry) {
        heap[place] = entry
        places[entry.waiter] = place
    }

    private mutating func siftUp(_ start: Int) {
        var place = start
        let entry = heap[start]
        while place > 0, entry.deadline < heap[(place - 1) / 2].deadline {
            set(place, heap[(place - 1) / 2])
            place = (place - 1) / 2
        }
        set(place, entry)
    }

    private mutating func siftDown(_ start: Int) {
        var place = start
        let entry = heap[start]
        while 2 * place + 1 < heap.count {
            var least = 2 * place + 1
            if least + 1 < heap.count, heap[least + 1].deadline < heap[least].deadline { least += 1 }
            guard heap[least].deadline < entry.deadline else { break }
            set(place, heap[least])
            place = least
        }
        set(place, entry)
    }
}
