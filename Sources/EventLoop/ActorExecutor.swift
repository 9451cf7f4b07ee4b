extension EventLoop {
    /// The executor of actors that are pinned to this loop; an actor must keep its executor.
    package var actorExecutor: ActorExecutor { ActorExecutor(loop: self) }

    /// Runs the jobs of actors on a loop. Only an actor's job runs isolated to an actor: in such a job every call
    /// that leaves the actor is a switch, which costs a turn of the queue.
    package final class ActorExecutor: SerialExecutor {
        private let loop: EventLoop

        init(loop: EventLoop) {
            self.loop = loop
        }

        package func enqueue(_ job: consuming ExecutorJob) {
            loop.add(UnownedJob(job), of: self)
        }

        package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
            UnownedSerialExecutor(ordinary: self)
        }
    }
}
