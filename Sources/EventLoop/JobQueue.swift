/// What is to run, first come first served, until a turn of the loop leaves something over: from then on
/// that takes turns with what comes. A job that was woken must not queue behind all that is left over,
/// and what comes again and again must not keep that waiting.
struct JobQueue<Job> {
    /// Jobs in their order; what stands before `next` has been taken.
    private struct Line {
        var jobs: [Job] = []
        var next = 0

        var isEmpty: Bool { next == jobs.count }

        mutating func take() -> Job {
            defer {
                next += 1
                if isEmpty {
                    jobs.removeAll(keepingCapacity: true)
                    next = 0
                }
            }
            return jobs[next]
        }
    }

    private var fresh = Line()
    private var leftOver = Line()
    private var isTurnOfFresh = false

    var isEmpty: Bool { fresh.isEmpty && leftOver.isEmpty }

    /// Adds a job that has come.
    mutating func append(_ job: Job) {
        fresh.jobs.append(job)
    }

    /// Takes the next job; nil if there is none.
    mutating func next() -> Job? {
        if leftOver.isEmpty || (isTurnOfFresh && !fresh.isEmpty) {
            isTurnOfFresh = false
            return fresh.isEmpty ? nil : fresh.take()
        }
        isTurnOfFresh = true
        return leftOver.take()
    }

    /// A turn is over: what has not run is left over, once nothing older is.
    mutating func endTurn() {
        if leftOver.isEmpty { swap(&fresh, &leftOver) }
    }
}
