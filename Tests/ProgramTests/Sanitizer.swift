import Glibc
import Testing

extension Trait where Self == ConditionTrait {
    /// For what a sanitizer's own memory, pace or libraries would spoil: a bound in milliseconds or KiB,
    /// a program that runs in an empty root. `./dev test` runs it.
    static var needsThePlainProgram: Self {
        .enabled(if: getenv("WAITFOR_SANITIZER") == nil, "not a sanitizer's to judge")
    }
}
