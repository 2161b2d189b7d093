// swift-tools-version: 6.2
import PackageDescription

/// Every provider of this build: a folder under plugins/ each. Its type stands in Sources/concierged/Providers.swift.
let providers = ["ParcelReception", "Repairs", "HealthAppointments", "SharedRooms"]

/// Those of them that have files under Sources/Resources, which are built into the program.
let providersWithResources: Set = ["Repairs"]

/// Those of them that read tables which people made.
let providersWithTables: Set = ["ParcelReception"]

/// Those of them whose tests have files under Tests/Data.
let providersWithTestData: Set = ["ParcelReception"]

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let collections = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The provider that the tutorial for authors leads to, and its tests. Who follows the tutorial here adds a provider of
/// this name, which takes its place.
let tutorial: [Target] =
    providers.contains("BulkyWaste")
    ? []
    : [
        .target(
            name: "BulkyWaste", dependencies: ["ConciergeKit"],
            path: "Sources/ConciergeKit/ConciergeKit.docc/Tutorials/BulkyWaste/Sources", swiftSettings: strict),
        .testTarget(
            name: "BulkyWasteTests", dependencies: ["BulkyWaste", "ConciergeTesting"],
            path: "Sources/ConciergeKit/ConciergeKit.docc/Tutorials/BulkyWaste/Tests", swiftSettings: strict),
    ]

