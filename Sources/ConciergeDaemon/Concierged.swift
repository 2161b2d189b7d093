import ArgumentParser
import ConciergeEngine
public import ConciergeKit
import Foundation
import Systemd

/// The daemon as a program. Another package links it with providers of its own:
///
/// ```swift
/// await Concierged.main(serving: [OurOwnProvider.self])
/// ```
public enum Concierged {
    /// Parses the command line, serves until SIGTERM or SIGINT, and exits.
    @MainActor
    public static func main(serving providers: [any ServiceProvider.Type]) async -> Never {
        exit(await withTaskExecutorPreference(DaemonTasks.threads) { await status(serving: providers) })
    }

    /// Carries out the command line, and returns the exit status.
    private static func status(serving providers: [any ServiceProvider.Type]) async -> Int32 {
        let options = Options.parseOrExit()
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
            } else if options.check {
                try await Check(options, registered).run()
            } else if let file = options.restore {
                try RestoreCommand.run(file, options)
            } else {
                try await Daemon(options, providers: registered).run()
            }
            return 0
        } catch let failure as StartFailure {
            complain(failure.reason)
            return failure.status
        } catch let error as LedgerError {
            let failure = StartFailure(error)
            complain(failure.reason)
            return failure.status
        } catch {
            complain(String(plainly: error))
            return StartFailure.ioError
        }
    }

    private static func register(_ type: (some ServiceProvider).Type) -> RegisteredProvider {
        RegisteredProvider(type)
    }

    private static func complain(_ reason: String) {
        // The journal's lines that led to the error come first.
        JournalQueue.shared.flush()
        // The journal reads the priority from the start of the line (sd-daemon(3)).
        let line = (LogDestination.isJournal ? "<3>" : "concierged: ") + reason + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
