import ArgumentParser
import ConciergeEngine
public import ConciergeKit
import Foundation
import Systemd

/// The daemon as a program. A package of one's own links it with providers of its own:
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

    /// Does what the command line says, and gives the exit status.
    private static func status(serving providers: [any ServiceProvider.Type]) async -> Int32 {
        let options = Options.parseOrExit()
        // What is kept is for the daemon's own user and group at most; a stricter mask of the service manager holds.
        umask(umask(0o777) | 0o027)
        // A file that may not grow is told by write(2), as a full disk is, instead of by a signal that ends the daemon.
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
        // After what led to it.
        JournalQueue.shared.flush()
        // The journal reads the priority from the line's beginning (sd-daemon(3)).
        let line = (LogDestination.isJournal ? "<3>" : "concierged: ") + reason + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}
