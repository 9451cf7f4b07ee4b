internal import Files
internal import Glibc
import StatusServer

extension ProcessUsage {
    /// The resources that this process uses, from the kernel, with the start time and the dropped lines that only the
    /// program knows.
    static func current(startUnixSeconds: Double, droppedLogLines: Int) -> ProcessUsage {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let pages = pageCounts()
        let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        var usage = ProcessUsage()
        usage.cpuSeconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        (usage.virtualBytes, usage.residentBytes) = (pages.virtual * pageSize, pages.resident * pageSize)
        (usage.openDescriptors, usage.maximumDescriptors) = (openDescriptors(), Int(clamping: limit.rlim_cur))
        (usage.startUnixSeconds, usage.droppedLogLines) = (startUnixSeconds, droppedLogLines)
        return usage
    }

    /// The first two numbers of /proc/self/statm.
    private static func pageCounts() -> (virtual: Int, resident: Int) {
        guard let text = try? SmallFile("/proc/self/statm").beginning(128) else { return (0, 0) }
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        guard words.count > 1 else { return (0, 0) }
        return (Int(words[0]) ?? 0, Int(words[1]) ?? 0)
    }

    private static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without `.`, `..` and the folder itself.
        return max(0, count - 3)
    }
}
