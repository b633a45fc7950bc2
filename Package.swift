// swift-tools-version: 6.2
import PackageDescription

/// One rule set for every target: Swift 6, no warnings, explicit existentials and imports.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// For what borrows bytes out of the store's map.
let borrowing = strict + [.enableExperimentalFeature("Lifetimes")]

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// The allocator of the programs that write and fold.
///
/// They make many small objects, often on one thread for another: jemalloc takes a fifth less
/// processor time for that than the C library's.
let allocator: [LinkerSetting] = [.linkedLibrary("jemalloc")]

/// The layers from below; a target names only what stands under it, and `ArchitectureTests` holds
/// the imports of the sources against the same arrows.
let layers: [Target] = [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .target(
        name: "LMDB", dependencies: ["CLMDB"], swiftSettings: borrowing + [.strictMemorySafety()]),
    .target(name: "EventLog", dependencies: ["LMDB", crypto], swiftSettings: borrowing),
    .target(name: "Records", swiftSettings: strict),
    .target(name: "Markup", swiftSettings: strict),
    .target(name: "FEEL", path: "Sources/Rules/FEEL", swiftSettings: strict),
    .target(
        name: "DMN", dependencies: ["FEEL", "Markup"], path: "Sources/Rules/DMN",
        swiftSettings: strict),
    .target(name: "Processes", dependencies: ["FEEL", "Markup"], swiftSettings: strict),
    .target(
        name: "Business", dependencies: ["Records", "FEEL", "DMN", crypto, yams],
        swiftSettings: strict),
    .target(
        name: "Views",
        dependencies: ["LMDB", "EventLog", "Records", "Business", collections, crypto, logging],
        swiftSettings: borrowing),
    .target(
        name: "Engine",
        dependencies: [
            "LMDB", "EventLog", "Records", "Markup", "FEEL", "DMN", "Processes", "Business",
            "Views", collections, logging,
        ], swiftSettings: strict),
    .target(
        name: "Server",
        dependencies: ["Engine", "Views", "Business", "EventLog", "Records", logging] + nio,
        swiftSettings: strict),
    .target(
        name: "Audit",
        dependencies: ["Engine", "Views", "Business", "EventLog", "LMDB", "Records", logging],
        swiftSettings: borrowing),
    .target(name: "Client", dependencies: ["Records"], swiftSettings: strict),
    .target(
        name: "Import", dependencies: ["Client", "Records", "FEEL", yams], swiftSettings: strict),
]

/// Wiring and argument parsing only.
let programs: [Target] = [
    .executableTarget(
        name: "daybookd",
        dependencies: [
            "Server", "Engine", "Views", "Business", "EventLog", "LMDB", "Records",
            argumentParser, lifecycle, logging, unixSignals, yams,
        ], swiftSettings: strict, linkerSettings: allocator),
    .executableTarget(
        name: "daybook",
        dependencies: [
            "Client", "Import", "Audit", "Engine", "Views", "Business", "EventLog", "Records",
            argumentParser, logging,
        ], swiftSettings: strict, linkerSettings: allocator),
    .executableTarget(
        name: "daybook-demo", dependencies: ["Client", "Records", argumentParser],
        path: "Sources/Demo", swiftSettings: strict),
    .executableTarget(
        name: "dmn-tck", dependencies: ["DMN", "FEEL", "Markup", argumentParser],
        swiftSettings: strict),
]

/// What measures the daemon and what tortures it.
let trials: [Target] = [
    .target(
        name: "Workload", dependencies: ["Client", "Records"], path: "Sources/Bench/Workload",
        swiftSettings: strict),
    .executableTarget(
        name: "daybook-bench",
        dependencies: [
            "Workload", "Client", "Engine", "Views", "Business", "EventLog", "LMDB", "Records",
            "DMN", "FEEL", argumentParser, logging,
        ], path: "Sources/Bench/Program", swiftSettings: borrowing, linkerSettings: allocator),
    .executableTarget(
        name: "daybook-torture",
        dependencies: ["Workload", "Client", "EventLog", argumentParser],
        path: "Sources/Torture", swiftSettings: strict),
    // Preloaded into the daemon, never linked.
    .target(name: "FaultShim"),
]

let tests: [Target] = [
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB"], swiftSettings: borrowing),
    .testTarget(
        name: "EventLogTests", dependencies: ["EventLog", "LMDB", crypto], swiftSettings: borrowing),
    .testTarget(name: "RecordsTests", dependencies: ["Records"], swiftSettings: strict),
    .testTarget(name: "MarkupTests", dependencies: ["Markup"], swiftSettings: strict),
    .testTarget(name: "FEELTests", dependencies: ["FEEL"], swiftSettings: strict),
    .testTarget(
        name: "DMNTests", dependencies: ["DMN", "FEEL", "Markup", "dmn-tck"],
        swiftSettings: strict),
    .testTarget(
        name: "ProcessesTests", dependencies: ["Processes", "FEEL", "Markup"],
        swiftSettings: strict),
    .testTarget(
        name: "BusinessTests", dependencies: ["Business", "Records", "FEEL", "DMN", yams],
        swiftSettings: strict),
    .testTarget(
        name: "ViewsTests", dependencies: ["Views", "Business", "EventLog", "LMDB", "Records"],
        swiftSettings: borrowing),
    .testTarget(
        name: "EngineTests",
        dependencies: [
            "Engine", "Views", "Processes", "Business", "EventLog", "Records", logging,
        ],
        swiftSettings: strict),
    .testTarget(
        name: "ImportTests",
        dependencies: [
            "TestSupport",
            "Import", "Audit", "Server", "Client", "Engine", "Views", "Business", "EventLog",
            "Records", logging,
        ], swiftSettings: strict),
    .testTarget(
        name: "ServerTests",
        dependencies: [
            "TestSupport",
            "Server", "Client", "Engine", "Views", "Business", "EventLog", "Records", "Workload",
            logging,
        ], swiftSettings: strict),
    .testTarget(
        name: "TortureTests",
        dependencies: [
            "TestSupport",
            "daybook-torture", "Workload", "Client", "Records", "daybookd", "daybook",
        ],
        swiftSettings: strict),
    .testTarget(
        name: "AuditTests",
        dependencies: [
            "Audit", "daybook", "Engine", "Views", "Business", "EventLog", "LMDB", "Records",
            logging,
        ], swiftSettings: borrowing),
    .testTarget(
        name: "DemoTests", dependencies: ["daybook-demo", "Records"], swiftSettings: strict),
    .testTarget(
        name: "DaybookTests", dependencies: ["TestSupport", "daybook", "Client", "Records"],
        resources: [.copy("Transcripts")], swiftSettings: strict),
]

let package = Package(
    name: "daybook",
    products: [
        .executable(name: "daybookd", targets: ["daybookd"]),
        .executable(name: "daybook", targets: ["daybook"]),
        .executable(name: "daybook-bench", targets: ["daybook-bench"]),
        .executable(name: "daybook-torture", targets: ["daybook-torture"]),
        .library(name: "faultshim", type: .dynamic, targets: ["FaultShim"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: layers + programs + trials + tests
)
