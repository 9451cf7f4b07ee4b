/// Which target the running task probes, so that a loop that stood still can say for whom.
package enum ProbedTarget {
    /// The target's name; nil outside of a probe.
    @TaskLocal package static var name: String?
}
