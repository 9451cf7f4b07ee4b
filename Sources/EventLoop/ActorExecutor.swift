extension EventLoop {
    /// Where actors run that are pinned to this loop; it must be kept as long as they are.
    package var actorExecutor: ActorExecutor { ActorExecutor(loop: self) }

    /// Runs the jobs of actors on a loop. They are not run like those of other tasks: a job that runs as
    /// an actor's makes every call that leaves the actor a switch, which is a turn of the queue.
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
