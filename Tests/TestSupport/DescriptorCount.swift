import Glibc

/// The number of open descriptors of a process, or nil if it is gone.
package func descriptorCount(of pid: Int32) -> Int? {
    guard let directory = opendir("/proc/\(pid)/fd") else { return nil }
    defer { closedir(directory) }
    var count = 0
    while readdir(directory) != nil { count += 1 }
    // "." and "..", and for our own process the one that reads the directory.
    return count - 2 - (pid == getpid() ? 1 : 0)
}
