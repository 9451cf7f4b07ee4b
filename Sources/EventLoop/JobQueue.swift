/// The queue of jobs, first come first served, until a turn of the loop leaves jobs over: from then on left-over and
/// fresh jobs take turns. A job that was woken must not wait behind all left-over jobs, and jobs that come again and
/// again must not keep the left-over ones waiting.
struct JobQueue<Job> {
    /// Jobs in their order; the jobs before `next` have been taken.
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

    /// Adds a fresh job.
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

    /// Ends a turn: fresh jobs that have not run are left over, unless older jobs still are.
    mutating func endTurn() {
        if leftOver.isEmpty { swap(&fresh, &leftOver) }
    }
}
