internal import CLibFuzzer
internal import Glibc
internal import TestSupport

// fuzz TARGET [ARGUMENT...]: runs one target, with libFuzzer's own arguments. Without any: the names.
guard CommandLine.arguments.count > 1 else {
    for target in FuzzTarget.all { print(target.name) }
    exit(0)
}
guard let target = FuzzTarget.all.first(where: { $0.name == CommandLine.arguments[1] }) else {
    print("fuzz: no target of that name")
    exit(2)
}
FuzzTarget.running = target
// What calls itself without a bound is found long before inputs have the size that the usual stack takes.
var stack = rlimit()
getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack)
stack.rlim_cur = 512 << 10
setrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &stack)
if target.needsNameServer {
    // One of its own, wherever /etc/resolv.conf points.
    exit(try Namespace().run { runDriver() })
}
exit(runDriver())

/// Has libFuzzer call the target until it has found something, or its time is over.
nonisolated func runDriver() -> Int32 {
    // It takes what follows the target for its own arguments.
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv + 1
    var count = CommandLine.argc - 1
    return LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
        FuzzTarget.running?.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
        return 0
    }
}
