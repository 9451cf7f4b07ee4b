import Glibc
import TestSupport
import Testing

/// Whether the program under test is for another processor than the tests are, and run by an emulator:
/// `./dev platform arm64`.
let isEmulated: Bool = {
    let file = open(Program.waitfor, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var header = [UInt8](repeating: 0, count: 20)
    guard read(file, &header, header.count) == header.count else { return false }
    return header[18] != ForeignProgram.own
}()

extension Trait where Self == ConditionTrait {
    /// For what is seen from outside: a trace of a program that an emulator runs is one of the emulator, and a limit so low
    /// that the program cannot begin ends the emulator.
    static var needsNoEmulator: Self { .enabled(if: !isEmulated, "it would be the emulator that is seen") }

    /// For what is held against counts that were written down for one processor.
    static var needsCountsOfTheProcessor: Self {
        .enabled(if: ForeignProgram.own == 62 && !isEmulated, "was counted on x86_64 only")
    }
}
