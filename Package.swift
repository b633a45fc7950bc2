// swift-tools-version: 6.1
import PackageDescription

/// One rule set for every target: Swift 6, no warnings, explicit existentials and imports.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .unsafeFlags(["-warnings-as-errors"]),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "daybook",
    dependencies: [],
    targets: [
        .target(name: "Records", swiftSettings: strict),
    ]
)
