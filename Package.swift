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

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let collections = Target.Dependency.product(name: "Collections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "daybook",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        // Layers from below; an arrow points to what stands under it (Tests/ArchitectureTests).
        .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
        .target(
            name: "LMDB", dependencies: ["CLMDB"],
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes"), .strictMemorySafety()]
        ),
        .target(
            name: "EventLog", dependencies: ["LMDB", collections, crypto],
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
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
            dependencies: ["LMDB", "EventLog", "Records", "Business", collections, logging],
            swiftSettings: strict + [.enableExperimentalFeature("Lifetimes")]),
        .target(
            name: "Engine",
            dependencies: [
                "LMDB", "EventLog", "Records", "Markup", "FEEL", "DMN", "Processes", "Business",
                "Views", collections, logging,
            ], swiftSettings: strict),
        .target(name: "Client", dependencies: ["Records"], swiftSettings: strict),
        .target(
            name: "Server",
            dependencies: ["Engine", "Views", "Business", "EventLog", "Records", logging] + nio,
            swiftSettings: strict),
        .executableTarget(
            name: "daybookd",
            dependencies: [
                "Server", "Engine", "Views", "Business", "EventLog", "Records", argumentParser,
                logging, lifecycle, unixSignals, yams,
            ], swiftSettings: strict),
    ]
)
