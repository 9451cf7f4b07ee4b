import Glibc
import Testing

/// Whether the program under test is built with a sanitizer.
let isSanitized = getenv("WAITFOR_SANITIZER") != nil

/// KiB that a check may have had in memory, whatever its peer did. A sanitizer's shadow and its quarantine of
/// freed memory are its own.
let residentLimit = (isSanitized ? 512 : 16) * 1024

extension Trait where Self == ConditionTrait {
    /// For what a sanitizer's own memory, pace or libraries would spoil: a bound in milliseconds or KiB,
    /// a program that runs in an empty root. `./dev test` runs it.
    static var needsThePlainProgram: Self {
        .enabled(if: !isSanitized, "not a sanitizer's to judge")
    }

    /// For what the static link alone can do: bound what libpq computes in one piece. `./dev test` runs it.
    static var needsTheStaticProgram: Self {
        .enabled(if: getenv("WAITFOR_BINARY") != nil, "libpq itself computes in a dynamic program")
    }
}
