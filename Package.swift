// swift-tools-version: 6.2
import PackageDescription

/// One list for every target of ours; each entry with the proposal that explains it.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .treatAllWarnings(as: .error),  // SE-0480; only where this is the root package
]

/// A module of ours and its tests, which mirror it under `Tests/`.
/// - Parameters:
///   - others: what only the tests need.
///   - files: a file, or a folder of them, that the module carries with it.
func module(
    _ name: String, _ dependencies: [Target.Dependency], testedWith others: [Target.Dependency] = [],
    embedding files: [String] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: dependencies, resources: files.map { .embedInCode($0) }, swiftSettings: settings),
        .testTarget(
            name: name + "Tests", dependencies: [.byName(name: name), "Playground"] + dependencies + others,
            swiftSettings: settings),
    ]
}

let cLibraries: [Target] = [
    .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    // No pkgConfig: hiredis's own file carries a -D that SwiftPM prohibits and warns about on every build.
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"]), .brew(["hiredis"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(
        name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(name: "CLinux"),
]

let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let sqlite = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The way of the data, top to bottom: vocabulary, network, one module a dependency, judgement, sweep, reports.
let modules: [Target] =
    module("Diagnostics", [])
    + module("Network", ["Diagnostics", "CLinux"])
    + module("PostgreSQL", ["Diagnostics", "Network", "TLS", "Queries", "CLibpq"])
    + module("Redis", ["Diagnostics", "Network", "TLS", "CHiredis"])
    + module("TLS", ["Diagnostics", "Network", "COpenSSL"], testedWith: ["Runbook"])
    + module("HTTP", ["Diagnostics", "Network", "TLS", "CCurl", "COpenSSL", "CLinux"])
    + module("Host", ["Diagnostics", "Network", "CLinux"])
    + module("Reachability", ["Diagnostics", "Network", "CLinux"])
    + module("Containers", ["Diagnostics", "Network", "HTTP"])
    + module("Logs", ["Diagnostics", "Network", "CLinux", "CZlib"])
    + module("Runbook", ["Diagnostics"])
    + module(
        "Sweep",
        [
            "Diagnostics", "Network", "PostgreSQL", "Queries", "Redis", "TLS", "HTTP", "Host", "Logs", "Reachability",
            "Containers", "Runbook", yams, sqlite,
        ])
    + module("Report", ["Diagnostics", "Runbook", "PostgreSQL"], embedding: ["Schemas/Documents"])

let package = Package(
    name: "diag",
    products: [.executable(name: "diag", targets: ["diag"])]
        + [
            "Diagnostics", "Network", "PostgreSQL", "Redis", "TLS", "HTTP", "Host", "Logs", "Reachability",
            "Containers",
            "Runbook", "Sweep", "Report",
        ]
        .map { .library(name: $0, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: cLibraries + modules + [
        .target(name: "Queries", path: "Queries", resources: [.embedInCode("postgresql")], swiftSettings: settings),
        .executableTarget(
            name: "diag",
            dependencies: [
                "Diagnostics", "Network", "PostgreSQL", "Redis", "TLS", "HTTP", "Host", "Logs", "Runbook", "Sweep",
                "Report", "Reachability", "Containers", "CLinux",
                argumentParser,
            ],
            swiftSettings: settings),
        .testTarget(name: "DiagTests", dependencies: ["diag", "Playground", yams], swiftSettings: settings),
        .target(
            name: "Playground", dependencies: ["CLibpq"], path: "Tests/Playground", resources: [.copy("Captures")],
            swiftSettings: settings),
        .executableTarget(
            name: "diag-playground", dependencies: ["Playground"], path: "Tests/PlaygroundCommand",
            swiftSettings: settings),
        .testTarget(
            name: "PlaygroundTests", dependencies: ["Playground", "diag-playground"], swiftSettings: settings),
    ]
)
