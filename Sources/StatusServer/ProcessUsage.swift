/// What the program needs of the system: the `process_*` metrics, and the lines that nobody took.
package struct ProcessUsage: Sendable {
    /// User and system together.
    package var cpuSeconds: Double
    package var residentBytes: Int
    package var virtualBytes: Int
    package var openDescriptors: Int
    package var maximumDescriptors: Int
    package var startUnixSeconds: Double
    package var droppedLogLines: Int

    package init(
        cpuSeconds: Double, residentBytes: Int, virtualBytes: Int, openDescriptors: Int,
        maximumDescriptors: Int, startUnixSeconds: Double, droppedLogLines: Int = 0
    ) {
        (
            self.cpuSeconds, self.residentBytes, self.virtualBytes, self.openDescriptors,
            self.maximumDescriptors, self.startUnixSeconds, self.droppedLogLines
        ) = (
            cpuSeconds, residentBytes, virtualBytes, openDescriptors, maximumDescriptors, startUnixSeconds,
            droppedLogLines
        )
    }
}
