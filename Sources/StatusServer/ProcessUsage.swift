/// What the program needs of the system: the `process_*` metrics.
package struct ProcessUsage: Sendable {
    /// User and system together.
    package var cpuSeconds: Double
    package var residentBytes: Int
    package var virtualBytes: Int
    package var openDescriptors: Int
    package var maximumDescriptors: Int
    package var startUnixSeconds: Double

    package init(
        cpuSeconds: Double, residentBytes: Int, virtualBytes: Int, openDescriptors: Int,
        maximumDescriptors: Int, startUnixSeconds: Double
    ) {
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
        self.virtualBytes = virtualBytes
        self.openDescriptors = openDescriptors
        self.maximumDescriptors = maximumDescriptors
        self.startUnixSeconds = startUnixSeconds
    }
}
