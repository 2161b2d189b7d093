import ArgumentParser
import ConciergeEngine
import ConciergeKit
import Foundation

/// The command line of the daemon.
struct Options: ParsableCommand {
    /// The program whose command line is parsed. The parser takes its name and version from a static property.
    @TaskLocal static var program = Program.distribution

    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: program.name,
            abstract: "The lodge of a social landlord: runs the concierge services.",
            discussion: """
                Exit status: 0 stopped, checked, restored or replayed, 1 a replay found differences, 64 usage, 65 the \
                ledger or backup is of a newer version, damaged or something else, 66 the file to read cannot be \
                read, 69 the socket or the state directory is in use, \
                70 a mistake in the program, 71 too few files may be open, \
                73 the state directory to restore into is not empty, 74 the ledger or the socket cannot be opened, \
                78 bad configuration.
                """,
            version: program.description)
    }

    @Option(help: ArgumentHelp("The configuration; drop-ins beside it in a folder named .d.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Where the ledger is kept. $STATE_DIRECTORY, or else /var/lib/concierge.", valueName: "dir"))
    var stateDir: String?

    @Option(help: ArgumentHelp("The control socket.", valueName: "path"))
    var socket = "/run/concierge/org.concierged"

    @Flag(
        help: """
            Read the configuration, make every provider once in a scratch folder, read the stored requests where there \
            is a ledger, and say what is wrong. Nothing is changed.
            """)
    var check = false

    @Flag(
        help: """
            Print the version of concierged, and each provider's version, module, services and tasks, and exit. The \
            providers are made from the defaults of their settings, or from --config.
            """)
    var buildInfo = false

    @Flag(help: "With --build-info: print JSON. With --replay: a line of JSON each.")
    var json = false

    @Flag(help: "Print a configuration with every key of this build, its words and its default, and exit.")
    var exampleConfiguration = false

    // Generates the table in the operations document.
    @Flag(help: ArgumentHelp("Print the table of all settings, and exit.", visibility: .hidden))
    var settingsTable = false

    // Generates what journalctl -x shows.
    @Option(
        help: ArgumentHelp(
            "Print the catalog of the journal's messages in a language, and exit.", valueName: "fr|en",
            visibility: .hidden),
        transform: { name in
            guard let language = Language(rawValue: name) else { throw ValidationError("--catalog is fr or en.") }
            return language
        })
    var catalog: Language?

    @Option(
        help: ArgumentHelp(
            "Put a backup in place as the ledger of an empty state directory, and exit.", valueName: "file"))
    var restore: String?

    @Option(
        help: ArgumentHelp(
            """
            Decide the history of a ledger again with this build, print each difference, and exit. The file of a daemon \
            or a backup; nothing is changed.
            """, valueName: "ledger"))
    var replay: String?

    func validate() throws {
        if json, !buildInfo, replay == nil { throw ValidationError("--json goes with --build-info or --replay.") }
    }

    var configurationFile: String { config ?? "/etc/concierge/concierged.yaml" }

    var stateDirectory: String {
        if let stateDir { return stateDir }
        // systemd sets a list if the unit names several directories; ours names one.
        let given = ProcessInfo.processInfo.environment["STATE_DIRECTORY"]?.split(separator: ":").first
        return given.map(String.init) ?? "/var/lib/concierge"
    }
}

/// Why the daemon does not run, with its exit status (sysexits.h).
struct StartFailure: Error {
    let status: Int32
    /// What whoever starts the program reads.
    let words: Text
    /// The same for the journal.
    var reason: String { words.en }

    init(status: Int32, words: Text) {
        self.status = status
        self.words = words
    }

    /// A failure that is said in English alone: what a setting is wrong in, as its documents say it.
    init(status: Int32, reason: String) { self.init(status: status, words: Text(verbatim: reason)) }

    /// The failure that an error is.
    init(anyOf error: any Error) {
        switch error {
        case let failure as StartFailure: self = failure
        case let error as LedgerError: self.init(error)
        default: self.init(status: Self.ioError, reason: String(plainly: error))
        }
    }

    static let dataError: Int32 = 65
    static let noInput: Int32 = 66
    static let unavailable: Int32 = 69
    static let softwareError: Int32 = 70
    static let systemError: Int32 = 71
    static let cannotCreate: Int32 = 73
    static let ioError: Int32 = 74
    static let badConfiguration: Int32 = 78
}