let package = Package(
    name: "concierged",
    products: [
        .executable(name: "concierged", targets: ["concierged"]),
        .executable(name: "conciergectl", targets: ["conciergectl"]),
        .executable(name: "concierge-mail", targets: ["concierge-mail"]),
        .library(name: "ConciergeKit", targets: ["ConciergeKit"]),
        .library(name: "ConciergeTesting", targets: ["ConciergeTesting"]),
        .library(name: "LedgerConformance", targets: ["LedgerConformance"]),
        .library(name: "ConciergeDaemon", targets: ["ConciergeDaemon"]),
        .library(name: "ConciergeWorker", targets: ["ConciergeWorker"]),
        // swift package new-provider NAME
        .plugin(name: "NewProviderPlugin", targets: ["NewProviderPlugin"]),
    ] + providers.map { .library(name: $0, targets: [$0]) },
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    ],
    targets: [
        // The rooms, each depending only on those above it.
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "Civil", swiftSettings: strict),
        .target(name: "Wording", dependencies: ["Civil"], swiftSettings: strict),
        .target(name: "WorkingCalendar", dependencies: ["Civil", "Wording", "JSON"], swiftSettings: strict),
        .target(name: "Tables", swiftSettings: strict),
        .target(
            name: "ConciergeKit", dependencies: ["JSON", "Civil", "Wording", "WorkingCalendar"], swiftSettings: strict),
        .target(
            name: "ConciergeEngine",
            dependencies: ["ConciergeKit", "JSON", "Wording", "WorkingCalendar", "Tables", "Mail", crypto],
            swiftSettings: strict),
        .target(
            name: "ConciergeProtocol", dependencies: ["JSON", "Civil", "Wording"],
            resources: [.embedInCode("Interfaces")], swiftSettings: strict),
        .target(name: "UpgradeCheck", dependencies: ["ConciergeEngine", "ConciergeKit"], swiftSettings: strict),
        .target(name: "Replay", dependencies: ["ConciergeEngine", "ConciergeKit", "JSON"], swiftSettings: strict),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "SQLiteLedger", dependencies: ["ConciergeEngine", "ConciergeKit", "JSON", "CSQLite"],
            swiftSettings: strict),
        .target(name: "Varlink", dependencies: ["JSON", collections] + nio, swiftSettings: strict),
        // What a process is made of that executes tasks for the daemon.
        .target(
            name: "ConciergeWorker",
            dependencies: ["Varlink", "ConciergeProtocol", "JSON", "Wording", logging, lifecycle, signals] + nio,
            swiftSettings: strict),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(name: "Systemd", dependencies: ["CSystemd", logging], swiftSettings: strict),
        .target(name: "CCrash"),
        .target(
            name: "CrashGuard", dependencies: ["CCrash", "ConciergeEngine", "ConciergeKit"], swiftSettings: strict),
        .target(
            name: "ConciergeDaemon",
            dependencies: [
                "ConciergeProtocol", "JSON", "Civil", "Wording", "WorkingCalendar", "ConciergeKit", "ConciergeEngine",
                "UpgradeCheck", "Replay",
                "SQLiteLedger", "Varlink", "Tables",
                "Systemd", "CrashGuard",
                "Yams", mustache, logging, lifecycle, signals, collections, arguments,
            ] + nio,
            // The messages to residents.
            resources: [.embedInCode("Messages/Templates")], swiftSettings: strict),
        .target(
            name: "ConciergeTesting", dependencies: ["ConciergeKit", "ConciergeEngine", "JSON"],
            swiftSettings: strict),
        // For tests alone: it links Swift Testing.
        .target(
            name: "LedgerConformance",
            dependencies: [
                "ConciergeKit", "ConciergeEngine", "UpgradeCheck", "ConciergeTesting", "JSON", "WorkingCalendar",
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "concierged",
            dependencies: ["ConciergeDaemon", "ConciergeProtocol", "ConciergeKit"]
                + providers.map { .target(name: $0) },
            swiftSettings: strict),
        .executableTarget(
            name: "conciergectl",
            dependencies: ["ConciergeProtocol", "Civil", "Wording", "Varlink", "JSON", arguments] + nio,
            // What `conciergectl provider new` writes.
            resources: [.embedInCode("Templates")], swiftSettings: strict),
        .target(name: "Mail", dependencies: ["Civil", "Wording"], swiftSettings: strict),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "SMTP", dependencies: ["CCurl", "Mail", "Civil", "Wording"], swiftSettings: strict),
        .executableTarget(
            name: "concierge-mail",
            dependencies: [
                "Mail", "SMTP", "ConciergeWorker", "ConciergeProtocol", "Civil", "Wording", "JSON", arguments,
            ],
            swiftSettings: strict),
        .plugin(
            name: "NewProviderPlugin",
            capability: .command(
                intent: .custom(
                    verb: "new-provider",
                    description: "Write a package with a new provider and a daemon that serves it."),
                permissions: [.writeToPackageDirectory(reason: "The new package is a folder of this one.")]),
            path: "Sources/NewProviderPlugin"),
        // What the benchmarks are made of: Benchmarks/README.md.
        .target(
            name: "BenchProvider", dependencies: ["ConciergeKit"], path: "Benchmarks/BenchProvider",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-lodge", dependencies: ["ConciergeDaemon", "BenchProvider"], path: "Benchmarks/bench-lodge",
            swiftSettings: strict),
        .executableTarget(
            name: "bench-inside",
            dependencies: [
                "BenchProvider", "ConciergeDaemon", "ConciergeProtocol", "ConciergeKit", "ConciergeEngine",
                "SQLiteLedger", "Varlink",
                "JSON",
                arguments,
            ],
            path: "Benchmarks/bench-inside", swiftSettings: strict),
        .systemLibrary(name: "CEpoll", path: "Benchmarks/CEpoll"),
        .executableTarget(
            name: "lodge-load",
            dependencies: ["CEpoll", "ConciergeKit", "Varlink", "JSON", arguments, collections] + nio,
            path: "Benchmarks/lodge-load", swiftSettings: strict),

        // A daemon with a provider of several versions, for the tests alone.
        .executableTarget(
            name: "versions-lodge", dependencies: ["ConciergeDaemon", "ConciergeKit"], path: "Tests/VersionsLodge",
            swiftSettings: strict),
        // A daemon to be killed over and over, and who kills and checks it: Tests/Torture/README.md.
        .target(
            name: "TortureProvider", dependencies: ["ConciergeKit"], path: "Tests/Torture/TortureProvider",
            swiftSettings: strict),
        .executableTarget(
            name: "torture-lodge", dependencies: ["ConciergeDaemon", "TortureProvider"],
            path: "Tests/Torture/torture-lodge", swiftSettings: strict),
        .executableTarget(
            name: "torture-worker", dependencies: ["ConciergeWorker"], path: "Tests/Torture/torture-worker",
            swiftSettings: strict),
        .target(
            name: "TortureKit",
            dependencies: [
                "TortureProvider", "ConciergeProtocol", "ConciergeKit", "ConciergeEngine", "SQLiteLedger", "Varlink",
                "JSON",
            ] + nio,
            path: "Tests/Torture/TortureKit", swiftSettings: strict),
        .executableTarget(
            name: "torture", dependencies: ["TortureKit", arguments], path: "Tests/Torture/torture",
            swiftSettings: strict),
        .testTarget(
            name: "TortureTests",
            dependencies: [
                "TortureKit", "TortureProvider", "torture-lodge", "torture-worker", "ConciergeKit", "ConciergeEngine",
                "SQLiteLedger",
                "Varlink", "JSON",
            ],
            swiftSettings: strict),

        // A daemon with providers that do what providers must not; never shipped.
        .executableTarget(
            name: "test-lodge", dependencies: ["ConciergeDaemon", "ConciergeKit"], path: "Tests/TestLodge",
            swiftSettings: strict),

        // A front desk's week, played with the shipped programs on a clock that is moved: Tests/Desk/README.md.
        .target(name: "DeskKit", path: "Tests/Desk/DeskKit", swiftSettings: strict),
        .executableTarget(
            name: "desk-lodge",
            dependencies: ["ConciergeDaemon", "ConciergeProtocol"] + providers.map { .target(name: $0) },
            path: "Tests/Desk/desk-lodge", swiftSettings: strict),
        .executableTarget(
            name: "desk-week", dependencies: ["DeskKit"], path: "Tests/Desk/desk-week", swiftSettings: strict),
        .testTarget(
            name: "DeskTests", dependencies: ["DeskKit", "desk-lodge", "conciergectl"], swiftSettings: strict),

        // What scripts/check-holidays compares; never shipped.
        .executableTarget(
            name: "print-holidays", dependencies: ["WorkingCalendar", "Civil"], path: "Tests/PrintHolidays",
            swiftSettings: strict),

        // One folder of tests per target.
        .target(name: "Toolchain", path: "Tests/Toolchain", swiftSettings: strict),
        // A mail server that misbehaves as real ones do.
        .target(name: "MailServer", path: "Tests/MailServer", exclude: ["server.py"], swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Toolchain", "ConciergeKit", "ConciergeTesting", "BulkyWaste"],
            swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON", "ConciergeKit"], swiftSettings: strict),
        .testTarget(name: "TablesTests", dependencies: ["Tables"], swiftSettings: strict),
        .testTarget(name: "CivilTests", dependencies: ["Civil", "ConciergeKit"], swiftSettings: strict),
        .testTarget(name: "WordingTests", dependencies: ["Wording", "Civil"], swiftSettings: strict),
        .testTarget(
            name: "WorkingCalendarTests",
            dependencies: ["WorkingCalendar", "Civil", "Wording", "JSON", "ConciergeKit"],
            exclude: ["Data"], swiftSettings: strict),
        .testTarget(
            name: "MailTests", dependencies: ["Mail", "Civil", "Wording"], exclude: ["check.py"],
            swiftSettings: strict),
        .testTarget(
            name: "SMTPTests", dependencies: ["SMTP", "Mail", "MailServer", "Civil", "Wording"], swiftSettings: strict),
        .testTarget(
            name: "ConciergeMailTests",
            dependencies: ["concierge-mail", "ConciergeWorker", "SMTP", "Mail", "JSON", "Civil"],
            swiftSettings: strict),
        .testTarget(
            name: "ConciergeProtocolTests",
            dependencies: ["ConciergeProtocol", "Varlink", "JSON", "Civil", "Wording"], swiftSettings: strict),
        .testTarget(
            name: "ConciergeKitTests", dependencies: ["ConciergeKit", "JSON", "Toolchain"], swiftSettings: strict),
        .testTarget(
            name: "ConciergeEngineTests",
            dependencies: [
                "ConciergeEngine", "ConciergeTesting", "LedgerConformance", "ConciergeKit", "JSON", "ParcelReception",
                "Tables", "WorkingCalendar",
            ],
            exclude: ["Data"], swiftSettings: strict),
        .testTarget(
            name: "ConciergeTestingTests", dependencies: ["ConciergeTesting", "ConciergeKit"], swiftSettings: strict),
        .testTarget(
            name: "SQLiteLedgerTests",
            dependencies: [
                "SQLiteLedger", "ConciergeEngine", "ConciergeTesting", "LedgerConformance", "ConciergeKit", "JSON",
                "CSQLite",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ReplayTests",
            dependencies: [
                "Replay", "SQLiteLedger", "ConciergeEngine", "ConciergeKit", "JSON",
            ], swiftSettings: strict),
        .testTarget(
            name: "VarlinkTests", dependencies: ["Varlink", "JSON"] + nio, swiftSettings: strict),
        .testTarget(
            name: "ConciergeWorkerTests", dependencies: ["ConciergeWorker", "JSON", "Wording"], swiftSettings: strict),
        .testTarget(name: "SystemdTests", dependencies: ["Systemd", logging], swiftSettings: strict),
        .testTarget(
            name: "CrashGuardTests", dependencies: ["CrashGuard", "ConciergeEngine", "ConciergeKit"],
            swiftSettings: strict),
        .testTarget(
            name: "ConciergeDaemonTests",
            dependencies: [
                "ConciergeDaemon", "ConciergeProtocol", "SQLiteLedger", "ConciergeEngine", "ConciergeTesting",
                "ConciergeKit", "WorkingCalendar",
                "CrashGuard",
                "JSON", "Varlink", logging,
            ] + nio,
            swiftSettings: strict),
        .testTarget(
            name: "ConfigurationTests",
            dependencies: ["ConciergeDaemon", "ConciergeEngine", "ConciergeKit", "WorkingCalendar"],
            swiftSettings: strict),
        .testTarget(
            name: "ConciergectlTests", dependencies: ["conciergectl", "ConciergeProtocol", "Varlink", "JSON"] + nio,
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "concierged", "conciergectl", "versions-lodge", "test-lodge", "ConciergeProtocol", "ConciergeKit",
                "ConciergeEngine", "SQLiteLedger", "Varlink", "JSON", "ConciergeWorker", "concierge-mail", "MailServer",
            ] + nio,
            path: "Tests/Integration",
            swiftSettings: strict),
    ] + tutorial
        + providers.flatMap { provider -> [Target] in
            [
                .target(
                    name: provider,
                    dependencies: ["ConciergeKit"] + (providersWithTables.contains(provider) ? ["Tables"] : []),
                    path: "plugins/\(provider)/Sources",
                    resources: providersWithResources.contains(provider) ? [.embedInCode("Resources")] : [],
                    swiftSettings: strict),
                .testTarget(
                    name: "\(provider)Tests", dependencies: [.target(name: provider), "ConciergeTesting"],
                    path: "plugins/\(provider)/Tests",
                    exclude: providersWithTestData.contains(provider) ? ["Data"] : [], swiftSettings: strict),
            ]
        },
    swiftLanguageModes: [.v6]
)
