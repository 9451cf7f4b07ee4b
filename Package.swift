// swift-tools-version: 6.2
import PackageDescription

// `./dev static` sets this: the fully static program also needs the archives behind libpq
// and stand-ins for the symbols that no distribution has as an archive (Sources/CStaticLink).
let isStatic = Context.environment["WAITFOR_STATIC"] == "1"

// `./dev static` sets this, too. A macro of one C file: the sources stay as they are, and nothing else is built anew.
let commit = Context.environment["WAITFOR_COMMIT"] ?? "unknown"

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // A search for a substring would link the regular expression engine: 1.2 MB of 12.
    .unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"]),
]

// The program is built without them: a container's build has no Tests.
let tests: [Target] = [
    // Servers, peers and processes that the tests start and stop.
    .target(
        name: "CTestSupport", path: "Tests/CTestSupport",
        linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(
        name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/TestSupport",
        swiftSettings: settings),
    .testTarget(
        name: "HealthCoreTests", dependencies: ["HealthCore", "TestSupport"], swiftSettings: settings),
    .testTarget(
        name: "EventLoopTests",
        dependencies: ["EventLoop", "Files", "HealthCore", "TestSupport", "COpenSSL"],
        swiftSettings: settings),
    .testTarget(
        name: "HealthAgentTests",
        dependencies: ["HealthAgent", "HealthCore", "StatusServer", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "ProbesTests",
        dependencies: ["Probes", "EventLoop", "HealthCore", "TestSupport", "CLibPQ"],
        swiftSettings: settings),
    .testTarget(
        name: "StatusServerTests",
        dependencies: ["StatusServer", "EventLoop", "HealthCore", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "ConfigurationTests", dependencies: ["Configuration", "HealthCore", "TestSupport"],
        swiftSettings: settings),
    // On a real Docker Engine: `./dev e2e`.
    .testTarget(
        name: "ContainerTests", dependencies: ["HealthCore", "Configuration", "TestSupport"],
        swiftSettings: settings),
    // The program's tables and what it makes of its command line, called instead of run.
    .testTarget(
        name: "ArgumentsTests", dependencies: ["waitfor", "HealthCore", "Configuration", "TestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "ProgramTests", dependencies: ["waitfor", "HealthCore", "TestSupport"],
        swiftSettings: settings),
]

// Where the tests that run the program, or a Docker Engine, would be built for nothing: `./dev platform arm64` sets this.
let isInProcess = Context.environment["WAITFOR_IN_PROCESS_TESTS"] == "1"
let chosenTests = tests.filter { !isInProcess || !["ProgramTests", "ContainerTests"].contains($0.name) }

// `./dev fuzz` sets this: clang's fuzzer calls the parsers, in a program of its own.
let fuzzers: [Target] = [
    .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
    .executableTarget(
        name: "Fuzz",
        dependencies: [
            "HealthCore", "EventLoop", "Files", "Probes", "StatusServer", "Configuration", "TestSupport",
            "CLibFuzzer",
        ],
        path: "Tests/Fuzz", exclude: ["CLibFuzzer", "Dictionaries", "Seeds", "covered", "run"],
        swiftSettings: settings),
]

// `Benchmarks/compose-coverage` sets this.
let coverage: [Target] = [
    .executableTarget(
        name: "ComposeCoverage", dependencies: ["HealthCore", "Configuration", "Files"],
        path: "Tests/ComposeCoverage", swiftSettings: settings)
]
let isMeasuringCoverage = Context.environment["WAITFOR_COVERAGE"] == "1"
let isFuzzing = Context.environment["WAITFOR_FUZZ"] == "1"

let staticLink: [Target.Dependency] = isStatic ? ["CStaticLink"] : []
// Where `./dev static` puts the toolchain's libraries, for the linker alone.
let toolchainCopy: [LinkerSetting] = isStatic ? [.unsafeFlags(["-resource-dir", ".build/swift"])] : []

// The compiler is told the type: it looks for that of a sum of literals for minutes (Swift 6.2).
let sources: [Target] = [
    // Imports nothing, not even libc: values that decide.
    .target(name: "HealthCore", swiftSettings: settings),

    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CAres", pkgConfig: "libcares"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl"),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq"),
    .systemLibrary(name: "CHiredis", pkgConfig: "hiredis"),
    .systemLibrary(name: "CNGHTTP2", pkgConfig: "libnghttp2"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
    .target(name: "CCommit", cSettings: [.define("WAITFOR_COMMIT", to: "\"\(commit)\"")]),
    // libpq's reads, bounded.
    .target(name: "CReadLimit"),
    // The one reader of small files.
    .target(name: "Files", swiftSettings: settings),
    .target(
        name: "CStaticLink", dependencies: ["CLibPQ", "COpenSSL"],
        exclude: ["discard.ld", "order.txt", "spdx", "unretain"]),

    .target(
        name: "EventLoop", dependencies: ["HealthCore", "Files", "CLinux", "CAres", "COpenSSL"],
        swiftSettings: settings),
    .target(
        name: "Probes",
        dependencies: [
            "HealthCore", "Files", "EventLoop", "CLinux", "CLibPQ", "CReadLimit", "CHiredis", "CNGHTTP2",
        ],
        swiftSettings: settings),
    .target(name: "HealthAgent", dependencies: ["HealthCore"], swiftSettings: settings),
    .target(name: "StatusServer", dependencies: ["HealthCore", "EventLoop"], swiftSettings: settings),
    .target(
        name: "Configuration", dependencies: ["HealthCore", "Files", "CYAML"], swiftSettings: settings),
    .executableTarget(
        name: "waitfor",
        dependencies: [
            "HealthCore", "Files", "EventLoop", "Probes", "HealthAgent", "StatusServer", "Configuration",
            "CLinux", "CCommit",
        ] + staticLink,
        swiftSettings: settings,
        linkerSettings: toolchainCopy),
]

let package = Package(
    name: "waitfor",
    products: [.executable(name: "waitfor", targets: ["waitfor"])],
    targets: sources + (isStatic ? [] : chosenTests) + (isFuzzing ? fuzzers : [])
        + (isMeasuringCoverage ? coverage : [])
)
