internal import Glibc

/// The end of a program that cannot begin: a line and a status, where a trap would leave both to guess.
enum ProcessFault {
    /// The status of a fault in the program itself, or in what it was started with.
    private static let status: Int32 = 125

    /// Ends the program, if a descriptor that it cannot do without is none.
    static func require(_ descriptor: Int32, from call: String) {
        guard descriptor < 0 else { return }
        let number = errno
        let why = SystemFailure.shortage(number)?.message ?? "\(call): \(String(cString: strerror(number)))"
        var output = OutputDescriptor(STDERR_FILENO)
        _ = output.write(Array("waitfor: \(why)\n".utf8)[...], patience: OutputStream.lastPatience)
        exit(status)
    }
}
