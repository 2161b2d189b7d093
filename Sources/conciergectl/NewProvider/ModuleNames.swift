/// Names that a module must not have in a program that is built on concierged, because another module or a type of the
/// language has it. A test compares them with the modules of this build.
enum ModuleNames {
    static let all = Set(concierged + libraries + toolchain)

    private static let concierged = [
        "BenchProvider", "BulkyWaste", "CCrash", "CCurl", "CEpoll", "CSQLite", "CSystemd", "Civil", "ConciergeDaemon",
        "ConciergeEngine", "ConciergeKit", "ConciergeProtocol", "ConciergeTesting", "ConciergeWorker", "CrashGuard",
        "DeskKit",
        "HealthAppointments",
        "JSON", "LedgerConformance", "Mail", "MailServer", "NewProviderPlugin", "ParcelReception", "Repairs", "Replay",
        "SMTP",
        "SQLiteLedger", "SharedRooms", "Systemd", "Tables", "Toolchain", "TortureKit", "TortureProvider",
        "UpgradeCheck", "Varlink", "Wording", "WorkingCalendar",
    ]

    private static let libraries = [
        "ArgumentParser", "ArgumentParserToolInfo", "AsyncAlgorithms", "Atomics", "BasicContainers", "BitCollections",
        "CNIOAtomics", "CNIODarwin", "CNIOFreeBSD", "CNIOLLHTTP", "CNIOLinux", "CNIOOpenBSD", "CNIOPosix", "CNIOSHA1",
        "CNIOWASI", "CNIOWindows", "CYaml", "Collections", "ConcurrencyHelpers", "ContainersPreview", "Crypto",
        "CryptoBoringWrapper",
        "CryptoExtras", "CCryptoBoringSSL", "CCryptoBoringSSLShims", "DequeModule",
        "HashTreeCollections", "HeapModule", "InternalCollectionsUtilities", "Logging", "Mustache", "NIO",
        "NIOConcurrencyHelpers",
        "NIOCore", "NIOEmbedded", "NIOFileSystem", "NIOFoundationCompat", "NIOHTTP1", "NIOPosix", "NIOTLS",
        "NIOTestUtils", "NIOWebSocket", "OrderedCollections", "ServiceLifecycle", "ServiceLifecycleTestKit",
        "SystemPackage", "UnixSignals", "Yams",
    ]

    private static let toolchain = [
        "Any", "Builtin", "Cxx", "Dispatch", "Distributed", "Foundation", "FoundationEssentials",
        "FoundationInternationalization", "FoundationNetworking", "FoundationXML", "Glibc", "Musl", "Observation",
        "PackageDescription", "PackagePlugin", "Protocol", "RegexBuilder", "Self", "Swift", "Synchronization",
        "Testing", "Type", "XCTest",
    ]
}
