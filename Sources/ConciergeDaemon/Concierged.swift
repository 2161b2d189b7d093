import ArgumentParser
import ConciergeEngine
public import ConciergeKit
import Foundation
import Systemd

/// The daemon as a program. Another package links it with providers of its own:
///
/// ```swift
/// await Concierged.main(name: "concierged-keys", version: "1.4.0", serving: [Keys.self, ParcelReception.self])
/// ```
///
/// The name and version are those of that program. It shows them, with the version of concierged that it is built on, in
/// `--version`, `--build-info`, the journal, and `conciergectl status`.
public enum Concierged {
    /// Parses the command line, serves until SIGTERM or SIGINT, and exits.
    ///
    /// - Parameters:
    ///   - name: The name of the program: ASCII letters, digits, `-`, `.` and `_`, a letter first. Another name ends the
    ///     program with status 70.
    ///   - version: Its version, as in [Semantic Versioning 2.0.0](https://semver.org): `1.4.0`. The same holds for it.
    ///   - providers: In the order in which they are shown.
    @MainActor
    public static func main(
        name: String, version: String, serving providers: [any ServiceProvider.Type]
    ) async -> Never {
        let program = Program(name: name, version: version)
        exit(await withTaskExecutorPreference(DaemonTasks.threads) { await status(of: program, serving: providers) })
    }

    /// Carries out the command line, and returns the exit status.
    private static func status(of program: Program, serving providers: [any ServiceProvider.Type]) async -> Int32 {
        if let mistake = program.mistake {
            complain(program, Text(verbatim: mistake))
            return StartFailure.softwareError
        }
        let options = Options.$program.withValue(program) { Options.parseOrExit() }
        // New files are readable by the daemon's own user and group at most. A stricter mask of the service manager
        // stays in force.
        umask(umask(0o777) | 0o027)
        // With SIGXFSZ ignored, write(2) returns an error at the file size limit, as it does on a full disk; otherwise
        // the signal would end the daemon.
        signal(SIGXFSZ, SIG_IGN)
        let registered = providers.map { register($0) }
        do {
            try Descriptors.raiseLimit()
            if options.exampleConfiguration {
                print(ExampleConfiguration.text(serving: registered), terminator: "")
            } else if options.settingsTable {
                print(SettingsTable.text(serving: registered), terminator: "")
            } else if let language = options.catalog {
                print(Catalog.text(in: language), terminator: "")
            } else if options.buildInfo {
                let info = try await BuildInfo(program, options, registered)
                print(options.json ? try info.json() : info.text, terminator: "")
            } else if options.check {
                try await Check(options, registered).run()
            } else if let file = options.restore {
                try RestoreCommand.run(file, options)
            } else if let ledger = options.replay {
                return try await ReplayCommand(options, registered).run(ledger)
            } else {
                return await serve(program, options, registered)
            }
            return 0
        } catch {
            let failure = StartFailure(anyOf: error)
            complain(program, failure.words)
            return failure.status
        }
    }

    /// Serves until SIGTERM or SIGINT, and returns the exit status.
    private static func serve(
        _ program: Program, _ options: Options, _ providers: [RegisteredProvider]
    ) async -> Int32 {
        do {
            try await Daemon(program, options, providers: providers).run()
            return 0
        } catch {
            let failure = StartFailure(anyOf: error)
            complain(program, failure.words)
            await FailedStart.tellCallers(failure, of: program)
            return failure.status
        }
    }

    private static func register(_ type: (some ServiceProvider).Type) -> RegisteredProvider {
        RegisteredProvider(type)
    }

    private static func complain(_ program: Program, _ words: Text) {
        // The journal's lines that led to the error come first.
        JournalQueue.shared.flush()
        let reason = LogDestination.isJournal ? words.en : words[Terminal.language]
        // The journal reads the priority from the start of the line (sd-daemon(3)).
        let line = (LogDestination.isJournal ? "<3>" : "\(program.name): ") + reason + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
