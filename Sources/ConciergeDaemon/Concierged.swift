import ArgumentParser
import ConciergeEngine
public import ConciergeKit
import Foundation
import Product
import Systemd

/// The daemon as a program. A package of one's own links it with providers of its own:
///
/// ```swift
/// await Concierged.main(serving: [OurOwnProvider.self])
/// ```
public enum Concierged {
    /// Parses the command line, serves until SIGTERM or SIGINT, and exits.
    public static func main(serving providers: [any ServiceProvider.Type]) async -> Never {
        let options = Options.parseOrExit()
        // What is kept is for the daemon's own user and group at most; a stricter mask of the service manager holds.
        umask(umask(0o777) | 0o027)
        // A file that may not grow is told by write(2), as a full disk is, instead of by a signal that ends the daemon.
        signal(SIGXFSZ, SIG_IGN)
        let registered = providers.map { register($0) }
        do {
            if options.check {
                try await check(options, registered)
            } else if let file = options.restore {
                try RestoreCommand.run(file, options)
            } else {
                try await Daemon(options, providers: registered).run()
            }
            exit(0)
        } catch let failure as StartFailure {
            complain(failure.reason)
            exit(failure.status)
        } catch let error as LedgerError {
            let failure = StartFailure(error)
            complain(failure.reason)
            exit(failure.status)
        } catch {
            complain("\(error)")
            exit(StartFailure.ioError)
        }
    }

    private static func register(_ type: (some ServiceProvider).Type) -> RegisteredProvider {
        RegisteredProvider(type)
    }

    private static func complain(_ reason: String) {
        // The journal reads the priority from the line's beginning (sd-daemon(3)).
        let line = (LogDestination.isJournal ? "<3>" : "concierged: ") + reason + "\n"
        FileHandle.standardError.write(Data(line.utf8))
    }

    /// Says what is wrong with the configuration and the providers, without touching the ledger or the socket.
    private static func check(_ options: Options, _ providers: [RegisteredProvider]) async throws {
        let scratch = NSTemporaryDirectory() + "concierged-check-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let (tree, configuration) = try Daemon.configuration(options, providers)
        let supervisor = Supervisor(
            providers, tree: tree, zone: configuration.lodge.timeZone, stateDirectory: scratch,
            clock: Daemon.systemClock, log: { _, _ in }, providerLog: { _, _ in })
        do {
            try await supervisor.makeAll(from: tree, zone: configuration.lodge.timeZone)
        } catch {
            throw StartFailure(status: StartFailure.badConfiguration, reason: error.description)
        }
        var isSound = true
        for status in await supervisor.statuses {
            switch status.state {
            case .serving: print("\(status.manifest.id): can serve")
            case .waiting(let reason, _, _): print("\(status.manifest.id): is not ready: \(reason)")
            case .setAside(let reason):
                print("\(status.manifest.id): cannot serve: \(reason)")
                isSound = false
            }
        }
        let files = tree.files.isEmpty ? "no configuration file; the defaults" : tree.files.joined(separator: ", ")
        print("checked: \(files)")
        if !isSound { throw StartFailure(status: StartFailure.badConfiguration, reason: "a provider cannot serve") }
    }
}
