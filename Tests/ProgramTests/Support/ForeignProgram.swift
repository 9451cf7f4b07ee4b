/// ELF files that this machine cannot run: of another machine, or with a loader that is not there.
enum ForeignProgram {
    /// A program for a machine, whose loader is at a path.
    static func bytes(machine: UInt8, loader: String) -> [UInt8] {
        func little(_ number: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let text = Array(loader.utf8) + [0]
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + little(0, 8)
        bytes += little(2, 2) + [machine, 0] + little(1, 4) + little(0, 8) + little(64, 8) + little(0, 8)
        bytes += little(0, 4) + little(64, 2) + little(56, 2) + little(2, 2) + little(0, 6)
        bytes += little(1, 4) + little(0, 52)
        bytes +=
            little(3, 4) + little(4, 4) + little(300, 8) + little(0, 16) + little(text.count, 8)
            + little(0, 16)
        return bytes + [UInt8](repeating: 0, count: 300 - bytes.count) + text
    }

    #if arch(x86_64)
        /// The numbers of this machine and of another.
        static let (own, foreign): (UInt8, UInt8) = (62, 183)
    #else
        static let (own, foreign): (UInt8, UInt8) = (183, 62)
    #endif
}
