import TestSupport
import Testing

/// What a new toolchain or a new library can undo without a word: the stand-ins of Sources/CStaticLink, the order of
/// functions, the few system calls of a check.
@Suite(.needsTheStaticProgram, .needsThePlainProgram)
struct StaticLinkTests {
    @Test(
        "a check makes the system calls that are written down for its distribution, and no other but a wait",
        .needsCountsOfTheProcessor)
    func systemCalls() throws {
        let file = "Tests/golden/system-calls.\(Distribution.name)"
        let expected = lines(readText(file))
        try #require(!expected.isEmpty, "\(file) is missing")
        let directory = try TemporaryDirectory()
        let trace = directory.file("trace")
        let finished = try Program.run(
            "/usr/bin/strace", ["-f", "-o", trace, Program.waitfor, "check", "redis://127.0.0.1:1"])
        #expect(finished.exitCode == 1, "\(finished)")
        // `1234 openat(AT_FDCWD, …) = 3`. Whether the refusal is there already or is waited for is the kernel's choice.
        let calls = lines(readText(trace)).compactMap { line -> String? in
            guard let call = line.drop(while: { $0 != " " }).split(separator: "(").first, line.contains("(")
            else {
                return nil
            }
            return String(call.drop { $0 == " " })
        }
        #expect(calls.sorted().filter { $0 != "epoll_wait" } == expected, "\(file); strace says \(calls)")
    }

    @Test(
        "nine of ten names that the linker is to put in order are in the program, and none is an address",
        .needsCountsOfTheProcessor)
    func order() throws {
        let origins = try origins()
        let names = readText("Sources/CStaticLink/order.txt").split(separator: "\n")
        try #require(names.count > 1000)
        let addresses = names.filter { $0.hasPrefix("0x") || $0.allSatisfy(\.isHexDigit) }
        #expect(addresses.isEmpty, "\(addresses.prefix(3))")
        let gone = names.filter { origins[$0] == nil }
        #expect(
            gone.count <= names.count / 10,
            "\(gone.count) of \(names.count) are gone, \(gone.prefix(3)): ./dev order")
    }

    @Test("a stand-in is the only definition of its symbol")
    func standIns() throws {
        let origins = try origins()
        let objects = Set(
            origins.values.joined().compactMap { origin in
                origin.contains("/CStaticLink.build/")
                    ? origin.split(separator: ":").first.map(String.init) : nil
            })
        let symbols = try Program.run("/usr/bin/nm", ["-g", "--defined-only"] + objects.sorted())
        let standIns = lines(symbols.output).compactMap { line -> Substring? in
            let columns = line.split(separator: " ")
            return columns.count == 3 ? columns[2] : nil
        }
        for name: Substring in [
            "gss_wrap", "ldap_init", "dispatch_main", "_swift_backtraceSettings", "__wrap_SSL_CTX_new",
        ] {
            #expect(standIns.contains(name), "\(name) is not linked")
        }
        for name in standIns {
            #expect(origins[name, default: []].count <= 1, "\(name): \(origins[name] ?? [])")
        }
    }
}

/// The object or archive member that each symbol of the program comes from: `./dev static` takes it from the linker's map.
private func origins() throws -> [Substring: [Substring]] {
    var origins: [Substring: [Substring]] = [:]
    for line in readText(Program.waitfor + ".symbols").split(separator: "\n") {
        let columns = line.split(separator: "\t", maxSplits: 1)
        if columns.count == 2 { origins[columns[0], default: []].append(columns[1]) }
    }
    try #require(origins.count > 1000, "\(Program.waitfor).symbols: ./dev static writes it")
    return origins
}
